//! The question for a password on a terminal.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

use super::{Computer, Serve};

/// A download on a terminal.
struct Terminal {
    child: Child,
    shown: String,
}

impl Terminal {
    fn get(computer: &Computer, serve: &Serve, more: &str) -> Self {
        let program = env!("CARGO_BIN_EXE_landline");
        let to = computer.folder.path().display();
        let command = format!(
            "echo process $$.; exec '{program}' get 127.0.0.1 notes.txt -p {} --dir '{to}' {more}",
            serve.port
        );
        let landline = computer.landline();
        let child = Command::new("script")
            .args(["--quiet", "--return", "--command", &command, "/dev/null"])
            .envs(
                landline
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .env_remove("LANDLINE_PASSWORD")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            child,
            shown: String::new(),
        }
    }

    /// Waits until the terminal shows `text` once more.
    fn wait_for(&mut self, text: &str) {
        let from = self.shown.len();
        let stdout = self.child.stdout.as_mut().unwrap();
        while !self.shown[from..].contains(text) {
            let mut buffer = [0];
            let read = stdout.read(&mut buffer).unwrap();
            assert_ne!(read, 0, "{}", self.shown);
            self.shown.push(char::from(buffer[0]));
        }
    }

    fn press(&mut self, keys: &str) {
        self.child
            .stdin
            .as_mut()
            .unwrap()
            .write_all(keys.as_bytes())
            .unwrap();
    }

    /// Ends the program as other programs do it.
    fn terminate(&self) {
        let (_, after) = self.shown.split_once("process ").unwrap();
        let (process, _) = after.split_once('.').unwrap();
        let status = Command::new("kill").arg(process).status().unwrap();
        assert!(status.success(), "{}", self.shown);
    }

    /// The exit status, and all that the terminal has shown.
    fn end(mut self) -> (Option<i32>, String) {
        let mut rest = Vec::new();
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_end(&mut rest)
            .unwrap();
        self.shown.push_str(&String::from_utf8_lossy(&rest));
        (self.child.wait().unwrap().code(), self.shown)
    }
}

const PROMPT: &str = "Password for 127.0.0.1: ";

#[test]
fn the_password_is_asked_for_and_not_shown() {
    let (ann, bob) = (Computer::new(), Computer::new());
    let serve = ann.serve_with_password(&[]);
    let mut terminal = Terminal::get(&bob, &serve, "--remember-password");
    terminal.wait_for(PROMPT);
    terminal.press("sesame\r");
    terminal.wait_for("does not accept this password");
    terminal.wait_for(PROMPT);
    terminal.press("wrong\u{15}huntr\u{7f}er2\r");
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(0), "{shown}");
    for typed in ["sesame", "hunter2", "huntr", "wrong"] {
        assert!(!shown.contains(typed), "{shown}");
    }
    // It is kept.
    let output = bob.get(serve.port, &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn three_wrong_passwords_are_enough() {
    let (ann, bob) = (Computer::new(), Computer::new());
    let serve = ann.serve_with_password(&[]);
    let mut terminal = Terminal::get(&bob, &serve, "");
    for wrong in ["one\r", "\r", "three\r"] {
        terminal.wait_for(PROMPT);
        terminal.press(wrong);
    }
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(1), "{shown}");
    assert_eq!(shown.matches(PROMPT).count(), 3, "{shown}");
    assert!(shown.contains("This is not a valid password"), "{shown}");
}

#[test]
fn ctrl_c_ends_the_question() {
    let (ann, bob) = (Computer::new(), Computer::new());
    let serve = ann.serve_with_password(&[]);
    let mut terminal = Terminal::get(&bob, &serve, "");
    terminal.wait_for(PROMPT);
    terminal.press("sec\u{3}");
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(1), "{shown}");
    assert!(
        !shown.contains("sec\u{3}") && shown.contains("asks for a password"),
        "{shown}"
    );
}

#[test]
fn a_signal_ends_the_question() {
    let (ann, bob) = (Computer::new(), Computer::new());
    let serve = ann.serve_with_password(&[]);
    let mut terminal = Terminal::get(&bob, &serve, "");
    terminal.wait_for(PROMPT);
    terminal.terminate();
    let (code, shown) = terminal.end();
    assert_eq!(code, Some(1), "{shown}");
}
