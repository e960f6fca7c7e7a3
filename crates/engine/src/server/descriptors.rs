//! Limits on file descriptors.

use std::io;

use super::digest::JOBS_MAX;

/// Descriptors that the rest of the program needs at most: window, fonts, logs, downloads, and files whose
/// digest is still computed after their connection has ended.
const RESERVE: usize = 64 + JOBS_MAX;

/// One connection with an open file and folder, and one that waits for its slot.
const PER_CONNECTION: usize = 4;

/// The maximum number of connections, after raising the soft limit.
pub(super) fn connections() -> usize {
    allowed(limit())
}

fn allowed(limit: usize) -> usize {
    let reserve = RESERVE.min(limit / 4);
    ((limit - reserve) / PER_CONNECTION).max(1)
}

/// `RLIMIT_NOFILE`. The soft limit is often 1,024, and may be raised much further.
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

/// Windows does not count sockets as files.
#[cfg(not(unix))]
fn limit() -> usize {
    usize::MAX
}

/// Out of file descriptors, threads or memory: transient, since others will be released.
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
