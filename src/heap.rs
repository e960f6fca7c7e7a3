//! Memory goes back to the system when it is freed. By itself glibc keeps what threads have freed for later, up to
//! hundreds of MB after a few large folders were listed.
#![expect(unsafe_code, reason = "no crate has a safe way to mallopt(3)")]

use std::ffi::c_int;

/// Blocks of so many bytes are mapped, and unmapped when they are freed: lists of names, which grow without copying
/// then, and hardly anything else.
const MAPPED_FROM: c_int = 1 << 20;

/// Free bytes at the end of a thread's memory that stay for later. As many as buffers take that come and go.
const KEPT: c_int = 2 << 20;

/// To be called before there are threads.
pub(crate) fn give_back() {
    for (what, bytes) in [
        (libc::M_MMAP_THRESHOLD, MAPPED_FROM),
        (libc::M_TRIM_THRESHOLD, KEPT),
    ] {
        // SAFETY: it sets a number, and no other thread runs. Without it memory only goes back later.
        let _ = unsafe { libc::mallopt(what, bytes) };
    }
}
