//! Detects that the program was started with stdout closed (`>&-`). Rust's runtime opens
//! `/dev/null` in its place before `main`, so that all output would be lost without an error; hence
//! the check runs earlier.
#![expect(
    unsafe_code,
    reason = "fcntl(2) on a number that may be no descriptor, and its place before main"
)]

use std::sync::atomic::{AtomicBool, Ordering};

static IS_CLOSED: AtomicBool = AtomicBool::new(false);

/// ELF calls the functions in this section before `main`.
// SAFETY: `look` does not use the runtime, and the section holds pointers to such functions.
#[used]
#[unsafe(link_section = ".init_array")]
static LOOK: extern "C" fn() = look;

extern "C" fn look() {
    // SAFETY: F_GETFD only queries, and returns EBADF for an invalid descriptor.
    let flags = unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_GETFD) };
    IS_CLOSED.store(flags == -1, Ordering::Relaxed);
}

/// Whether stdout was closed at startup.
pub(crate) fn is_closed() -> bool {
    IS_CLOSED.load(Ordering::Relaxed)
}
