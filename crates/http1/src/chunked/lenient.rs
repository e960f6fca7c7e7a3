//! The framing of chunks as clients have to read it: lines may end in LF alone, white space around a size is ignored, and
//! so is what a trailer says.

use memchr::memchr;

use super::Malformed;

/// The longest line that opens a chunk, in bytes without its line feed. Nobody uses extensions.
const LINE_MAX_LEN: usize = 4 * 1024;

/// The longest trailer section, in bytes.
pub(super) const TRAILER_MAX_LEN: usize = 16 * 1024;

/// The length of the line that opens a chunk, and the chunk's size, once the line is complete.
pub(super) fn chunk_size(bytes: &[u8]) -> Result<Option<(usize, u64)>, Malformed> {
    let Some((len, line)) = line(bytes, LINE_MAX_LEN)? else {
        return Ok(None);
    };
    let size = line.split(|&b| b == b';').next().unwrap_or_default();
    let size = std::str::from_utf8(size).map_err(|_| Malformed)?;
    let size = size.trim_matches([' ', '\t']);
    if !size.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Malformed);
    }
    let size = u64::from_str_radix(size, 16).map_err(|_| Malformed)?;
    Ok(Some((len, size)))
}

/// The length of the line end behind a chunk's content.
pub(super) fn content_end(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    match line(bytes, LINE_MAX_LEN)? {
        Some((len, [])) => Ok(Some(len)),
        Some(_) => Err(Malformed),
        None => Ok(None),
    }
}

/// The length of the next line of a trailer section that may have `left` more bytes, and how many are left behind it;
/// none behind the empty line at its end.
pub(super) fn trailer_line(
    bytes: &[u8],
    left: usize,
) -> Result<Option<(usize, Option<usize>)>, Malformed> {
    let line = line(bytes, left)?;
    Ok(line.map(|(len, line)| match line.len() {
        0 => (len, None),
        used => (len, Some(left.saturating_sub(used + 1))),
    }))
}

/// The length of the line at the start of `bytes`, and the line without its end, which may be LF or CRLF.
fn line(bytes: &[u8], max_len: usize) -> Result<Option<(usize, &[u8])>, Malformed> {
    let end = memchr(b'\n', bytes);
    if end.unwrap_or(bytes.len()) > max_len {
        return Err(Malformed);
    }
    Ok(end.map(|end| {
        let line = &bytes[..end];
        (end + 1, line.strip_suffix(b"\r").unwrap_or(line))
    }))
}
