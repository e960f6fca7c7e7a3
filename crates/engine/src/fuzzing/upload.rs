//! Parsers of what senders send.

use super::ends;
use landline_http1::batch;
use landline_http1::content_range::rest;
use landline_http1::multipart::{HEAD_MAX_LEN, Malformed, PARTS_MAX, Parser, PartHead, Step};

/// The boundary in the seeds.
const BOUNDARY: &str = "b";

/// A form: the same parts however it is split; contents are pieces of it, in order.
pub fn form(data: &[u8]) {
    let whole = parts(data, data.len().max(1));
    for piece in [1, 2, 7, 64] {
        assert_eq!(parts(data, piece), whole, "{piece}");
    }
    let Ok(Some(parts)) = whole else {
        return;
    };
    assert!(parts.len() <= PARTS_MAX);
    let mut left = data;
    for (_, content) in &parts {
        let at = memchr::memmem::find(left, content).expect("the content is in the form");
        left = &left[at + content.len()..];
        assert!(memchr::memmem::find(content, b"\r\n--b").is_none());
    }
    assert!(left.windows(5).any(|end| end == b"--b--"));
}

type Parts = Vec<(PartHead, Vec<u8>)>;

/// The parts of a form that arrives in pieces; `None` if it is cut off.
fn parts(data: &[u8], piece: usize) -> Result<Option<Parts>, Malformed> {
    let mut parser = Parser::new(BOUNDARY);
    let mut pieces = data.chunks(piece);
    let (mut buffer, mut parts) = (Vec::new(), Parts::new());
    loop {
        let (read, step) = parser.step(&buffer)?;
        let needs_more = step == Step::More;
        match step {
            Step::More | Step::PartEnd => {}
            Step::Head(head) => parts.push((head, Vec::new())),
            Step::Content(content) => {
                assert!(!content.is_empty());
                let part = parts.last_mut().expect("a head comes first");
                part.1.extend_from_slice(content);
            }
            Step::End => return Ok(Some(parts)),
        }
        buffer.drain(..read);
        if needs_more {
            // With more than this, it makes progress.
            assert!(buffer.len() < HEAD_MAX_LEN);
            match pieces.next() {
                Some(piece) => buffer.extend_from_slice(piece),
                None => return Ok(None),
            }
        }
    }
}

/// `Content-Range` of a request, and `Landline-Batch`: what is understood says the same when it is written again.
pub fn upload_fields(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Some(part) = rest(&text) {
        assert!(part.at < part.whole);
        let again = format!("bytes {}-{}/{}", part.at, part.whole - 1, part.whole);
        assert_eq!(rest(&again), Some(part));
        let numbers = text.split(|c: char| !c.is_ascii_digit());
        let numbers: Vec<u128> = numbers.filter_map(|number| number.parse().ok()).collect();
        let (at, whole) = (u128::from(part.at), u128::from(part.whole));
        assert_eq!(numbers, [at, whole - 1, whole]);
    }
    if let Some(of) = batch::parse(&text) {
        assert!(batch::is_token(of.id) && of.files > 0);
        let mut again = format!("id={}, files={}", of.id, of.files);
        if let Some(bytes) = of.bytes {
            again = format!("{again}, bytes={bytes}");
        }
        if let Some(name) = &of.name {
            let name =
                percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
            again = format!("{again}, name={name}");
        }
        assert_eq!(batch::parse(&again).as_ref(), Some(&of));
    }
    // Nothing that is cut off panics.
    for end in ends(data) {
        let _ = rest(&String::from_utf8_lossy(&data[..end]));
    }
}
