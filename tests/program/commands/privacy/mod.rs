//! Passwords, identities and encryption, as seen from a shell.

mod getting;
mod identities;
// `script` of util-linux gives the program a terminal.
#[cfg(target_os = "linux")]
mod prompt;
mod serving;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use super::{Serve, landline};

/// An installation with settings of its own, and a folder for what it downloads.
struct Computer {
    settings: TempDir,
    folder: TempDir,
}

impl Computer {
    fn new() -> Self {
        Self {
            settings: tempfile::tempdir().unwrap(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn landline(&self) -> Command {
        let mut command = landline();
        command.env("LANDLINE_CONFIG_DIR", self.settings.path());
        command
    }

    /// Shares its folder.
    fn serve(&self, more: &[&str]) -> Serve {
        fs::write(self.folder.path().join("notes.txt"), "hello").unwrap();
        Serve::by(self.landline(), self.folder.path(), more)
    }

    fn serve_with_password(&self, more: &[&str]) -> Serve {
        let file = self.file("share", "hunter2\n");
        let more = [&["--password-file", file.to_str().unwrap()], more].concat();
        self.serve(&more)
    }

    /// A file that nobody else can read.
    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.settings.path().join(name);
        fs::write(&path, content).unwrap();
        set_mode(&path, 0o600);
        path
    }

    fn run(&self, words: &[&str]) -> Output {
        self.landline().args(words).output().unwrap()
    }

    /// Downloads `notes.txt` from `port`.
    fn get(&self, port: u16, more: &[&str]) -> Output {
        let port = port.to_string();
        let to = self.folder.path().to_str().unwrap();
        let words = ["get", "127.0.0.1", "notes.txt", "-p", &port, "--dir", to];
        self.run(&[&words, more].concat())
    }

    /// The four words of its identity.
    fn words(&self) -> String {
        let printed = self.run(&["identity"]);
        let printed = String::from_utf8(printed.stdout).unwrap();
        printed.lines().nth(1).unwrap().to_owned()
    }
}

fn set_mode(path: &Path, mode: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

#[track_caller]
fn succeeds(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

/// It fails, and says this.
#[track_caller]
fn fails(output: &Output, expected: &str) {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(stderr(output).contains(expected), "{}", stderr(output));
}
