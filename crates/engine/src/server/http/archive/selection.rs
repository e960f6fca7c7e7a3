//! Which entries of a folder an archive is to have: `zip&n=NAME&n=NAME` in the query, or `n=NAME&n=NAME` in a form
//! (`application/x-www-form-urlencoded`, WHATWG URL section 5). Pure.

use std::borrow::Cow;
use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;

use crate::share::name::ShareName;

/// Whether a query asks for an archive.
pub(in crate::server::http) fn is_archive(query: Option<&str>) -> bool {
    let mut pairs = query.unwrap_or_default().split('&');
    pairs.any(|pair| pair.split('=').next() == Some("zip"))
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
    fn nothing_but_names_of_entries() {
        for value in [
            "", "/", "..", ".", "../a", "a/b", "a//", "%2E%2E", "/a", "%00", "a%0Ab", "%FF", "%E6",
        ] {
            assert_eq!(names(&format!("n={value}")), Err(NotAName), "{value}");
        }
    }
}
