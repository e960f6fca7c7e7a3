//! Tests that nothing malformed is let pass, with a second reader that knows no leniency.

use proptest::prelude::*;

use super::parse;

const WHOLE: &[u8] =
    b"GET /a?b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nX: y z\r\nTE: x\r\n\r\n";

const WOUNDS: &[&[u8]] = &[
    b"\r",
    b"\n",
    b"\r\n",
    b"\0",
    b" ",
    b"\t",
    b":",
    b"\x7f",
    b"\x0b",
    b"\xff",
    b"x",
    b"#",
    b"\r\n ",
    b"\r\nHost: b",
    b"\r\nContent-Length: 6",
    b"\r\nTransfer-Encoding: chunked",
    b",",
];

/// RFC 9112 2 to 6 to the letter, written down a second time and another way.
fn is_strict(head: &[u8]) -> bool {
    let end: &[u8] = if head.contains(&b'\r') {
        b"\r\n"
    } else {
        b"\n"
    };
    let text: String = head.iter().map(|&b| char::from(b)).collect();
    let end = std::str::from_utf8(end).unwrap();
    let Some(lines) = text
        .strip_suffix(end)
        .and_then(|text| text.strip_suffix(end))
    else {
        return false;
    };
    let mut lines = lines.split(end);
    let line = lines.next().unwrap_or_default();
    let words: Vec<&str> = line.split(' ').collect();
    let fields: Vec<_> = lines.map(|line| line.split_once(':')).collect();
    let count = |name: &str| {
        let named = |field: &&Option<(&str, &str)>| {
            field.is_some_and(|(found, _)| found.eq_ignore_ascii_case(name))
        };
        fields.iter().filter(named).count()
    };
    let is_token = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_graphic() && !"()<>@,;:\\\"/[]?={}".contains(c))
    };
    words.len() == 3
        && !text
            .replace(end, "")
            .chars()
            .any(|c| c.is_ascii_control() && c != '\t')
        && is_token(words[0])
        && !words[1].contains(['\t', '#'])
        && fields
            .iter()
            .all(|field| field.is_some_and(|(name, _)| is_token(name)))
        && (count("Host") == 1 || words[2] == "HTTP/1.0" && count("Host") == 0)
        && (count("Content-Length") == 0 || count("Transfer-Encoding") == 0)
        && count("Transfer-Encoding") < 2
}

proptest! {
    /// What is let pass reads the same to the strictest of readers, whatever happened to a few bytes.
    #[test]
    fn a_damaged_head_is_refused_or_still_strict(
        wounds in proptest::collection::vec((any::<prop::sample::Index>(), 0..3, prop::sample::select(WOUNDS)), 1..4),
    ) {
        let mut head = WHOLE.to_vec();
        for (at, how, bytes) in wounds {
            let at = at.index(head.len());
            let until = if how == 0 { at } else { at + 1 };
            let bytes = if how == 2 { b"" } else { bytes };
            head.splice(at..until, bytes.iter().copied());
        }
        let shown = String::from_utf8_lossy(&head);
        if parse(&head, &|_| false).is_ok() {
            prop_assert!(is_strict(&head), "{shown:?}");
        }
    }
}
