//! The name that a server suggests for a file: `Content-Disposition` (RFC 6266), read as leniently as
//! browsers do, because one broken parameter says nothing about the others.

use percent_encoding::percent_decode_str;

/// What a `Content-Disposition` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disposition {
    /// `filename*` where it can be decoded, else `filename`. Not empty; possibly a path.
    pub name: Option<String>,
    /// The body is a file to be saved and not a page to be shown: any type but `inline` (RFC 6266
    /// section 4.2), or none.
    pub is_attachment: bool,
}

/// Reads the value of the field. Nothing makes it fail: what cannot be read is skipped.
pub fn parse(value: &str) -> Disposition {
    // Some servers leave the type out.
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

/// What stands between semicolons (RFC 9110 section 5.6.6): each name, and the value behind its `=`
/// without quotes and backslashes.
struct Parameters<'a>(&'a str);

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
            // Nothing belongs between the closing quote and the semicolon.
            (value, rest.find(';').map_or("", |end| &rest[end + 1..]))
        } else {
            let (value, rest) = rest.split_once(';').unwrap_or((rest, ""));
            (value.trim().to_owned(), rest)
        };
        self.0 = rest;
        Some((name, Some(value)))
    }
}

/// What stands before the closing quote, and what comes behind it. One without an end ends with the
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

/// `UTF-8'en'%E6%B5%B7.txt` (RFC 8187 section 3.2.1). None where the charset is another, or the bytes
/// are not of it.
fn extended_value(value: &str) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::response::disposition;

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
            prop_assert_eq!(name(&disposition(&expected).to_string()), Some(expected));
        }
    }
}
