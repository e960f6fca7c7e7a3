//! Tells the system that a file came from another computer, so that it asks before it runs what is in it: the Mark of
//! the Web on Windows, the quarantine attribute on a Mac. Other systems have nothing of the kind.

use std::fs::File;
use std::path::Path;

/// Mark `file`, which is at `path`. To be called before it has its final name, and before it is dated: the mark is a
/// change. A file system that cannot keep the mark leaves it out.
pub(crate) fn mark(path: &Path, file: &File) {
    if let Err(e) = write(path, file) {
        log::debug!("{}: no mark of its origin: {e}", path.display());
    }
}

/// The internet zone (`URLZONE_INTERNET`). The address is left out: whoever is given the file need not learn it.
#[cfg(any(windows, test))]
const ZONE: &[u8] = b"[ZoneTransfer]\r\nZoneId=3\r\n";

#[cfg(windows)]
#[expect(
    clippy::disallowed_methods,
    reason = "files are marked on the threads that download"
)]
fn write(path: &Path, _: &File) -> std::io::Result<()> {
    // A name of one letter before the colon would be a drive.
    let mut stream = std::path::absolute(path)?.into_os_string();
    stream.push(":Zone.Identifier");
    std::fs::write(stream, ZONE)
}

#[cfg(target_os = "macos")]
fn write(_: &Path, file: &File) -> std::io::Result<()> {
    use rustix::fs::{XattrFlags, fsetxattr};
    let value = quarantine(std::time::SystemTime::now());
    let name = "com.apple.quarantine";
    Ok(fsetxattr(
        file,
        name,
        value.as_bytes(),
        XattrFlags::empty(),
    )?)
}

#[cfg(not(any(windows, target_os = "macos")))]
#[expect(clippy::unnecessary_wraps, reason = "other systems can fail")]
fn write(_: &Path, _: &File) -> std::io::Result<()> {
    Ok(())
}

/// Flags (downloaded, not yet approved by the user), seconds since 1970 and the program, without the identifier of an
/// entry in a database of downloads.
#[cfg(any(target_os = "macos", test))]
fn quarantine(now: std::time::SystemTime) -> String {
    let secs = now
        .duration_since(std::time::SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    format!("0081;{secs:08x};Landline;")
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn the_marks_are_as_the_systems_read_them() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_896_001);
        assert_eq!(quarantine(now), "0081;6b0b32c1;Landline;");
        assert_eq!(
            quarantine(SystemTime::UNIX_EPOCH),
            "0081;00000000;Landline;"
        );
        let zone = str::from_utf8(ZONE).unwrap();
        assert_eq!(
            zone.lines().collect::<Vec<_>>(),
            ["[ZoneTransfer]", "ZoneId=3"]
        );
    }

    #[test]
    fn a_marked_file_is_whole_and_keeps_its_mark_under_its_final_name() {
        let folder = tempfile::tempdir().unwrap();
        let (part, path) = (folder.path().join("a.part"), folder.path().join("a"));
        std::fs::write(&part, "content").unwrap();
        std::fs::write(&path, "old").unwrap();
        let file = File::options().read(true).write(true).open(&part).unwrap();
        mark(&part, &file);
        drop(file);
        std::fs::rename(&part, &path).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"content");
        #[cfg(windows)]
        {
            let mut stream = path.into_os_string();
            stream.push(":Zone.Identifier");
            // Wine has no streams.
            if let Ok(kept) = std::fs::read(stream) {
                assert_eq!(kept, ZONE);
            }
        }
        #[cfg(target_os = "macos")]
        {
            let mut value = [0; 100];
            let len = rustix::fs::getxattr(&path, "com.apple.quarantine", &mut value).unwrap();
            assert!(value[..len].starts_with(b"0081;"));
        }
    }
}
