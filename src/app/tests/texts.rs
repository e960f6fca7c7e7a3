//! The texts in the source and the texts in the file are the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::text::ENGLISH;

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The keys in `t!("…")` and `sentence!("…")`, wherever the line breaks.
fn used() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    let mut keys = BTreeSet::new();
    for file in files {
        let source = fs::read_to_string(file).unwrap();
        for macro_name in ["t!(", "sentence!("] {
            for (at, _) in source.match_indices(macro_name) {
                let before = source[..at].chars().next_back();
                if before.is_some_and(|before| before.is_alphanumeric() || before == '_') {
                    continue;
                }
                let rest = source[at + macro_name.len()..].trim_start();
                let key = rest
                    .strip_prefix('"')
                    .and_then(|rest| rest.split('"').next());
                let is_key = |key: &&str| {
                    key.chars()
                        .all(|c| c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit())
                };
                keys.extend(key.filter(is_key).map(str::to_owned));
            }
        }
    }
    keys
}

fn written() -> BTreeSet<String> {
    ENGLISH
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" ="))
        .map(|(key, _)| key.to_owned())
        .collect()
}

#[test]
fn every_text_that_is_used_is_written() {
    let missing: Vec<_> = used().difference(&written()).cloned().collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_text_that_is_written_is_used() {
    let unused: Vec<_> = written().difference(&used()).cloned().collect();
    assert!(unused.is_empty(), "{unused:?}");
}
