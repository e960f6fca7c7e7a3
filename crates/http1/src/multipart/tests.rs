use proptest::prelude::*;

use super::*;

/// The parts of a form that arrives in pieces of `piece` bytes, or nothing if it is malformed or cut off.
fn parts(boundary: &str, form: &[u8], piece: usize) -> Option<Vec<(String, Vec<u8>)>> {
    let mut parser = Parser::new(boundary);
    let (mut buffer, mut parts) = (Vec::new(), Vec::<(String, Vec<u8>)>::new());
    let mut pieces = form.chunks(piece);
    loop {
        let (len, step) = parser.step(&buffer).ok()?;
        match step {
            Step::More => {
                buffer.drain(..len);
                buffer.extend_from_slice(pieces.next()?);
                assert!(buffer.len() <= HEAD_MAX_LEN + piece);
                continue;
            }
            Step::Head(head) => parts.push((head.filename.unwrap_or(head.name), Vec::new())),
            Step::Content(content) => {
                assert!(!content.is_empty());
                parts.last_mut().unwrap().1.extend_from_slice(content);
            }
            Step::PartEnd => {}
            Step::End => return Some(parts),
        }
        buffer.drain(..len);
    }
}

fn form(boundary: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut form = Vec::new();
    for (name, content) in parts {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{name}\"\r\n\r\n"
        );
        form.extend_from_slice(head.as_bytes());
        form.extend_from_slice(content);
        form.extend_from_slice(b"\r\n");
    }
    form.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    form
}

#[test]
fn parts_come_out_as_they_went_in_whatever_the_pieces() {
    let tricky: &[(&str, &[u8])] = &[
        ("empty", b""),
        ("line ends", b"\r\n\r\n\r"),
        (
            "almost",
            b"\r\n--boundar\r\n--bounda\r\n-\r\n--\r--boundary--\n--boundary",
        ),
        ("binary", &[0, 13, 10, 45, 45, 255, 13]),
    ];
    let sent = form("boundary", tricky);
    for piece in 1..sent.len() {
        let got = parts("boundary", &sent, piece).unwrap();
        let got: Vec<_> = got
            .iter()
            .map(|(name, content)| (&**name, &**content))
            .collect();
        assert_eq!(got, tricky, "{piece}");
    }
}

#[test]
fn what_is_cut_off_or_malformed_is_no_form() {
    let whole = form("b", &[("a", b"content")]);
    // Without the line end behind it, it is whole.
    for len in 0..whole.len() - 2 {
        assert_eq!(parts("b", &whole[..len], 3), None, "{len}");
    }
    let head = "Content-Disposition: form-data; name=\"f\"\r\n\r\n";
    for odd in [
        "preamble\r\n--b\r\n".to_owned() + head + "\r\n--b--",
        "--bX\r\n".to_owned() + head + "\r\n--b--",
        "--b\n".to_owned() + head + "\r\n--b--",
        "--b\r\n\r\ncontent\r\n--b--".to_owned(),
        "--b\r\n".to_owned() + head + "x\r\n--bX\r\n--b--",
        "--b\r\n".to_owned() + &"x".repeat(HEAD_MAX_LEN + 1),
        "--b".to_owned() + &" ".repeat(PADDING_MAX_LEN + 1) + "\r\n" + head + "\r\n--b--",
        "-".to_owned(),
        "\r\n--c".to_owned(),
    ] {
        assert_eq!(parts("b", odd.as_bytes(), 7), None, "{odd:?}");
    }
    assert_eq!(parts("b", b"--b--", 1), Some(Vec::new()));
    let padded = "\r\n--b \t\r\n".to_owned() + head + "x\r\n--b--epilogue";
    assert_eq!(parts("b", padded.as_bytes(), 1).unwrap().len(), 1);
}

#[test]
fn a_form_has_only_so_many_parts() {
    let some = |count| form("b", &vec![("a", &b""[..]); count]);
    let most = parts("b", &some(PARTS_MAX), 1 << 16).unwrap();
    assert_eq!(most.len(), PARTS_MAX);
    assert_eq!(parts("b", &some(PARTS_MAX + 1), 1 << 16), None);
}

#[test]
fn boundaries_are_found() {
    let long = "x".repeat(BOUNDARY_MAX_LEN);
    for (value, expected) in [
        ("multipart/form-data; boundary=abc", Some("abc")),
        ("Multipart/Form-Data;boundary=\"a b\"", Some("a b")),
        (
            "multipart/form-data; charset=utf-8; Boundary=----WebKit",
            Some("----WebKit"),
        ),
        (
            &*format!("multipart/form-data; boundary={long}"),
            Some(&*long),
        ),
        (&*format!("multipart/form-data; boundary={long}x"), None),
        ("multipart/form-data; boundary=", None),
        ("multipart/form-data; boundary=\"a \"", None),
        ("multipart/form-data; boundary=\"a\\\"b\"", None),
        ("multipart/form-data; boundary=\u{e9}", None),
        ("multipart/form-data", None),
        ("multipart/mixed; boundary=abc", None),
        ("text/plain", None),
        ("", None),
    ] {
        assert_eq!(boundary(value).as_deref(), expected, "{value}");
    }
}

proptest! {
    #[test]
    fn any_content_survives(
        contents in prop::collection::vec("[\\r\\n\\-ab]{0,40}", 1..4),
        piece in 1_usize..20,
    ) {
        let sent: Vec<_> = contents.iter().map(|content| ("n", content.as_bytes())).collect();
        let is_ambiguous = contents.iter().any(|content| content.contains("\r\n--ab"));
        if let Some(got) = parts("ab", &form("ab", &sent), piece) {
            let got: Vec<_> = got.iter().map(|(name, content)| (&**name, &**content)).collect();
            prop_assert!(got == sent || is_ambiguous);
        } else {
            prop_assert!(is_ambiguous);
        }
    }

    #[test]
    fn nothing_makes_it_panic(form in prop::collection::vec(any::<u8>(), 0..200), piece in 1_usize..9) {
        let _ = parts("b", &[b"--b\r\n".to_vec(), form].concat(), piece);
    }
}
