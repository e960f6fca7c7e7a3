//! Where the head of an HTTP message ends, for both ends of the line. Pure.

/// The length of the head at the start of `bytes` with its empty line (RFC 9112 2.1; line feeds
/// alone count too, 2.2), once that is there. The first `seen` bytes have been searched before.
pub fn head_end(bytes: &[u8], seen: usize) -> Option<usize> {
    // The empty line may have begun in what was seen.
    let from = seen.saturating_sub(3);
    (from..bytes.len()).find_map(|at| match &bytes[at..] {
        [b'\n', b'\r', b'\n', ..] => Some(at + 3),
        [b'\n', b'\n', ..] => Some(at + 2),
        _ => None,
    })
}
