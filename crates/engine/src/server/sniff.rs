//! Tells by its first bytes what a connection speaks. Pure: bytes in, verdict out.

use std::ops::Range;

use memchr::memchr;

use landline_http1::request::{Method, TARGET_MAX_LEN};

/// A raw request's name is at most this long, in bytes.
pub const NAME_MAX_LEN: usize = 1024;

/// No request line that is accepted is longer: a method, a target, a version.
const LINE_MAX_LEN: usize = TARGET_MAX_LEN + 32;

/// What the bytes so far say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Too few of them.
    More,
    /// A TLS handshake.
    Tls,
    /// A request line of HTTP/1.x is complete.
    Http,
    /// A raw request; its name stands here.
    Raw(Range<usize>),
}

/// Judge the bytes read so far, while more may come.
pub fn sniff(bytes: &[u8]) -> Verdict {
    if bytes.starts_with(&[0x16, 0x03]) {
        return Verdict::Tls;
    }
    let end = memchr(b'\n', bytes);
    // The limits come first: a line that is there at once is judged like one that comes in pieces.
    let len = end.unwrap_or(bytes.len());
    if len >= NAME_MAX_LEN && request_so_far(&bytes[..NAME_MAX_LEN]) != Likeness::Sure {
        return Verdict::Raw(0..NAME_MAX_LEN);
    }
    if len > LINE_MAX_LEN {
        // Whoever reads the head refuses it.
        return Verdict::Http;
    }
    if let Some(end) = end {
        let line = bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]);
        return if is_request_line(line) {
            Verdict::Http
        } else {
            Verdict::Raw(0..line.len().min(NAME_MAX_LEN))
        };
    }
    Verdict::More
}

/// How much an unfinished first line looks like HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// It cannot become a request line with a known method.
    None,
    /// It is the beginning of one: `G`, `GET `, `GET ht`. A file may be called so, too.
    Possible,
    /// A known method, a space, then `/`, `*` or `http`.
    Sure,
}

/// Judge a first line that has no end yet.
pub fn request_so_far(bytes: &[u8]) -> Likeness {
    let mut likeness = Likeness::None;
    // Every method begins with a capital letter; most names do not.
    if bytes.first().is_some_and(|b| !b.is_ascii_uppercase()) {
        return likeness;
    }
    for method in Method::KNOWN {
        let method = method.name().as_bytes();
        match bytes.strip_prefix(method) {
            Some([b' ', b'/' | b'*', ..]) => return Likeness::Sure,
            Some([b' ', rest @ ..]) if rest.starts_with(b"http") => return Likeness::Sure,
            Some([]) => likeness = Likeness::Possible,
            Some([b' ', rest @ ..]) if b"http".starts_with(rest) => likeness = Likeness::Possible,
            None if method.starts_with(bytes) => likeness = Likeness::Possible,
            _ => {}
        }
    }
    likeness
}

/// Whether a whole line is meant as a request line of HTTP/1.x, be it well formed or not: a
/// malformed one deserves a 400 and not the silence of the raw protocol.
fn is_request_line(line: &[u8]) -> bool {
    const VERSION: &[u8] = b" HTTP/1.";
    let before = match line {
        [rest @ .., b'0'..=b'9'] => rest.strip_suffix(VERSION),
        _ => None,
    };
    before.is_some_and(|before| begins_with_word(before) || has_path(before))
        || request_so_far(line) == Likeness::Sure
            && line
                .windows(5)
                .any(|word| word.eq_ignore_ascii_case(b"HTTP/"))
}

/// Whether what could be a method comes first.
fn begins_with_word(line: &[u8]) -> bool {
    let word = memchr(b' ', line).map_or(line, |end| &line[..end]);
    !word.is_empty()
        && word
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(b))
}

/// Whether a word begins with a slash, however it is parted from what comes before.
fn has_path(line: &[u8]) -> bool {
    line.windows(2)
        .any(|pair| matches!(pair, [b' ' | b'\x00'..=b'\x1f', b'/']))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn raw(name: &str) -> Verdict {
        Verdict::Raw(0..name.len())
    }

    #[test]
    fn a_line_is_a_name_or_a_request() {
        assert_eq!(sniff(b"notes.txt\nrest"), raw("notes.txt"));
        assert_eq!(sniff(b"notes.txt\r\n"), raw("notes.txt"));
        assert_eq!(sniff("海.txt\n".as_bytes()), raw("海.txt"));
        assert_eq!(sniff(b"GET notes.txt\n"), raw("GET notes.txt"));
        assert_eq!(sniff(b"GET /x\r\n"), raw("GET /x"));
        assert_eq!(sniff(b"are u ok?\n"), raw("are u ok?"));
        assert_eq!(sniff(b"\r\n"), raw(""));
        assert_eq!(sniff("海 HTTP/1.1\n".as_bytes()), raw("海 HTTP/1.1"));
        assert_eq!(sniff(b"PRI * HTTP/2.0\r\n"), raw("PRI * HTTP/2.0"));
        for line in [
            "GET /x HTTP/1.1\r\n",
            "GET /x HTTP/1.0\n",
            "HEAD * HTTP/1.1\r\n",
            "BREW /pot HTTP/1.1\r\n",
            "GET http://host/ HTTP/1.1\r\n",
            "CONNECT host:1 HTTP/1.1\r\n",
            "GET  /two HTTP/1.1\r\n",
            "GET /bare\rcr HTTP/1.1 \r\n",
            " GET /leading HTTP/1.1\r\n",
            "GET\t/tab HTTP/1.1\r\n",
            "GET /tab\tHTTP/1.1\r\n",
            "G(T / HTTP/1.1\r\n",
            "GET / http/1.1\r\n",
            "GET / HTTP/2.0\r\n",
            "GET /x HTTP/11\r\n",
        ] {
            assert_eq!(sniff(line.as_bytes()), Verdict::Http, "{line:?}");
        }
        assert_eq!(sniff(&[0x16, 0x03, 0x01]), Verdict::Tls);
    }

    #[test]
    fn an_unfinished_line_waits() {
        assert_eq!(sniff(b""), Verdict::More);
        assert_eq!(sniff(&[0x16]), Verdict::More);
        assert_eq!(sniff(b"notes.txt"), Verdict::More);
        assert_eq!(sniff(b"GET /x HTTP/1.1"), Verdict::More);
    }

    #[test]
    fn a_name_without_end_is_cut_but_a_long_target_is_not() {
        let long = vec![b'a'; 5000];
        assert_eq!(sniff(&long), Verdict::Raw(0..NAME_MAX_LEN));
        assert_eq!(
            sniff(&[&long[..], b"\n"].concat()),
            Verdict::Raw(0..NAME_MAX_LEN)
        );
        assert_eq!(sniff(&[b"GET /", &long[..]].concat()), Verdict::More);
        assert_eq!(
            sniff(&[b"GET /", &long[..], &long[..]].concat()),
            Verdict::Http
        );
    }

    #[test]
    fn a_long_line_is_the_same_at_once_and_in_pieces() {
        let long = "a".repeat(1500);
        for (line, verdict) in [
            (
                format!("BREW /{long} HTTP/1.1\r\n"),
                Verdict::Raw(0..NAME_MAX_LEN),
            ),
            (format!("GET /{}\n", long.repeat(6)), Verdict::Http),
        ] {
            let line = line.as_bytes();
            let mut pieces = (0..line.len()).map(|len| sniff(&line[..len]));
            assert_eq!(pieces.find(|v| *v != Verdict::More), Some(verdict.clone()));
            assert_eq!(sniff(line), verdict);
        }
    }

    #[test]
    fn likeness_follows_the_method() {
        for start in ["", "G", "GET", "GET ", "GET h", "GET htt", "P", "DELETE "] {
            assert_eq!(
                request_so_far(start.as_bytes()),
                Likeness::Possible,
                "{start}"
            );
        }
        for start in ["GET /", "GET *", "GET http", "GET http://x", "HEAD /a b"] {
            assert_eq!(request_so_far(start.as_bytes()), Likeness::Sure, "{start}");
        }
        for start in ["GETX", "get /", "GET notes", "GET hx", "x", "GET  /"] {
            assert_eq!(request_so_far(start.as_bytes()), Likeness::None, "{start}");
        }
    }

    const LENGTHS: &[usize] = &[
        1000, 1010, 1015, 1018, 1019, 1020, 1021, 1022, 1023, 1024, 1025, 2000, 8180, 8200, 8210,
        8215, 8218, 8219, 8220, 8222, 8223, 8224, 8225, 8300, 9000,
    ];

    proptest! {
        /// However the bytes are cut into pieces, the first verdict is the verdict of the whole.
        #[test]
        fn pieces_change_nothing(head in "(GET |HEAD |POST )?[ -~]{0,30}( HTTP/1\\.1)?\r?\n", tail in "[ -~\n]{0,20}") {
            let whole = format!("{head}{tail}").into_bytes();
            let first = (0..=whole.len()).map(|n| sniff(&whole[..n])).find(|verdict| *verdict != Verdict::More);
            prop_assert_eq!(first, Some(sniff(&whole)));
        }

        /// Nor does it where a line is about as long as a name or a request line may be.
        #[test]
        fn pieces_of_a_long_line_change_nothing(
            start in "(GET |GET /|GET http|BREW /|x)",
            len in prop::sample::select(LENGTHS),
            end in "( HTTP/1\\.1)?\r?\n[a\n]{0,3}",
        ) {
            let whole = format!("{start}{}{end}", "a".repeat(len)).into_bytes();
            let first = (0..=whole.len()).map(|n| sniff(&whole[..n])).find(|verdict| *verdict != Verdict::More);
            prop_assert_eq!(first, Some(sniff(&whole)));
        }

        #[test]
        fn any_bytes_get_a_verdict(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            if let Verdict::Raw(range) = sniff(&bytes) {
                prop_assert!(range.end <= bytes.len() && range.end <= NAME_MAX_LEN);
            }
        }
    }
}
