//! Servers that ask for a password: when it is sent, and how a transfer ends that is not let in.

mod downloads;
mod lying;
mod shares;
mod transfers;

use std::sync::Arc;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use landline_engine::password::Password;

use crate::peer::{Downloader, answer};
use crate::web::{Asked, Files, Reply, Web};

const CHALLENGE: &str = "WWW-Authenticate: Basic realm=\"Landline\", charset=\"UTF-8\"\r\n";

/// What a request carries that sends `pair`, as heads are recorded: in lower case.
fn basic(pair: &str) -> String {
    format!("authorization: basic {}\r\n", STANDARD.encode(pair)).to_lowercase()
}

fn unauthorized() -> Vec<u8> {
    answer("401 Unauthorized", CHALLENGE, b"who are you?")
}

fn carries_any(asked: &Asked) -> bool {
    asked.head.contains("\r\nauthorization:")
}

/// A server with a password that can be changed.
struct Gate {
    web: Web,
    password: Arc<Mutex<String>>,
}

impl Gate {
    fn new(files: Files) -> Self {
        let password = Arc::new(Mutex::new("secret".to_owned()));
        let right = Arc::clone(&password);
        let web = Web::new(move |asked| {
            let right = basic(&format!(":{}", right.lock().unwrap()));
            if asked.head.contains(&right) {
                files.reply(asked)
            } else {
                Reply::Say(unauthorized())
            }
        });
        Self { web, password }
    }

    fn set(&self, password: &str) {
        password.clone_into(&mut self.password.lock().unwrap());
    }
}

fn know(downloader: &Downloader, port: u16, password: &str) {
    let passwords = &downloader.client.servers().passwords;
    let password = Password::new(password).unwrap();
    passwords.set("127.0.0.1", port, password, false);
}
