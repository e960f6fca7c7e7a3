use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

/// Longer than any step of these tests takes.
const LONG: Duration = Duration::from_mins(1);
/// Shorter than anyone wants to wait for nothing.
const SHORT: Duration = Duration::from_millis(50);

fn first(dir: &Path) -> Instance {
    match start_within(dir, "0", SHORT) {
        Start::Window(Some(instance)) => instance,
        other => panic!("{other:?}"),
    }
}

/// Counts the requests to raise the window, and answers them.
fn answering(instance: &mut Instance) -> Arc<AtomicUsize> {
    let raised = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&raised);
    instance.listen(move |reply| {
        count.fetch_add(1, Ordering::SeqCst);
        reply.send(()).unwrap();
    });
    raised
}

fn is_raised(start: &Start) -> bool {
    matches!(start, Start::Raised)
}

fn opens_unreachable_window(start: &Start) -> bool {
    matches!(start, Start::Window(None))
}

#[test]
fn the_second_start_raises_the_first_window() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("new");
    let mut instance = first(&dir);
    let raised = answering(&mut instance);
    for count in 1..=3 {
        assert!(is_raised(&start_within(&dir, "0", LONG)));
        assert_eq!(raised.load(Ordering::SeqCst), count);
    }
    // Its window is elsewhere.
    let other_display = start_within(&dir, "1", SHORT);
    assert!(matches!(other_display, Start::Window(Some(_))));
    drop(instance);
    let mut again = first(&dir);
    let raised_again = answering(&mut again);
    assert!(is_raised(&start_within(&dir, "0", LONG)));
    assert_eq!(
        (
            raised.load(Ordering::SeqCst),
            raised_again.load(Ordering::SeqCst)
        ),
        (3, 1)
    );
}

#[test]
fn other_settings_are_another_instance() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut instance = first(one.path());
    let raised = answering(&mut instance);
    let _other = first(two.path());
    assert_eq!(raised.load(Ordering::SeqCst), 0);
}

#[test]
fn of_many_simultaneous_starts_one_opens_a_window() {
    let dir = tempfile::tempdir().unwrap();
    let windows = AtomicUsize::new(0);
    let raised = AtomicUsize::new(0);
    let (end, ended) = crossbeam_channel::bounded::<()>(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| match start_within(dir.path(), "0", LONG) {
                Start::Window(Some(mut instance)) => {
                    windows.fetch_add(1, Ordering::SeqCst);
                    let _count = answering(&mut instance);
                    // The window stays open until all have started.
                    assert!(ended.recv().is_err());
                }
                Start::Window(None) => panic!("nobody answered"),
                Start::Raised => _ = raised.fetch_add(1, Ordering::SeqCst),
            });
        }
        let began = Instant::now();
        while raised.load(Ordering::SeqCst) < 7 && began.elapsed() < LONG {
            thread::yield_now();
        }
        drop(end);
    });
    assert_eq!((windows.into_inner(), raised.into_inner()), (1, 7));
}

#[test]
fn who_does_not_answer_is_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let mut instance = first(dir.path());
    // Before the window listens.
    assert!(opens_unreachable_window(&start_within(
        dir.path(),
        "0",
        SHORT
    )));
    // When it is gone, nobody takes its events.
    instance.listen(drop);
    assert!(opens_unreachable_window(&start_within(
        dir.path(),
        "0",
        SHORT
    )));
}

#[test]
fn a_start_while_the_window_closes_opens_the_next_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut instance = first(dir.path());
    let (tell, asked) = crossbeam_channel::bounded(1);
    instance.listen(move |_unanswered| _ = tell.try_send(()));
    thread::scope(|scope| {
        let second = scope.spawn(|| start_within(dir.path(), "0", LONG));
        asked.recv().unwrap();
        drop(instance);
        assert!(matches!(second.join().unwrap(), Start::Window(Some(_))));
    });
}

#[test]
fn nothing_but_the_request_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let mut instance = first(dir.path());
    let raised = answering(&mut instance);
    let address = dir
        .path()
        .join("window0")
        .with_extension(channel::EXTENSION);
    for wrong in [
        &b""[..],
        b"r",
        b"RAISE\n",
        b"quit!\n",
        b"raise!",
        b"GET / HTTP/1.1\r\n\r\n",
        &vec![0; 100_000],
    ] {
        let (mut stream, _) = channel::connect(&address).unwrap();
        // It may be refused before everything is sent.
        let _ = stream.write_all(wrong);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert_eq!(answer, b"", "{wrong:?}");
    }
    assert_eq!(raised.load(Ordering::SeqCst), 0);
    assert!(is_raised(&start_within(dir.path(), "0", LONG)));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn the_socket_is_private_and_removed_with_the_window() {
        let dir = tempfile::tempdir().unwrap();
        let instance = first(dir.path());
        let path = dir.path().join("window0.socket");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        drop(instance);
        assert!(fs::symlink_metadata(&path).is_err());
    }

    #[test]
    fn a_stale_socket_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("window0.socket");
        // As a killed process leaves it.
        drop(UnixListener::bind(&path).unwrap());
        assert!(raise(&path, LONG).is_err());
        let mut instance = first(dir.path());
        answering(&mut instance);
        assert!(is_raised(&start_within(dir.path(), "0", LONG)));
    }

    #[test]
    fn what_was_planted_is_neither_used_nor_followed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("window0.socket");
        let elsewhere = dir.path().join("elsewhere");
        let _foreign = UnixListener::bind(&elsewhere).unwrap();
        symlink(&elsewhere, &path).unwrap();
        assert_eq!(
            raise(&path, LONG).unwrap_err().kind(),
            ErrorKind::PermissionDenied
        );
        let mut instance = first(dir.path());
        assert!(fs::symlink_metadata(&elsewhere).is_ok());
        answering(&mut instance);
        assert!(is_raised(&start_within(dir.path(), "0", LONG)));
        // What cannot be replaced costs only the raising.
        let other = tempfile::tempdir().unwrap();
        fs::create_dir(other.path().join("window0.socket")).unwrap();
        assert!(first(other.path()).channel.is_none());
    }

    #[test]
    fn a_path_too_long_for_a_socket_costs_only_the_raising() {
        let dir = tempfile::tempdir().unwrap();
        let long = dir.path().join("x".repeat(150));
        assert!(first(&long).channel.is_none());
    }

    #[test]
    fn without_a_folder_the_window_opens_all_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(opens_unreachable_window(&start_within(&file, "0", LONG)));
        let odd = dir.path().join("odd");
        fs::create_dir_all(odd.join("window0.lock")).unwrap();
        assert!(opens_unreachable_window(&start_within(&odd, "0", LONG)));
    }
}
