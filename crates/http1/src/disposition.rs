//! The name that a server suggests for a file: `Content-Disposition` (RFC 6266). It is parsed as leniently as browsers
//! do: one malformed parameter does not affect the others.

use std::fmt::{self, Display, Write as _};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// A parsed `Content-Disposition`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disposition {
    /// `filename*` if it can be decoded, else `filename`. Not empty; possibly a path.
    pub name: Option<String>,
    /// The body is to be saved, not shown: the type is not `inline` (RFC 6266 section 4.2), or is missing.
    pub is_attachment: bool,
}

/// Parses the value of the field. This never fails: malformed parts are skipped.
pub(crate) fn parse(value: &str) -> Disposition {
    // Some servers omit the type.
    let mut is_attachment = !value.is_empty();
    let (mut plain, mut extended) = (None, None);
    for (at, (name, value)) in Parameters(value).enumerate() {
        match value {
            None if at == 0 => is_attachment = !name.eq_ignore_ascii_case("inline"),
            Some(value) if name.eq_ignore_ascii_case("filename*") => {
                extended = extended.or_else(|| extended_value(&value));
            }
            Some(value) if name.eq_ignore_ascii_case("filename") && !value.is_empty() => {
                plain = plain.or(Some(value));
            }
            _ => {}
        }
    }
    Disposition {
        name: extended.or(plain),
        is_attachment,
    }
}

/// Iterates over parameters (RFC 9110 section 5.6.6): each name, and its unquoted value if there is one.
pub(crate) struct Parameters<'a>(pub(crate) &'a str);

impl Iterator for Parameters<'_> {
    type Item = (String, Option<String>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let name_end = self.0.find([';', '=']).unwrap_or(self.0.len());
        let (name, rest) = self.0.split_at(name_end);
        let name = name.trim().to_owned();
        let Some(rest) = rest.strip_prefix('=') else {
            self.0 = rest.strip_prefix(';').unwrap_or_default();
            return Some((name, None));
        };
        let (value, rest) = if let Some(quoted) = rest.trim_start().strip_prefix('"') {
            let (value, rest) = quoted_string(quoted);
            // Whatever is between the closing quote and the semicolon is ignored.
            (value, rest.find(';').map_or("", |end| &rest[end + 1..]))
        } else {
            let (value, rest) = rest.split_once(';').unwrap_or((rest, ""));
            (value.trim().to_owned(), rest)
        };
        self.0 = rest;
        Some((name, Some(value)))
    }
}

/// The unescaped text before the closing quote, and what follows the quote. A missing one is implied at the end of the
/// field.
fn quoted_string(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            c => value.push(c),
        }
    }
    (value, "")
}

/// Decodes an extended value, `UTF-8'en'%E6%B5%B7.txt` (RFC 8187 section 3.2.1). `None` for an unknown charset, or bytes
/// that are not valid in it.
pub(crate) fn extended_value(value: &str) -> Option<String> {
    let mut parts = value.splitn(3, '\'');
    let charset = parts.next()?;
    let bytes = percent_decode_str(parts.nth(1)?);
    let name = if charset.eq_ignore_ascii_case("utf-8") {
        bytes.decode_utf8().ok()?.into_owned()
    } else if charset.eq_ignore_ascii_case("iso-8859-1") {
        bytes.map(char::from).collect()
    } else {
        return None;
    };
    Some(name).filter(|name| !name.is_empty())
}

/// The value that has a client show the content, and save it as `name`.
pub fn inline(name: &str) -> impl Display {
    with_name("inline", name)
}

/// The value that has a client save the content as `name`.
pub fn attachment(name: &str) -> impl Display {
    with_name("attachment", name)
}

/// The name in both forms, for old and new clients (RFC 6266 section 4.3).
fn with_name(kind: &'static str, name: &str) -> impl Display {
    /// `attr-char` allows these beside letters and digits (RFC 8187 section 3.2.1).
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'!')
        .remove(b'#')
        .remove(b'$')
        .remove(b'&')
        .remove(b'+')
        .remove(b'-')
        .remove(b'.')
        .remove(b'^')
        .remove(b'_')
        .remove(b'`')
        .remove(b'|')
        .remove(b'~');
    // Old clients (curl -J among them) read only this form, and all of them expect UTF-8 in it.
    let plain = fmt::from_fn(move |f| {
        name.chars().try_for_each(|c| match c {
            '"' | '\\' => write!(f, "\\{c}"),
            c if c.is_control() => f.write_char('_'),
            c => f.write_char(c),
        })
    });
    let encoded = utf8_percent_encode(name, ENCODED);
    fmt::from_fn(move |f| {
        write!(
            f,
            "{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
        )
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(value: &str) -> Option<String> {
        parse(value).name
    }

    #[test]
    fn names_are_read_from_what_servers_send() {
        for (value, expected) in [
            // The two of issue 14.
            ("attachment; filename=\"report.html\";", "report.html"),
            ("attachment; filename=\"a;b.html\"", "a;b.html"),
            ("attachment; filename=plain.txt", "plain.txt"),
            ("attachment;filename=plain.txt ;x", "plain.txt"),
            ("ATTACHMENT; FileName = \"a b.txt\" ; size=3", "a b.txt"),
            ("attachment; filename=a b.txt", "a b.txt"),
            (
                r#"attachment; filename="say \"hi\" \\ a.txt""#,
                r#"say "hi" \ a.txt"#,
            ),
            (
                r#"attachment; filename="a=b;c\";d.txt"; x=y"#,
                r#"a=b;c";d.txt"#,
            ),
            (
                "attachment; filename=\"never closed.txt",
                "never closed.txt",
            ),
            ("attachment; filename=\"a.txt\" junk; x=y", "a.txt"),
            ("attachment; ; =; broken; filename=a.txt", "a.txt"),
            (
                "attachment; x=\"; filename=no.txt\"; filename=yes.txt",
                "yes.txt",
            ),
            (
                "attachment; filename=\"\"; filename=second.txt",
                "second.txt",
            ),
            ("attachment; filename=first; filename=second", "first"),
            // The one with the asterisk counts, wherever it stands.
            (
                "attachment; filename*=UTF-8''%E6%B5%B7.txt; filename=sea.txt",
                "海.txt",
            ),
            (
                "attachment; filename=sea.txt; filename*=utf-8'zh'%E6%B5%B7.txt;",
                "海.txt",
            ),
            ("attachment; filename*=\"UTF-8''a%20b.txt\"", "a b.txt"),
            ("attachment; filename*=ISO-8859-1'en'caf%E9.txt", "café.txt"),
            // A quote within it stands for itself.
            ("attachment; filename*=UTF-8''it's.txt", "it's.txt"),
            // What cannot be decoded is not there.
            ("attachment; filename*=UTF-8''%FF; filename=a.txt", "a.txt"),
            (
                "attachment; filename*=shift_jis''%8A; filename=a.txt",
                "a.txt",
            ),
            ("attachment; filename*=nonsense; filename=a.txt", "a.txt"),
            ("attachment; filename*=UTF-8''; filename=a.txt", "a.txt"),
            ("attachment; filename*; filename=a.txt", "a.txt"),
            ("filename=\"no type.txt\"", "no type.txt"),
            ("inline; filename=a.txt", "a.txt"),
        ] {
            assert_eq!(name(value).as_deref(), Some(expected), "{value}");
        }
    }

    #[test]
    fn there_may_be_no_name() {
        for value in [
            "",
            ";",
            "attachment",
            "attachment;",
            "inline",
            "attachment; filename",
            "attachment; filename=",
            "attachment; filename=\"\"",
            "attachment; filename*=UTF-8''",
            "attachment; xfilename=a",
        ] {
            assert_eq!(name(value), None, "{value}");
        }
    }

    #[test]
    fn what_is_not_inline_is_to_be_saved() {
        for (value, is_attachment) in [
            ("attachment", true),
            ("Attachment; filename=a", true),
            ("x-unheard-of; filename=a", true),
            ("inline", false),
            ("INLINE; filename=a", false),
            ("filename=a", true),
            ("", false),
        ] {
            assert_eq!(parse(value).is_attachment, is_attachment, "{value}");
        }
    }

    #[test]
    fn names_survive_in_both_forms() {
        assert_eq!(
            inline("a b.txt").to_string(),
            "inline; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt"
        );
        assert_eq!(
            inline("海\"\r\n.txt").to_string(),
            "inline; filename=\"海\\\"__.txt\"; filename*=UTF-8''%E6%B5%B7%22%0D%0A.txt"
        );
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(value in "\\PC{0,60}|[;=\"\\\\'*% a-f]{0,40}") {
            let _ = parse(&value);
        }

        #[test]
        fn every_quoted_name_comes_out_as_it_was(expected in "[ -~海é]{1,30}") {
            let quoted = expected.replace('\\', "\\\\").replace('"', "\\\"");
            let value = format!("attachment; filename=\"{quoted}\"; size=1");
            prop_assert_eq!(name(&value), Some(expected));
        }

        #[test]
        fn what_our_server_says_is_understood(expected in "[^/\\p{C}]{1,20}") {
            prop_assert_eq!(name(&inline(&expected).to_string()), Some(expected));
        }
    }
}
