//! The end of a message's head, for requests and responses alike. Pure.

use memchr::memchr_iter;

/// The length of the head at the start of `bytes`, its empty line included (RFC 9112 section 2.1), once it is complete.
/// Lines may end in LF alone (section 2.2). The first `seen` bytes have been searched before.
pub fn head_end(bytes: &[u8], seen: usize) -> Option<usize> {
    // The empty line may begin before `seen`.
    let from = seen.saturating_sub(3);
    memchr_iter(b'\n', bytes.get(from..)?).find_map(|at| {
        let after = from + at + 1;
        match &bytes[after..] {
            [b'\n', ..] => Some(after + 1),
            [b'\r', b'\n', ..] => Some(after + 2),
            _ => None,
        }
    })
}
