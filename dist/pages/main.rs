//! Writes the manual page and the shell completions to a folder, generated from the definitions that the
//! program parses its own arguments with, so that they cannot disagree.
//!
//! `cargo run --example pages -- DIR` makes `landline.1`, `landline.bash`, `_landline` and
//! `landline.fish` in DIR. The page is dated by `SOURCE_DATE_EPOCH`, or else today.
#![expect(
    clippy::disallowed_methods,
    reason = "it writes files and draws nothing"
)]

mod manual;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, io};

use clap::CommandFactory as _;
use clap_complete::aot::{Generator, Shell, generate};
use jiff::Timestamp;
use landline::args::Arguments;
use landline::text::{Language, set_language};

fn main() -> ExitCode {
    set_language(Language::English);
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: pages DIR");
        return ExitCode::from(2);
    };
    match write_all(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pages: {}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

fn write_all(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        let mut file = File::create(folder.join(shell.file_name("landline")))?;
        generate(shell, &mut Arguments::command(), "landline", &mut file);
    }
    let page = manual::page(Arguments::command(), dated());
    fs::write(folder.join("landline.1"), page)
}

/// `SOURCE_DATE_EPOCH`, for reproducible builds, or now.
fn dated() -> Timestamp {
    let agreed = env::var("SOURCE_DATE_EPOCH").ok();
    agreed
        .and_then(|seconds| seconds.parse().ok())
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .unwrap_or_else(Timestamp::now)
}
