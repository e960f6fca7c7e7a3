//! Files that have grown: the digest of the prefix, for clients that have the previous version.

use super::*;

/// Appends `bytes` to the file `name` until its etag changes.
fn append(folder: &Folder, name: &str, bytes: &[u8]) -> SharedFile {
    let path = folder.0.path().join(name);
    let (_, before) = folder.find(name);
    loop {
        let mut file = std::fs::File::options().append(true).open(&path).unwrap();
        std::io::Write::write_all(&mut file, bytes).unwrap();
        let (_, after) = folder.find(name);
        if after.etag.opaque() != before.etag.opaque() {
            return after;
        }
    }
}

#[test]
fn the_prefix_of_a_grown_file_has_a_digest_if_it_was_requested_before() {
    let folder = Folder::new();
    let digests = Arc::new(Digests::default());
    let (name, first) = folder.zeros("a", STEP);
    let grown = append(&folder, "a", b"more");
    let start = grown.start_as_of(first.etag.opaque()).unwrap().unwrap();
    assert_eq!(
        (start.len, start.etag.opaque()),
        (STEP, first.etag.opaque())
    );
    // Nobody requested that version.
    let offer = digests.wait_for_prefix(want(&name, &start), PATIENCE);
    assert_eq!(offer, Offer::Nothing);
    let expected = Offer::Digest(of_zeros(1 << 20));
    // It grew before or after it was read.
    assert_eq!(digests.wait(want(&name, &first), PATIENCE), Offer::Nothing);
    assert_eq!(
        digests.wait_for_prefix(want(&name, &start), PATIENCE),
        expected
    );
    let whole = digests.wait(want(&name, &grown), PATIENCE);
    assert!(matches!(whole, Offer::Digest(_)) && whole != expected);
    let longer = append(&folder, "a", b"yet more");
    let start = longer.start_as_of(grown.etag.opaque()).unwrap().unwrap();
    assert_eq!(
        digests.wait_for_prefix(want(&name, &start), PATIENCE),
        whole
    );
    // Overwritten bytes are no longer the previous version.
    let path = folder.0.path().join("a");
    std::fs::write(path, vec![7; 3 << 20]).unwrap();
    let (_, other) = folder.find("a");
    let start = other.start_as_of(grown.etag.opaque()).unwrap().unwrap();
    // The cached digest of the previous version differs.
    let offer = digests.wait_for_prefix(want(&name, &start), PATIENCE);
    assert!(offer == whole || offer == Offer::Nothing);
}

#[test]
fn a_longer_file_with_an_overwritten_end_has_not_just_grown() {
    let folder = Folder::new();
    let path = folder.0.path().join("a");
    for (last, expected) in [(1, None), (0, Some(of_zeros(2 << 20)))] {
        let (name, file) = folder.zeros("a", 2 * STEP);
        let mut jobs = Jobs::default();
        let transfer = transfer();
        let throttle = Throttle::behind(0, &transfer);
        let key = key(&name, &file);
        let job = jobs
            .join_or_add(key, &file, throttle, ADDRESS, Instant::now())
            .unwrap();
        assert_eq!(steps(&mut jobs), [(1, 0)]);
        while file.is_unchanged() {
            let mut new = vec![0; (2 << 20) + 1];
            new[(2 << 20) - 1] = last;
            std::fs::write(&path, new).unwrap();
        }
        transfer.end(Outcome::Sent);
        let mut found = None;
        let mut buffer = vec![0; BUFFER_LEN];
        while let Some((number, reading, limit)) = jobs.next_step() {
            match reading.step(limit, &mut buffer) {
                Step::More(reading) => jobs.put_back(number, reading),
                Step::End(end) => {
                    jobs.remove(number);
                    found = Some(end.map(|end| end.digest));
                }
            }
        }
        assert_eq!(found, Some(expected));
        // Nothing has notified this client.
        assert_eq!(job.get(), Some(&Offer::Later));
    }
}

#[test]
fn only_a_longer_file_has_a_prefix() {
    let folder = Folder::new();
    let (_, file) = folder.zeros("a", 16);
    assert!(file.start_as_of("\"f-1-1\"").unwrap().is_some());
    for tag in [
        file.etag.opaque(),
        "\"10-1-1\"",
        "\"11-1-1\"",
        "\"x\"",
        "f-1-1",
        "*",
        "",
        "W/\"1-1-1\"",
    ] {
        assert!(file.start_as_of(tag).unwrap().is_none(), "{tag}");
    }
}
