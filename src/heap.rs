//! Returns freed memory to the system. By default glibc keeps what threads have freed, up to
//! hundreds of MB after a few large folders were listed.
#![expect(unsafe_code, reason = "no crate has a safe way to mallopt(3)")]

use std::ffi::c_int;

/// The mmap threshold, in bytes: lists of names exceed it, which are then grown without copying,
/// and hardly anything else.
const MAPPED_FROM: c_int = 1 << 20;

/// The trim threshold, in bytes: free memory kept at the end of a heap, about as much as the
/// transient buffers need.
const KEPT: c_int = 2 << 20;

/// Must be called before any thread is spawned.
pub(crate) fn give_back() {
    for (what, bytes) in [
        (libc::M_MMAP_THRESHOLD, MAPPED_FROM),
        (libc::M_TRIM_THRESHOLD, KEPT),
    ] {
        // SAFETY: it sets a number, and no other thread runs. If it fails, memory is only returned
        // later.
        let _ = unsafe { libc::mallopt(what, bytes) };
    }
}
