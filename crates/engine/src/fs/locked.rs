//! Retries for Windows, where a file that another program has open for a moment (usually a virus scanner or an
//! indexer) can be neither replaced nor created again, and a port cannot be listened on until the connections
//! accepted on it are gone.
#![expect(
    clippy::disallowed_methods,
    reason = "called on the threads that write files or start to listen"
)]

use std::io;
use std::thread;
use std::time::Duration;

/// The pauses between attempts: 0.6 s in total, longer than scanning a small file takes.
const PAUSES_MILLIS: [u64; 8] = [1, 2, 5, 10, 25, 60, 150, 350];

/// Calls `action`, and retries a few times if it fails because of a lock. Blocks.
///
/// # Errors
/// The error of the last attempt.
pub fn retry_if_locked<T>(mut action: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for pause in PAUSES_MILLIS {
        match action() {
            Err(e) if is_locked(&e) => thread::sleep(Duration::from_millis(pause)),
            result => return result,
        }
    }
    action()
}

/// `ERROR_ACCESS_DENIED`, `ERROR_SHARING_VIOLATION`, `ERROR_USER_MAPPED_FILE` and `WSAEADDRINUSE`. No other
/// system needs retries.
fn is_locked(e: &io::Error) -> bool {
    cfg!(windows) && matches!(e.raw_os_error(), Some(5 | 32 | 1224 | 10048))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_transient_errors_are_retried() {
        let tries = |code| {
            let mut tries = 0;
            let result = retry_if_locked(|| {
                tries += 1;
                if tries == 3 {
                    Ok(())
                } else {
                    Err(io::Error::from_raw_os_error(code))
                }
            });
            (tries, result.is_ok())
        };
        assert_eq!(tries(2), (1, false));
        let expected = if cfg!(windows) { (3, true) } else { (1, false) };
        assert_eq!(tries(32), expected);
    }

    #[cfg(windows)]
    #[test]
    fn a_locked_file_is_replaced_once_it_is_closed() {
        use std::fs;
        use std::os::windows::fs::OpenOptionsExt;

        let folder = tempfile::tempdir().unwrap();
        let (new, old) = (folder.path().join("new"), folder.path().join("old"));
        fs::write(&new, "new").unwrap();
        fs::write(&old, "old").unwrap();
        let mut open = fs::OpenOptions::new()
            .read(true)
            .share_mode(1)
            .open(&old)
            .ok();
        assert!(open.is_some() && fs::rename(&new, &old).is_err());
        let mut tries = 0;
        retry_if_locked(|| {
            tries += 1;
            if tries == 2 {
                open.take();
            }
            fs::rename(&new, &old)
        })
        .unwrap();
        assert_eq!(fs::read(&old).unwrap(), b"new");
    }
}
