//! The texts in the source and the texts in the file are the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::text::ENGLISH;

/// All code of the program, without its comments.
fn code() -> String {
    let mut files = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    sources(&root, &mut files);
    let mut code = String::new();
    for file in files {
        let source = fs::read_to_string(file).unwrap();
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        code.extend(source.split_inclusive('\n').filter(is_code));
    }
    code
}

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
fn asked_for(code: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for macro_name in ["t!(", "sentence!("] {
        for (at, _) in code.match_indices(macro_name) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|before| before.is_alphanumeric() || before == '_') {
                continue;
            }
            let rest = code[at + macro_name.len()..].trim_start();
            let literal = rest.strip_prefix('"');
            let key = literal.and_then(|rest| rest.split('"').next());
            keys.extend(key.filter(|key| is_key(key)).map(str::to_owned));
        }
    }
    keys
}

fn is_key(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

fn written() -> Vec<String> {
    ENGLISH
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_once(" ="))
        .map(|(key, _)| key.to_owned())
        .collect()
}

#[test]
fn every_text_that_is_asked_for_is_written_once() {
    let written = written();
    let once: BTreeSet<_> = written.iter().cloned().collect();
    assert_eq!(once.len(), written.len(), "a key stands there twice");
    let missing: Vec<_> = asked_for(&code()).difference(&once).cloned().collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_text_that_is_written_is_used() {
    let code = code();
    let is_unused = |key: &String| !code.contains(&format!("\"{key}\""));
    let unused: Vec<_> = written().into_iter().filter(is_unused).collect();
    assert!(unused.is_empty(), "{unused:?}");
}
