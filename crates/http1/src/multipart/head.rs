//! The head of a part (RFC 7578 section 4.2). Pure.

use std::borrow::Cow;

use super::Malformed;
use crate::digest::{self, Sha256};
use crate::disposition::extended_value;

/// More fields than any client sends.
const FIELDS_MAX: usize = 16;

/// What the head of a part says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartHead {
    /// The name of the form's field; may be empty.
    pub name: String,
    /// The name of the file, if it is one; empty if none was chosen. May be a path.
    pub filename: Option<String>,
    /// The SHA-256 in `Content-Digest`.
    pub digest: Option<Sha256>,
    /// `X-OC-Mtime`: when the file changed last, in seconds since 1970.
    pub modified_secs: Option<i64>,
}

/// Parses a head with its empty line.
pub(super) fn parse(bytes: &[u8]) -> Result<PartHead, Malformed> {
    let mut fields = [httparse::EMPTY_HEADER; FIELDS_MAX];
    let Ok(httparse::Status::Complete((len, fields))) = httparse::parse_headers(bytes, &mut fields)
    else {
        return Err(Malformed);
    };
    if len != bytes.len() {
        return Err(Malformed);
    }
    let mut head = None;
    let (mut digest, mut modified_secs) = (None, None);
    for field in fields {
        let value = String::from_utf8_lossy(field.value);
        let is = |known: &str| field.name.eq_ignore_ascii_case(known);
        if is("Content-Disposition") {
            if head.replace(disposition(&value)?).is_some() {
                return Err(Malformed);
            }
        } else if is("Content-Digest") {
            digest = digest::parse_field(&value);
        } else if is("X-OC-Mtime") {
            modified_secs = value.trim().parse().ok();
        } else if is("Content-Transfer-Encoding") && !is_as_it_is(&value) {
            return Err(Malformed);
        }
    }
    let head = head.ok_or(Malformed)?;
    Ok(PartHead {
        digest,
        modified_secs,
        ..head
    })
}

/// Whether this transfer encoding leaves the content as it is (RFC 2045 section 6.2). Others have no use in HTTP (RFC 7578
/// section 4.7).
fn is_as_it_is(encoding: &str) -> bool {
    ["binary", "8bit", "7bit"]
        .iter()
        .any(|as_it_is| encoding.trim().eq_ignore_ascii_case(as_it_is))
}

/// Parses `form-data; name="a"; filename="b"`.
fn disposition(value: &str) -> Result<PartHead, Malformed> {
    let (kind, mut rest) = value.split_once(';').unwrap_or((value, ""));
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return Err(Malformed);
    }
    let mut head = PartHead::default();
    let (mut plain, mut extended) = (None, None);
    while let Some((name, value, next)) = parameter(rest) {
        rest = next;
        if name.eq_ignore_ascii_case("name") {
            head.name = value;
        } else if name.eq_ignore_ascii_case("filename") {
            plain = plain.or(Some(value));
        } else if name.eq_ignore_ascii_case("filename*") {
            extended = extended.or_else(|| extended_value(&value));
        }
    }
    head.filename = extended.or(plain);
    Ok(head)
}

/// The next parameter's name and value, and what follows it.
fn parameter(text: &str) -> Option<(&str, String, &str)> {
    let text = text.trim_start_matches([';', ' ', '\t']);
    let (name, rest) = text.split_once('=')?;
    let (value, rest) = if let Some(quoted) = rest.trim_start().strip_prefix('"') {
        let (value, rest) = quoted_string(quoted);
        (value, rest.split_once(';').map_or("", |(_, rest)| rest))
    } else {
        let (value, rest) = rest.split_once(';').unwrap_or((rest, ""));
        (value.trim().to_owned(), rest)
    };
    Some((name.trim(), value, rest))
}

/// The text before the closing quote, and what follows the quote. Browsers write a quote in it as `%22` (HTML, "multipart
/// form data") and leave backslashes alone; older versions of curl escape both.
fn quoted_string(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    let mut rest = "";
    while let Some((at, c)) = chars.next() {
        match (c, chars.peek()) {
            ('"', _) => {
                rest = &text[at + 1..];
                break;
            }
            ('\\', Some(&(_, escaped @ ('"' | '\\')))) => {
                value.push(escaped);
                chars.next();
            }
            (c, _) => value.push(c),
        }
    }
    let decoded = [("%22", "\""), ("%0D", "\r"), ("%0A", "\n")]
        .into_iter()
        .fold(Cow::from(&value), |value, (code, c)| {
            if value.contains(code) {
                value.replace(code, c).into()
            } else {
                value
            }
        });
    (decoded.into_owned(), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filename(value: &str) -> Option<String> {
        let head = format!("Content-Disposition: form-data; name=\"f\"; {value}\r\n\r\n");
        parse(head.as_bytes()).unwrap().filename
    }

    #[test]
    fn names_are_read_from_what_clients_send() {
        for (value, expected) in [
            (r#"filename="a.txt""#, "a.txt"),
            (r#"filename="海边.txt""#, "海边.txt"),
            (r#"filename="a/b.txt""#, "a/b.txt"),
            (r"filename=a.txt", "a.txt"),
            (r#"filename="a %22b%22.txt""#, "a \"b\".txt"),
            (r#"filename="a \"b\".txt""#, "a \"b\".txt"),
            (r#"filename="C:\dir\a.txt""#, r"C:\dir\a.txt"),
            (r#"filename="a;b=c.txt"; x=y"#, "a;b=c.txt"),
            (r#"filename="100%.txt""#, "100%.txt"),
            (
                r#"filename="a.txt"; filename*=utf-8''%E6%B5%B7.txt"#,
                "海.txt",
            ),
            (
                r#"filename*=utf-8''%E6%B5%B7.txt; filename="a.txt""#,
                "海.txt",
            ),
            (r#"filename="""#, ""),
            (r#"filename="no end"#, "no end"),
            (r#"filename="a%0D%0Ab""#, "a\r\nb"),
        ] {
            assert_eq!(filename(value).as_deref(), Some(expected), "{value}");
        }
        assert_eq!(filename("x=y"), None);
    }

    #[test]
    fn other_fields_are_read() {
        let head = parse(
            b"content-disposition: form-data; name=\"f\"\r\n\
              Content-Type: text/plain\r\n\
              X-OC-Mtime: 1000000000\r\n\
              Content-Digest: sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:\r\n\r\n",
        )
        .unwrap();
        assert_eq!((&*head.name, head.filename.as_deref()), ("f", None));
        assert_eq!(head.modified_secs, Some(1_000_000_000));
        assert!(head.digest.is_some());
    }

    #[test]
    fn what_is_no_part_of_a_form_is_malformed() {
        for head in [
            "\r\n",
            "\r\n\r\n",
            "Content-Type: text/plain\r\n\r\n",
            "Content-Disposition: attachment; filename=\"a\"\r\n\r\n",
            "Content-Disposition: form-data\r\nContent-Disposition: form-data\r\n\r\n",
            "Content-Disposition form-data\r\n\r\n",
            "Content-Disposition: form-data\r\n folded\r\n\r\n",
            "Content-Disposition: form-data\0\r\n\r\n",
        ] {
            assert_eq!(parse(head.as_bytes()), Err(Malformed), "{head:?}");
        }
        let many = "A: b\r\n".repeat(FIELDS_MAX + 1) + "\r\n";
        assert_eq!(parse(many.as_bytes()), Err(Malformed));
    }
}
