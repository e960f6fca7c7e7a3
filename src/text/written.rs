//! The texts as they stand in the files, for tests that compare them.

use std::collections::{BTreeMap, BTreeSet};

/// A text: its key, and where it is not the sentence itself the name of its attribute.
pub(crate) type Id<'a> = (&'a str, Option<&'a str>);

/// The texts of a file in the order of the file, each with its source, continued lines included.
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

/// The values that each text of a file needs.
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
