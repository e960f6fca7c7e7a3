//! A share with a password, a link, a file and a folder.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use landline_engine::client::CopyNaming;
use landline_engine::password::{LinkToken, Password};
use landline_engine::server::receiving::{Access, Consent, Receiving};
use landline_engine::server::{Config, LogEntry, Privacy, ServerEvent};
use tempfile::TempDir;

use crate::common::{Shared, field, status};

pub const PASSWORD: &str = "corréct horse";

/// What nobody may see without the password.
pub const CONTENT: &[u8] = b"the content";

pub struct Rig {
    pub shared: Shared,
    pub token: LinkToken,
    pub received: TempDir,
}

impl Rig {
    pub fn start() -> Self {
        Self::with(|_| {})
    }

    pub fn with(configure: impl FnOnce(&mut Config)) -> Self {
        let token = LinkToken::random();
        let received = tempfile::tempdir().unwrap();
        let folder = received.path().to_owned();
        let shared = Shared::with(|config| {
            "Ann's laptop".clone_into(&mut config.name);
            config.access = Access::Both;
            config.receiving = Some(Receiving {
                folder,
                consent: Consent::Given,
                copies: CopyNaming::default(),
            });
            config.privacy = privacy(PASSWORD, Some(token));
            configure(config);
        });
        shared.write("known.txt", CONTENT);
        shared.write("folder/in.txt", CONTENT);
        Self {
            shared,
            token,
            received,
        }
    }

    /// The status of a GET with these fields.
    pub fn status(&self, target: &str, fields: &str) -> u16 {
        status(&self.shared.get(target, fields))
    }

    /// Sends the form of the page.
    pub fn sign_in(&self, target: &str, form: &str, fields: &str) -> String {
        let len = form.len();
        self.shared.http(&format!(
            "POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {len}\r\n{fields}\r\n{form}"
        ))
    }

    /// The cookie that a browser gets, as a field.
    pub fn cookie(&self) -> String {
        let form = "password=corr%C3%A9ct+horse";
        let answer = self.sign_in("/?password", form, "Accept: text/html\r\n");
        assert_eq!(status(&answer), 303, "{answer}");
        cookie_of(&answer)
    }

    pub fn set(&self, privacy: Privacy) {
        self.shared.server.as_ref().unwrap().set_privacy(privacy);
    }

    /// What has been logged since the last call, up to a marker.
    pub fn log(&self) -> Vec<LogEntry> {
        let mut log = Vec::new();
        // A refused host is logged with or without a password.
        let _ = self
            .shared
            .http("GET / HTTP/1.1\r\nHost: marker.example\r\n\r\n");
        self.shared.wait(|event| match event {
            ServerEvent::Logged {
                entry: LogEntry::UnknownHost { .. },
                ..
            } => Some(()),
            ServerEvent::Logged { entry, .. } => {
                log.push(entry);
                None
            }
            _ => None,
        });
        log
    }
}

pub fn privacy(password: &str, token: Option<LinkToken>) -> Privacy {
    Privacy {
        password: Some(Password::new(password).unwrap()),
        token,
        ..Privacy::default()
    }
}

/// `Authorization` with these bytes.
pub fn basic(credentials: impl AsRef<[u8]>) -> String {
    let encoded = BASE64_STANDARD.encode(credentials);
    format!("Authorization: Basic {encoded}\r\n")
}

/// The cookie of a response, as a field.
pub fn cookie_of(answer: &str) -> String {
    let cookie = field(answer, "Set-Cookie").expect("a cookie");
    let (cookie, _) = cookie.split_once(';').unwrap();
    format!("Cookie: {cookie}\r\n")
}

/// A response without what differs each second.
pub fn dateless(answer: &str) -> String {
    let lines = answer.split("\r\n");
    let kept: Vec<_> = lines.filter(|line| !line.starts_with("Date: ")).collect();
    kept.join("\r\n")
}
