//! How many connections the system's limits allow, and whether they are reached.

use std::io;

use super::digest::JOBS_MAX;

/// What the rest of the program keeps open at most: the window, fonts, logs, downloads, and files
/// whose digest is computed after their connection has ended.
const RESERVE: usize = 64 + JOBS_MAX;

/// A connection with a file and a folder open beside it, and one that waits for its slot.
const PER_CONNECTION: usize = 4;

/// How many connections may be open at a time, after the limit was raised as far as it goes.
pub(super) fn connections() -> usize {
    allowed(limit())
}

fn allowed(limit: usize) -> usize {
    let reserve = RESERVE.min(limit / 4);
    ((limit - reserve) / PER_CONNECTION).max(1)
}

/// `RLIMIT_NOFILE`. Many systems begin with 1,024 and let a program have far more if it asks.
#[cfg(unix)]
fn limit() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: maximum,
        maximum,
    };
    let limit = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => maximum,
        Err(e) => {
            log::debug!("the limit of open files stays: {e}");
            current
        }
    };
    limit.map_or(usize::MAX, |limit| {
        usize::try_from(limit).unwrap_or(usize::MAX)
    })
}

/// Sockets are not counted among files.
#[cfg(not(unix))]
fn limit() -> usize {
    usize::MAX
}

/// Out of file descriptors, threads or memory: it passes when something ends.
pub(super) fn is_exhausted(e: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        const EXHAUSTED: [Errno; 5] = [
            Errno::MFILE,
            Errno::NFILE,
            Errno::NOBUFS,
            Errno::NOMEM,
            Errno::AGAIN,
        ];
        e.raw_os_error()
            .is_some_and(|code| EXHAUSTED.iter().any(|errno| errno.raw_os_error() == code))
    }
    #[cfg(not(unix))]
    {
        // WSAEMFILE and WSAENOBUFS.
        matches!(e.raw_os_error(), Some(10024 | 10055)) || e.kind() == io::ErrorKind::OutOfMemory
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_always_room_for_one() {
        assert_eq!(allowed(1024), 224);
        assert_eq!(allowed(40), 7);
        assert_eq!(allowed(0), 1);
        assert!(allowed(usize::MAX) > 1_000_000);
    }
}
