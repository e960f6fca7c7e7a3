//! Whether the program was started without a standard output (`>&-`). Rust's runtime opens `/dev/null` in its place
//! before `main`, so that all that is printed would be lost without an error: the look comes before that.
#![expect(
    unsafe_code,
    reason = "fcntl(2) on a number that may be no descriptor, and its place before main"
)]

use std::sync::atomic::{AtomicBool, Ordering};

static IS_CLOSED: AtomicBool = AtomicBool::new(false);

/// ELF calls what is in this section before `main`.
// SAFETY: `look` needs nothing of the runtime, and the section holds pointers to such functions.
#[used]
#[unsafe(link_section = ".init_array")]
static LOOK: extern "C" fn() = look;

extern "C" fn look() {
    // SAFETY: F_GETFD only asks, and gives EBADF for a number that is no descriptor.
    let flags = unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_GETFD) };
    IS_CLOSED.store(flags == -1, Ordering::Relaxed);
}

/// Whether there was none.
pub(crate) fn is_closed() -> bool {
    IS_CLOSED.load(Ordering::Relaxed)
}
