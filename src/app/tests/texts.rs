//! The keys in the source match those in the translation files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::text::written::{texts, variables};
use crate::text::{CHINESE, ENGLISH};

/// All code of the program, without comments.
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

pub(super) fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// A use of a text.
#[derive(Debug)]
struct Call {
    key: String,
    /// The names of its arguments.
    values: BTreeSet<String>,
    /// Whether its hint is never shown there.
    title_only: bool,
}

/// All uses of `t!("…")` and `sentence!("…")`, wherever lines are broken.
fn calls(code: &str) -> Vec<Call> {
    let mut calls = Vec::new();
    for (macro_name, title_only) in [("t!(", true), ("sentence!(", false)] {
        for (at, _) in code.match_indices(macro_name) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|before| before.is_alphanumeric() || before == '_') {
                continue;
            }
            let mut parts = arguments(&code[at + macro_name.len()..]).into_iter();
            let literal = parts.next().unwrap_or_default();
            let key = literal
                .strip_prefix('"')
                .and_then(|key| key.strip_suffix('"'));
            let Some(key) = key.filter(|key| is_key(key)) else {
                continue;
            };
            let name = |part: &str| part.split_once(" = ").map(|(name, _)| name.to_owned());
            calls.push(Call {
                key: key.to_owned(),
                values: parts.filter_map(name).collect(),
                title_only,
            });
        }
    }
    calls
}

/// The comma-separated arguments up to the closing parenthesis.
fn arguments(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut depth, mut from, mut in_text, mut escaped) = (0, 0, false, false);
    for (at, c) in code.char_indices() {
        let is_end = !in_text && depth == 0 && (c == ',' || c == ')');
        if is_end {
            found.push(code[from..at].trim());
            from = at + 1;
            if c == ')' {
                break;
            }
        }
        match c {
            '"' if !escaped => in_text = !in_text,
            '(' | '[' | '{' if !in_text => depth += 1,
            ')' | ']' | '}' if !in_text => depth -= 1,
            _ => {}
        }
        escaped = in_text && c == '\\' && !escaped;
    }
    found
}

fn is_key(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

fn written() -> BTreeSet<String> {
    let texts = texts(ENGLISH).into_iter();
    texts.map(|((key, _), _)| key.to_owned()).collect()
}

#[test]
fn every_key_in_use_is_defined() {
    let calls = calls(&code());
    assert!(calls.len() > 200, "{}", calls.len());
    let asked_for: BTreeSet<String> = calls.into_iter().map(|call| call.key).collect();
    let written = written();
    let missing: Vec<_> = asked_for.difference(&written).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_defined_key_is_used() {
    let code = code();
    let is_unused = |key: &String| !code.contains(&format!("\"{key}\""));
    let unused: Vec<_> = written().into_iter().filter(is_unused).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn every_use_passes_the_right_arguments() {
    let calls = calls(&code());
    for file in [ENGLISH, CHINESE] {
        let mut title = BTreeMap::new();
        let mut whole: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for ((key, attribute), values) in variables(file) {
            whole.entry(key).or_default().extend(values.clone());
            if attribute.is_none() {
                title.insert(key, values);
            }
        }
        for call in &calls {
            let needed = if call.title_only { &title } else { &whole };
            if let Some(needed) = needed.get(call.key.as_str()) {
                assert!(needed.is_subset(&call.values), "{call:?}: {needed:?}");
            }
        }
    }
}

#[test]
fn calls_are_found_wherever_the_line_breaks() {
    // In upper case, because this file is searched, too.
    let code = r#"WAIT!("no"); T!("one", n = f("a, \")", 1)), SENTENCE!(
        "two", host = host,
        name = g(x),
    )"#;
    let code = code.replace("WAIT", "wait").replace("SENTENCE", "sentence");
    let code = code.replace('T', "t");
    let calls: Vec<_> = calls(&code)
        .into_iter()
        .map(|call| (call.key, call.values.into_iter().collect::<Vec<_>>()))
        .collect();
    let call = |key: &str, values: &[&str]| {
        let values = values.iter().map(ToString::to_string).collect::<Vec<_>>();
        (key.to_owned(), values)
    };
    assert_eq!(calls, [call("one", &["n"]), call("two", &["host", "name"])]);
}
