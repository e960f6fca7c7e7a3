//! The framing of chunks exactly as in RFC 9112 section 7.1. What is malformed is detected as early as possible.

use memchr::memchr_iter;

use super::Malformed;

/// The longest line that opens a chunk, and the longest trailer section, in bytes. No known client sends more.
const LINES_MAX_LEN: usize = 4096;

/// The length of the line that opens a chunk, and the chunk's size, once the line is complete.
pub(super) fn chunk_size(bytes: &[u8]) -> Result<Option<(usize, u64)>, Malformed> {
    within_limit(bytes, size_line)
}

/// The length of the line end behind a chunk's content.
pub(super) fn content_end(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    match bytes {
        [] | [b'\r'] => Ok(None),
        [b'\r', b'\n', ..] => Ok(Some(2)),
        _ => Err(Malformed),
    }
}

/// The length of the trailer section with its empty line.
pub(super) fn trailer_section(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    within_limit(bytes, trailer_len)
}

/// The result of `parse`, if that needs no more than [`LINES_MAX_LEN`] bytes.
fn within_limit<T>(
    bytes: &[u8],
    parse: impl FnOnce(&[u8]) -> Result<Option<T>, Malformed>,
) -> Result<Option<T>, Malformed> {
    match parse(&bytes[..bytes.len().min(LINES_MAX_LEN)])? {
        None if bytes.len() >= LINES_MAX_LEN => Err(Malformed),
        found => Ok(found),
    }
}

fn size_line(bytes: &[u8]) -> Result<Option<(usize, u64)>, Malformed> {
    let digits = bytes.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let (number, rest) = bytes.split_at(digits);
    // A size that does not fit is beyond every limit.
    let size = match std::str::from_utf8(number) {
        Ok("") if rest.is_empty() => return Ok(None),
        Ok(number) => u64::from_str_radix(number, 16).map_err(|_| Malformed)?,
        Err(_) => return Err(Malformed),
    };
    let extension = match rest.iter().find(|b| !b" \t".contains(b)) {
        None => return Ok(None),
        // White space without an extension is padding of old servers, and of request smugglers.
        Some(b'\r') if rest[0] == b'\r' => 0,
        Some(b';') => match rest
            .iter()
            .position(|b| b.is_ascii_control() && *b != b'\t')
        {
            None => return Ok(None),
            Some(end) => end,
        },
        Some(_) => return Err(Malformed),
    };
    match &rest[extension..] {
        [b'\r'] => Ok(None),
        [b'\r', b'\n', ..] => Ok(Some((digits + extension + 2, size))),
        _ => Err(Malformed),
    }
}

fn trailer_len(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    let mut fields = [httparse::EMPTY_HEADER; 16];
    let (seen, len) = match httparse::parse_headers(bytes, &mut fields) {
        Ok(httparse::Status::Complete((len, _))) => (&bytes[..len], Some(len)),
        Ok(httparse::Status::Partial) => (bytes, None),
        Err(_) => return Err(Malformed),
    };
    if memchr_iter(b'\n', seen).any(|at| !seen[..at].ends_with(b"\r")) {
        return Err(Malformed);
    }
    Ok(len)
}
