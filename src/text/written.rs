//! The raw texts of the translation files, for tests that compare them.

use std::collections::{BTreeMap, BTreeSet};

/// The ID of a text: its key, and the name of the attribute if it is one.
pub(crate) type Id<'a> = (&'a str, Option<&'a str>);

/// The texts of a file in order, each with its source, continuation lines included.
pub(crate) fn texts(file: &str) -> Vec<(Id<'_>, String)> {
    let mut texts: Vec<(Id<'_>, String)> = Vec::new();
    for line in file.lines() {
        let indented = line.starts_with(' ');
        let (name, value) = line.split_once(" =").unwrap_or(("", line));
        let attribute = name.trim_start().strip_prefix('.').filter(|_| indented);
        let is_key = line.starts_with(|c: char| c.is_ascii_lowercase());
        let id = match (attribute, texts.last()) {
            (Some(attribute), Some(&((key, _), _))) => (key, Some(attribute)),
            _ if is_key => (name, None),
            (_, Some(_)) if indented || line.starts_with('}') => {
                if let Some((_, text)) = texts.last_mut() {
                    text.push('\n');
                    text.push_str(line.trim());
                }
                continue;
            }
            _ => continue,
        };
        texts.push((id, value.trim().to_owned()));
    }
    texts
}

/// The variables of each text of a file.
pub(crate) fn variables(file: &str) -> BTreeMap<Id<'_>, BTreeSet<String>> {
    let of = |text: &str| {
        let after = text.split('$').skip(1);
        let name = |rest: &str| {
            let is_name = |c: &char| c.is_ascii_alphanumeric() || *c == '_' || *c == '-';
            rest.chars().take_while(is_name).collect::<String>()
        };
        after.map(name).collect()
    };
    let texts = texts(file).into_iter();
    texts.map(|(id, text)| (id, of(&text))).collect()
}
