//! Which entries of a folder an archive is to have: `zip&n=NAME&n=NAME` in the query, or the fields `n` of a form
//! (`application/x-www-form-urlencoded`, WHATWG URL section 5, or `multipart/form-data`). Pure.

use std::borrow::Cow;
use std::collections::BTreeSet;

use landline_http1::multipart::{self, Parser, Step};
use percent_encoding::percent_decode_str;

use crate::share::name::ShareName;

/// Whether a query asks for an archive.
pub(in crate::server::http) fn is_archive(query: Option<&str>) -> bool {
    let mut pairs = query.unwrap_or_default().split('&');
    pairs.any(|pair| pair.split('=').next() == Some("zip"))
}

/// Adds the values of all `n` in a form of this `Content-Type` to `names`.
///
/// # Errors
/// One of them is not the name of an entry, or the form is malformed.
pub(super) fn read_form(
    content_type: Option<&str>,
    form: &[u8],
    names: &mut BTreeSet<String>,
) -> Result<(), NotAName> {
    match content_type.and_then(multipart::boundary) {
        Some(boundary) => read_parts(Parser::new(&boundary), form, names),
        None => read(std::str::from_utf8(form).map_err(|_| NotAName)?, names),
    }
}

fn read_parts(
    mut parser: Parser,
    mut form: &[u8],
    names: &mut BTreeSet<String>,
) -> Result<(), NotAName> {
    let mut value = None;
    loop {
        let (len, step) = parser.step(form).map_err(|_| NotAName)?;
        match step {
            Step::Head(head) => value = (head.name == "n").then(Vec::new),
            Step::Content(piece) => {
                if let Some(value) = &mut value {
                    value.extend_from_slice(piece);
                }
            }
            Step::PartEnd => {
                if let Some(value) = value.take() {
                    let value = String::from_utf8(value).map_err(|_| NotAName)?;
                    names.insert(entry_name(&value)?);
                }
            }
            Step::End => return Ok(()),
            Step::More => return Err(NotAName),
        }
        form = &form[len..];
    }
}

/// Adds the values of all `n` to `names`; a slash after a folder's name is dropped.
///
/// # Errors
/// One of them is not the name of an entry.
pub(super) fn read(pairs: &str, names: &mut BTreeSet<String>) -> Result<(), NotAName> {
    for pair in pairs.split('&') {
        if let Some(("n", value)) = pair.split_once('=') {
            names.insert(entry_name(&decode(value)?)?);
        }
    }
    Ok(())
}

/// The request names something that is not an entry of the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotAName;

fn decode(value: &str) -> Result<String, NotAName> {
    let spaced = if value.contains('+') {
        Cow::Owned(value.replace('+', " "))
    } else {
        Cow::Borrowed(value)
    };
    let decoded = percent_decode_str(&spaced).decode_utf8();
    decoded.map(Cow::into_owned).map_err(|_| NotAName)
}

fn entry_name(value: &str) -> Result<String, NotAName> {
    let value = value.strip_suffix('/').unwrap_or(value);
    match ShareName::from_raw(value.as_bytes()) {
        Ok(name) if name.parts().len() == 1 => Ok(value.to_owned()),
        _ => Err(NotAName),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(pairs: &str) -> Result<Vec<String>, NotAName> {
        let mut names = BTreeSet::new();
        read(pairs, &mut names)?;
        Ok(names.into_iter().collect())
    }

    #[test]
    fn the_query_says_whether_it_is_an_archive() {
        for query in ["zip", "zip=", "zip&n=a", "n=a&zip", "sort=size&zip=1"] {
            assert!(is_archive(Some(query)), "{query}");
        }
        for query in ["", "n=a", "zipped", "ZIP", "n=zip", "unzip", "a&b"] {
            assert!(!is_archive(Some(query)), "{query}");
        }
        assert!(!is_archive(None));
    }

    #[test]
    fn names_are_read_as_browsers_send_them() {
        for (pairs, expected) in [
            ("", vec![]),
            ("zip", vec![]),
            ("zip&n=a.txt", vec!["a.txt"]),
            ("n=b&n=a&n=b", vec!["a", "b"]),
            ("n=a+b%2Bc%26d%3D", vec!["a b+c&d="]),
            ("n=%E6%B5%B7.txt&x=y&n2=z", vec!["海.txt"]),
            ("n=photos%2F&n=photos", vec!["photos"]),
            ("n==a", vec!["=a"]),
            ("n", vec![]),
        ] {
            let expected = expected.into_iter().map(String::from).collect();
            assert_eq!(names(pairs), Ok(expected), "{pairs}");
        }
    }

    #[test]
    fn a_form_may_have_parts() {
        let part = |name: &str, value: &str| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let read = |form: &str| {
            let mut names = BTreeSet::new();
            let content_type = Some("multipart/form-data; boundary=x");
            read_form(content_type, form.as_bytes(), &mut names)?;
            Ok(names.into_iter().collect::<Vec<_>>())
        };
        let form = [
            part("n", "a+b%20.txt"),
            part("other", "../c"),
            part("n", "海/"),
        ]
        .concat();
        assert_eq!(
            read(&format!("{form}--x--\r\n")),
            Ok(vec!["a+b%20.txt".into(), "海".into()])
        );
        assert_eq!(read("--x--"), Ok(vec![]));
        for cut in 0..form.len() {
            if form.is_char_boundary(cut) {
                assert_eq!(read(&form[..cut]), Err(NotAName), "{cut}");
            }
        }
        for value in ["", "..", "a/b", "a\0"] {
            assert_eq!(read(&format!("{}--x--", part("n", value))), Err(NotAName));
        }
    }

    #[test]
    fn nothing_but_names_of_entries() {
        for value in [
            "", "/", "..", ".", "../a", "a/b", "a//", "%2E%2E", "/a", "%00", "a%0Ab", "%FF", "%E6",
        ] {
            assert_eq!(names(&format!("n={value}")), Err(NotAName), "{value}");
        }
    }
}
