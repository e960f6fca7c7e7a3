use std::io::Write as _;

use proptest::prelude::*;

use super::writer::CHUNK_LEN;
use super::*;

const MAX_LEN: u64 = 64 * 1024;

/// The content of `bytes`, which arrive in pieces of `piece` bytes, and the length of the body if it is complete.
fn decode(
    mut decoder: Decoder,
    bytes: &[u8],
    piece: usize,
) -> Result<(Vec<u8>, Option<usize>), Malformed> {
    let (mut content, mut at) = (Vec::new(), 0);
    while at < bytes.len() && !decoder.is_done() {
        let end = bytes.len().min(at + piece);
        at += decoder.decode_framing(&bytes[at..end])?;
        let left = usize::try_from(decoder.content_left()).unwrap_or(usize::MAX);
        let len = left.min(end - at);
        content.extend_from_slice(&bytes[at..at + len]);
        decoder.consume_content(len as u64);
        at += len;
    }
    Ok((content, decoder.is_done().then_some(at)))
}

fn body_len(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    let mut decoder = Decoder::for_request(MAX_LEN);
    let len = decoder.skip(bytes)?;
    Ok(decoder.is_done().then_some(len))
}

fn written(pieces: &[&[u8]], chunked: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, b"head:".to_vec(), chunked);
    for piece in pieces {
        writer.write_all(piece).unwrap();
    }
    writer.finish().unwrap();
    out
}

#[test]
fn bodies_are_framed() {
    assert_eq!(written(&[b"ab", b"c"], true), b"head:3\r\nabc\r\n0\r\n\r\n");
    assert_eq!(written(&[b"ab", b"c"], false), b"head:abc");
    assert_eq!(written(&[], true), b"head:0\r\n\r\n");
}

#[test]
fn an_unfinished_body_has_no_last_chunk() {
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, Vec::new(), true);
    writer.write_all(b"ab").unwrap();
    writer.flush().unwrap();
    writer.write_all(b"c").unwrap();
    drop(writer);
    assert_eq!(out, b"2\r\nab\r\n");
    assert_eq!(body_len(&out), Ok(None));
}

#[test]
fn a_line_feed_that_is_partly_sent_goes_on_with_the_next_write() {
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, Vec::new(), true);
    for taken in [2, 0, 1] {
        let sent = writer.send_line_feed(|out, bytes| out.write(&bytes[..taken]));
        sent.unwrap();
    }
    writer.write_all(b"ab").unwrap();
    writer.finish().unwrap();
    assert_eq!(out, b"1\r\n\n\r\n2\r\nab\r\n0\r\n\r\n");
}

#[test]
fn what_is_written_can_be_decoded() {
    let long = vec![b'x'; 3 * CHUNK_LEN + 5];
    let out = written(&[&long[..CHUNK_LEN], &long[CHUNK_LEN..]], true);
    let body = &out[b"head:".len()..];
    assert_eq!(body_len(body), Ok(Some(body.len())));
    for len in (0..body.len()).step_by(777) {
        assert_eq!(body_len(&body[..len]), Ok(None), "{len}");
    }
    for piece in [1, 4096, body.len()] {
        for decoder in [Decoder::for_request(MAX_LEN), Decoder::for_response()] {
            let decoded = decode(decoder, body, piece);
            assert_eq!(decoded, Ok((long.clone(), Some(body.len()))));
        }
    }
}

#[test]
fn a_body_may_be_as_long_as_its_limit() {
    let body = b"5\r\nhello\r\n0\r\n\r\n";
    for (max_len, fits) in [(8, true), (7, false)] {
        let decoded = decode(Decoder::for_request(max_len), body, 1);
        assert_eq!(decoded.is_ok(), fits, "{max_len}");
    }
}

#[test]
fn limits_of_lines_are_exact() {
    const STRICT: usize = 4096;
    let strict = || Decoder::for_request(MAX_LEN);
    for (decoder, framing, max_len) in [
        // With their line ends in requests.
        (
            strict as fn() -> Decoder,
            ("1;", "\r\nx\r\n0\r\n\r\n"),
            STRICT - 4,
        ),
        (strict, ("0\r\nA: ", "\r\n\r\n"), STRICT - 7),
        // Without the line feed in responses; the empty line counts, too.
        (Decoder::for_response, ("1;", "\nx\r\n0\r\n\r\n"), 4096 - 2),
        (
            Decoder::for_response,
            ("0\r\nA: ", "\r\n\r\n"),
            16 * 1024 - 5,
        ),
    ] {
        let (before, behind) = framing;
        for (len, is_accepted) in [(max_len, true), (max_len + 1, false)] {
            let body = format!("{before}{}{behind}", "y".repeat(len));
            for piece in [1, 100, body.len()] {
                let decoded = decode(decoder(), body.as_bytes(), piece);
                let end = decoded.map(|(_, end)| end);
                let expected = if is_accepted {
                    Ok(Some(body.len()))
                } else {
                    Err(Malformed)
                };
                assert_eq!(end, expected, "{before:?} {len} {piece}");
            }
        }
    }
}

#[test]
fn bodies_of_requests_end_where_they_end() {
    for (body, len) in [
        ("0\r\n\r\nnext", 5),
        ("000\r\n\r\n", 7),
        ("1\r\na\r\n0\r\nT: x\r\n\r\nnext", 17),
        ("A;x=\"y\";z\r\n0123456789\r\n0\r\n\r\n", 28),
        ("1 \t; x\r\na\r\n0\r\n\r\n", 16),
    ] {
        assert_eq!(body_len(body.as_bytes()), Ok(Some(len)), "{body:?}");
        for cut in 0..len {
            assert_eq!(
                body_len(&body.as_bytes()[..cut]),
                Ok(None),
                "{body:?} {cut}"
            );
        }
    }
}

#[test]
fn malformed_bodies_of_requests_are_detected() {
    assert_eq!(body_len(b"3\r\nabcX"), Err(Malformed));
    for body in [
        "zz\r\n",
        "\r\n\r\n",
        ";x\r\n",
        "+1\r\na\r\n0\r\n\r\n",
        "-1\r\n",
        "0x1\r\na\r\n",
        " 1\r\na\r\n",
        "1 \r\na\r\n",
        "1 1\r\na\r\n",
        "1\na\n0\n\n",
        "1\r\na\n",
        "1\rXa",
        "1;x\ny\r\na\r\n",
        "1;x\ry\r\na\r\n",
        "1;x\0\r\n",
        "1\r\nabc\r\n",
        "0\r\n\n",
        "0\r\nT: x\n\r\n",
        "0\r\nT: x\r\n\n",
        "0\r\nT : x\r\n\r\n",
        "0\r\nno colon\r\n\r\n",
        "0\r\nT: x\r\n folded\r\n\r\n",
        "ffffffffffffffff\r\n",
        "00000000000000000000000000000000000001ffffffffffffffff\r\n",
        "10001\r\n",
    ] {
        assert_eq!(body_len(body.as_bytes()), Err(Malformed), "{body:?}");
    }
}

#[test]
fn responses_are_read_leniently() {
    for body in [
        &b"1\na\n0\n\n"[..],
        b" 1 \r\na\r\n0\r\n\r\n",
        b"1;x\ry\r\na\n00\r\nno colon\r\n\n",
    ] {
        for piece in [1, 2, body.len()] {
            let decoded = decode(Decoder::for_response(), body, piece);
            assert_eq!(decoded, Ok((b"a".to_vec(), Some(body.len()))), "{body:?}");
        }
        assert_eq!(body_len(body), Err(Malformed), "{body:?}");
    }
    for body in [
        "x\r\n",
        "\r\n",
        "-1\r\n",
        "+1\r\n",
        "fffffffffffffffff\r\n",
        "1\r\nab\r\n",
    ] {
        let decoded = decode(Decoder::for_response(), body.as_bytes(), 1);
        assert_eq!(decoded, Err(Malformed), "{body:?}");
    }
}

proptest! {
    /// However a body is cut into pieces, the decoder comes to the same result, and as early. What follows the body
    /// does not change where it ends.
    #[test]
    fn a_body_ends_where_it_ends(text in "([0-3;a \t]{1,3}\r?\n?){0,6}0\r\n(A: b\r?\n)?\r?\n.{0,4}") {
        let bytes = text.as_bytes();
        let whole = body_len(bytes);
        for cut in 0..=bytes.len() {
            let seen = body_len(&bytes[..cut]);
            let dribbled = decode(Decoder::for_request(MAX_LEN), &bytes[..cut], 1);
            prop_assert_eq!(dribbled.map(|(_, end)| end), seen);
            if seen != Ok(None) {
                prop_assert_eq!(seen, whole);
                break;
            }
        }
    }

    /// A response is accepted wherever a request is, and with the same content.
    #[test]
    fn both_ends_agree(text in "([0-3;a \t]{1,3}\r?\n?){0,6}0\r\n(A: b\r?\n)?\r?\n", piece in 1..9_usize) {
        let bytes = text.as_bytes();
        let lenient = decode(Decoder::for_response(), bytes, piece);
        if let Ok(strict @ (_, Some(_))) = decode(Decoder::for_request(MAX_LEN), bytes, piece) {
            prop_assert_eq!(lenient, Ok(strict));
        }
    }
}
