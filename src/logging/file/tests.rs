use super::*;

fn log(file: &LogFile, target: &str, level: Level, text: &str) {
    file.log(
        &Record::builder()
            .target(target)
            .level(level)
            .args(format_args!("{text}"))
            .build(),
    );
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_default()
}

#[test]
fn a_flush_writes_all_lines_to_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("new").join("logs");
    let file = LogFile::start(folder.clone()).unwrap();
    log(&file, "landline::server", Level::Info, "one\nline\u{202e}");
    log(&file, "landline", Level::Debug, "too much of it");
    log(&file, "landlines", Level::Info, "not ours");
    log(&file, "zbus", Level::Warn, "a warning");
    file.flush();
    let lines = read(&folder, NAMES.0);
    let lines: Vec<_> = lines.lines().collect();
    let [first, second] = lines[..] else {
        panic!("{lines:?}");
    };
    assert!(first.ends_with(" INFO  landline::server: one line "));
    assert!(second.ends_with(" WARN  zbus: a warning"));
}

#[test]
fn the_next_start_appends_to_the_same_file() {
    let dir = tempfile::tempdir().unwrap();
    for text in ["first", "second"] {
        let file = LogFile::start(dir.path().to_owned()).unwrap();
        log(&file, "landline", Level::Warn, text);
        file.flush();
    }
    assert_eq!(read(dir.path(), NAMES.0).lines().count(), 2);
}

#[test]
fn two_files_of_a_bounded_length_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let mut to = Rolling::open(dir.path(), 100).unwrap();
    for number in 0..20 {
        to.write(&format!("this is line {number:2}\n")).unwrap();
    }
    // Lines have 16 bytes, so six fit into a file.
    let (new, old) = (read(dir.path(), NAMES.0), read(dir.path(), NAMES.1));
    assert_eq!((new.lines().count(), old.lines().count()), (2, 6));
    assert!(new.ends_with("line 19\n") && old.starts_with("this is line 12\n"));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
}

#[test]
fn two_windows_rotate_a_full_file_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut windows = [(); 2].map(|()| Rolling::open(dir.path(), 100).unwrap());
    for number in 0..7 {
        let line = format!("this is line {number:2}\n");
        windows[0].write(&line).unwrap();
    }
    for _ in 0..7 {
        windows[1].write("the other says \n").unwrap();
    }
    let (new, old) = (read(dir.path(), NAMES.0), read(dir.path(), NAMES.1));
    // No line is lost: the second window wrote to the rotated file until it reached the limit itself.
    assert_eq!(new.lines().count() + old.lines().count(), 14);
}

#[test]
fn a_slow_disk_drops_lines_and_blocks_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (file, entries) = LogFile::new(2);
    for number in 0..5 {
        log(&file, "landline", Level::Info, &format!("line {number}"));
    }
    let started = Instant::now();
    file.flush();
    // The deadline worked; the factor allows for a slow machine.
    assert!(started.elapsed() < 50 * FLUSH_TIMEOUT);
    drop(file);
    entries.write(Rolling::open(dir.path(), MAX_LEN).unwrap());
    let lines = read(dir.path(), NAMES.0);
    assert_eq!(lines.lines().count(), 3);
    assert!(lines.starts_with("3 lines are missing here"));
    assert!(lines.ends_with("landline: line 1\n"));
}

#[test]
fn a_folder_that_cannot_be_created_is_not_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let taken = dir.path().join("taken");
    fs::write(&taken, "a file").unwrap();
    let file = LogFile::start(taken.join("logs")).unwrap();
    // The writer has exited, so nothing is received, and the flush must not wait.
    let started = Instant::now();
    let is_gone = || {
        let sent = file.entries.try_send(Entry::Mark(bounded(0).0));
        sent.is_err_and(|error| error.is_disconnected())
    };
    while !is_gone() {
        assert!(started.elapsed() < 200 * FLUSH_TIMEOUT);
        std::thread::yield_now();
    }
    log(&file, "landline", Level::Error, "unheard");
    assert_eq!(file.lost.load(Ordering::Relaxed), 1);
    file.flush();
    assert_eq!(read(dir.path(), "taken"), "a file");
}

#[test]
fn a_long_line_is_cut_between_characters() {
    let long = "海".repeat(MAX_LINE);
    let short = cut(&long);
    assert!(short.len() <= MAX_LINE && short.len() > MAX_LINE - 4);
}
