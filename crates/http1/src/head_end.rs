//! Where the head of an HTTP message ends, for both ends of the line. Pure.

use memchr::memchr_iter;

/// The length of the head at the start of `bytes` with its empty line (RFC 9112 2.1; line feeds
/// alone count too, 2.2), once that is there. The first `seen` bytes have been searched before.
pub fn head_end(bytes: &[u8], seen: usize) -> Option<usize> {
    // The empty line may have begun in what was seen.
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
