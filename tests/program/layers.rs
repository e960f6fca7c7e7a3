//! The dependencies between the crates and their modules, read from the sources: each layer uses
//! only those below it, and there are no cycles (ARCHITECTURE.md, *Layers*).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A crate, and the layers of its modules from top to bottom. Modules of the same layer do not use
/// each other, except in the last one, which is unordered.
struct Crate {
    sources: &'static str,
    layers: &'static [&'static [&'static str]],
    /// What its sources must not mention.
    foreign: &'static [&'static str],
}

const ENGINE: Crate = Crate {
    sources: "crates/engine/src",
    layers: &[
        &["server", "client", "discovery", "doctor"],
        &["listing", "store", "share", "call", "verdict", "localsend"],
        &["transfer"],
        &["transport"],
        &[
            "archive",
            "collation",
            "error",
            "fs",
            "host_name",
            "identity",
            "name_bytes",
            "numbers",
            "password",
            "printable",
            "secret",
            "system_program",
            "threads",
            "timestamp",
            "url_path",
            "windows_device",
        ],
    ],
    foreign: &["egui", "eframe", "clap", "fluent_bundle", "rfd", "landline"],
};

const HTTP1: Crate = Crate {
    sources: "crates/http1/src",
    layers: &[],
    foreign: &[
        "std::net::TcpStream",
        "std::fs",
        "landline_engine",
        "landline",
    ],
};

const APPLICATION: Crate = Crate {
    sources: "src",
    layers: &[
        &["app", "commands"],
        &["args", "logging", "sleep_inhibitor"],
        &["settings", "share_secrets", "format"],
        &["stored"],
        &["text", "qr", "closed_stdout", "heap", "windows"],
    ],
    foreign: &["landline_http1"],
};

/// The model of the window, without egui.
const MODEL: Crate = Crate {
    sources: "src/app/model",
    layers: &[],
    foreign: &[
        "egui",
        "eframe",
        "crate::app::ui",
        "crate::app::system",
        "std::net::TcpStream",
    ],
};

#[test]
fn each_layer_uses_only_those_below() {
    let mut wrong = Vec::new();
    for of in [&ENGINE, &HTTP1, &APPLICATION, &MODEL] {
        for source in sources(&root().join(of.sources)) {
            wrong.extend(wrong_uses(of, &source));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn there_are_no_cycles_between_modules() {
    for of in [&ENGINE, &HTTP1, &APPLICATION] {
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for source in sources(&root().join(of.sources)) {
            let mut modules = source.modules();
            modules.remove(&source.module);
            uses.entry(source.module).or_default().extend(modules);
        }
        assert_eq!(circle(&uses), None, "{}", of.sources);
    }
}

#[test]
fn violations_are_named() {
    let source = |module: &str, text: &str| Source {
        file: PathBuf::from("x.rs"),
        module: module.to_owned(),
        paths: paths(&code(text), module),
    };
    let wrong = |module, text| wrong_uses(&ENGINE, &source(module, text));
    assert_eq!(wrong("client", "use crate::store::{part, sink};").len(), 0);
    assert_eq!(wrong("store", "use crate::client::Request;").len(), 1);
    assert_eq!(
        wrong("store", "use crate::{fs, server::Limits, client};").len(),
        2
    );
    assert_eq!(wrong("store", "fn f() { crate::share::g() }").len(), 1);
    assert_eq!(wrong("server", "use super::client::Client;").len(), 1);
    assert_eq!(wrong("transport", "// crate::client is above.").len(), 0);
    assert_eq!(wrong("transport", "use clap::Parser;").len(), 1);
    assert_eq!(wrong("attic", "").len(), 1);
    let tests = "#[cfg(test)]\nmod tests {\n    use crate::server::Server;\n}\n";
    assert_eq!(wrong("store", tests).len(), 0);
    let circular = [("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")];
    let uses = circular.map(|(from, to)| (from.to_owned(), BTreeSet::from([to.to_owned()])));
    assert_eq!(circle(&uses.into()).as_deref(), Some("a -> b -> c -> a"));
}

/// A source file, with the paths that it mentions in its own crate and others.
struct Source {
    file: PathBuf,
    /// Its top-level module; empty for the crate's root.
    module: String,
    /// `crate::a::b` and `other::c`, one per leaf of a `use`.
    paths: BTreeSet<String>,
}

impl Source {
    /// The top-level modules of its own crate that it mentions.
    fn modules(&self) -> BTreeSet<String> {
        let own = self
            .paths
            .iter()
            .filter_map(|path| path.strip_prefix("crate::"));
        let first = own.filter_map(|path| path.split("::").next());
        // A function or macro in the crate's root is not a module.
        first
            .filter(|name| is_module(name))
            .map(String::from)
            .collect()
    }
}

fn is_module(name: &str) -> bool {
    !["t", "sentence"].contains(&name)
}

fn wrong_uses(of: &Crate, source: &Source) -> Vec<String> {
    let file = source.file.display();
    let foreign = of.foreign.iter().filter(|name| {
        let is_in = |path: &String| {
            path.strip_prefix(**name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        source.paths.iter().any(is_in)
    });
    let mut wrong: Vec<_> = foreign.map(|name| format!("{file} names {name}")).collect();
    let layer = |module: &str| of.layers.iter().position(|layer| layer.contains(&module));
    // Tests and fuzzing may use everything.
    if of.layers.is_empty() || ["", "fuzzing", "main", "console"].contains(&&*source.module) {
        return wrong;
    }
    let Some(own) = layer(&source.module) else {
        wrong.push(format!("{file}: `{}` is in no layer", source.module));
        return wrong;
    };
    let is_last = own + 1 == of.layers.len();
    for used in source.modules() {
        if used == source.module {
            continue;
        }
        if layer(&used).is_none_or(|used| used < own || used == own && !is_last) {
            wrong.push(format!("{file}: `{}` must not use `{used}`", source.module));
        }
    }
    wrong
}

/// The first cycle, as `a -> b -> a`.
fn circle(uses: &BTreeMap<String, BTreeSet<String>>) -> Option<String> {
    fn search(
        uses: &BTreeMap<String, BTreeSet<String>>,
        path: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> Option<String> {
        let here = path.last()?.clone();
        for next in uses.get(&here).into_iter().flatten() {
            if let Some(start) = path.iter().position(|module| module == next) {
                let circle = [&path[start..], std::slice::from_ref(next)].concat();
                return Some(circle.join(" -> "));
            }
            if !done.contains(next) {
                path.push(next.clone());
                let found = search(uses, path, done);
                path.pop();
                if found.is_some() {
                    return found;
                }
            }
        }
        done.insert(here);
        None
    }
    let mut done = BTreeSet::new();
    let mut starts = uses.keys();
    starts.find_map(|start| search(uses, &mut vec![start.clone()], &mut done))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every source below `folder` except tests.
fn sources(folder: &Path) -> Vec<Source> {
    let mut sources = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            if name == "tests" || name == "fuzzing" {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                let inside = path.strip_prefix(folder).unwrap().with_extension("");
                let mut parts = inside.iter().map(|part| part.to_str().unwrap());
                let module = parts.next().filter(|part| !["lib", "mod"].contains(part));
                let module = module.unwrap_or_default().to_owned();
                // The depth of `super`: a `mod.rs` stands for its folder.
                let depth = inside.iter().count() - usize::from(inside.ends_with("mod"));
                let scope = if depth == 1 {
                    module.clone()
                } else {
                    String::new()
                };
                let paths = paths(&code(&fs::read_to_string(&path).unwrap()), &scope);
                sources.push(Source {
                    file: path,
                    module,
                    paths,
                });
            }
        }
    }
    assert!(sources.len() > 5, "{}", folder.display());
    sources
}

/// `text` without comments and without the tests at its end.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    let lines = text[..end]
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The paths that `code` mentions, in `use` and elsewhere. At the top of a crate (where `scope` is
/// the file's own module) `super` is the crate.
fn paths(code: &str, scope: &str) -> BTreeSet<String> {
    let code = match scope {
        "" => code.to_owned(),
        _ => code.replace("super::", "crate::"),
    };
    let mut found = BTreeSet::new();
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    for (at, _) in code.match_indices("::") {
        let head = &code[..at];
        let start = head
            .rfind(|c| !is_name(c) && c != ':')
            .map_or(0, |at| at + 1);
        let first = &head[start..];
        if first.is_empty() || first.contains("::") {
            continue;
        }
        leaves(first, &code[at + 2..], &mut found);
    }
    found
}

/// Adds `prefix` joined with each path at the start of `rest`: one, or those of a group in braces.
fn leaves(prefix: &str, rest: &str, found: &mut BTreeSet<String>) {
    let rest = rest.trim_start();
    if let Some(group) = rest.strip_prefix('{') {
        let mut depth = 0;
        let mut start = 0;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    if !group[start..at].trim().is_empty() {
                        leaves(prefix, &group[start..at], found);
                    }
                    start = at + 1;
                    if c == '}' {
                        return;
                    }
                }
                _ => {}
            }
        }
        return;
    }
    let end = rest
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(rest.len());
    let path = format!("{prefix}::{}", &rest[..end]);
    if let Some(rest) = rest[end..].strip_prefix("::") {
        leaves(&path, rest, found);
    }
    found.insert(path);
}
