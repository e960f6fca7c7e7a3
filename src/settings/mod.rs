//! The user's settings, saved between runs of the window.

mod calls;
mod choices;

use std::collections::HashSet;
use std::env;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::calls::{AnswerRule, AnswerTo, AnswerWith, RULES_MAX, Talk};
pub use self::choices::{Copies, ProtocolChoice, Tab, Theme};

use crate::stored::Stored;
use crate::text::Language;
use landline_engine::client::{Encryption, IfExists, authority};
use landline_engine::server::receiving::{Access, TrustedDevice};
use landline_engine::transport::DEFAULT_PORT;

/// Overrides the system's folder for settings.
pub const DIR_VARIABLE: &str = "LANDLINE_CONFIG_DIR";

/// The range of the zoom, in percent.
pub const ZOOM: std::ops::RangeInclusive<u16> = 50..=300;

/// The range of the number of simultaneous downloads.
pub const AT_ONCE: std::ops::RangeInclusive<u8> = 1..=8;

/// The maximum length of a text field in bytes; longer than any valid path or host name.
const TEXT_LIMIT: usize = 16 * 1024;

/// The number of devices that are always accepted.
pub const TRUSTED_KEPT: usize = 200;

/// The beginning of a recent host that is only asked over TLS.
pub const HTTPS: &str = "https://";

/// The number of recent hosts.
const HOSTS_KEPT: usize = 8;

/// The size of the window, in points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowSize {
    /// The width when it is not maximised.
    pub width: u16,
    /// The height when it is not maximised.
    pub height: u16,
    /// Whether it is maximised.
    pub maximized: bool,
}

impl Default for WindowSize {
    fn default() -> Self {
        Self {
            width: 980,
            height: 700,
            maximized: false,
        }
    }
}

/// All settings. Text fields hold what was typed, valid or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Settings {
    /// The selected tab.
    pub tab: Tab,
    /// Light or dark.
    pub theme: Theme,
    /// The language.
    pub language: Language,
    /// The size of the window.
    pub window: WindowSize,
    /// The zoom in percent; see [`ZOOM`].
    pub zoom: u16,
    /// *Shared folder*.
    pub folder: String,
    /// *Port* on the Server tab.
    pub port: String,
    /// Also share hidden files, whose names start with a dot.
    pub hidden: bool,
    /// Answer raw requests that match no file.
    pub answering: bool,
    /// The answer to those before there were rules.
    #[serde(skip_serializing)]
    pub answer: String,
    /// The answers to those, tried in order; see [`RULES_MAX`].
    pub answers: Vec<AnswerRule>,
    /// Keep the line open after the first answer.
    pub keeps_open: bool,
    /// How calls are typed and shown.
    pub talk: Talk,
    /// *Also answer to these names*: see [`host_names`](landline_engine::server::host_names).
    pub host_names: String,
    /// What others may do.
    pub access: Access,
    /// *Received files go to*; empty for the system's downloads folder.
    pub receive_to: String,
    /// Ask before a file is received.
    pub asks_first: bool,
    /// The devices that are not asked about.
    pub trusted: Vec<TrustedDevice>,
    /// What this computer is called; empty for its host name.
    pub name: String,
    /// *Visible to others nearby*.
    pub is_announced: bool,
    /// *Visible to LocalSend*: receive files from devices with that app.
    pub localsend: bool,
    /// *Encrypted only*.
    pub encrypted_only: bool,
    /// Answer raw requests although there is a password.
    pub raw_with_password: bool,
    /// *Copy* and the QR code give a link that needs no password.
    pub links_carry_token: bool,
    /// Start sharing when the window opens.
    pub share_at_launch: bool,
    /// Whether the last share was not the folder but a selection dropped on the window, which is
    /// not saved.
    pub shared_selection: bool,
    /// *Host*.
    pub host: String,
    /// *Port* on the Client tab.
    pub host_port: String,
    /// *File name*.
    pub file_name: String,
    /// The query of the URL that *File name* came from; empty for none.
    pub query: String,
    /// How the host in *Host* is reached, if a link or *Nearby* said so; typing another host or port ends that.
    pub encryption: Encryption,
    /// *Save to*.
    pub save_to: String,
    /// Recent hosts with their ports, latest first.
    pub hosts: Vec<String>,
    /// How much of the height of both lists on the Server tab the transfers take, in thousandths;
    /// none until the user moves the divider.
    pub transfers_share: Option<u16>,
    /// How much of the height of both lists on the Client tab the files take, likewise.
    pub files_share: Option<u16>,
    /// The protocol for downloads.
    pub protocol: ProtocolChoice,
    /// What to do if the file exists.
    pub exists: IfExists,
    /// What the new file is called if the old one is kept.
    pub copies: Copies,
    /// The number of simultaneous downloads; see [`AT_ONCE`].
    pub at_once: u8,
}

impl Settings {
    /// Clamps and drops values that no window has written: a file can contain anything.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        self.hosts.truncate(HOSTS_KEPT);
        let mut known = HashSet::new();
        // Older versions distinguished upper and lower case.
        self.hosts
            .retain(|host| host.len() <= TEXT_LIMIT && known.insert(host.to_ascii_lowercase()));
        let older = std::mem::take(&mut self.answer);
        calls::bound(&mut self.answers, older);
        self.trusted.truncate(TRUSTED_KEPT);
        self.trusted
            .retain(|device| device.name.len() <= TEXT_LIMIT && device.key.len() <= TEXT_LIMIT);
        let typed = [
            &mut self.folder,
            &mut self.port,
            &mut self.host_names,
            &mut self.receive_to,
            &mut self.name,
            &mut self.host,
            &mut self.host_port,
            &mut self.file_name,
            &mut self.query,
            &mut self.save_to,
        ];
        for text in typed.into_iter().filter(|text| text.len() > TEXT_LIMIT) {
            text.clear();
        }
        self
    }

    /// Whether to start sharing when the window opens. False if a selection was shared last,
    /// because the folder may contain more than the user meant to share.
    pub fn shares_at_launch(&self) -> bool {
        self.share_at_launch && !self.shared_selection
    }

    /// The zoom as a factor, within [`ZOOM`].
    pub fn zoom_factor(&self) -> f32 {
        f32::from(self.zoom.clamp(*ZOOM.start(), *ZOOM.end())) / 100.0
    }

    /// What may be saved: without the token of a link that was typed and not yet read (`?k=`).
    #[must_use]
    pub fn without_tokens(mut self) -> Self {
        for typed in [&mut self.host, &mut self.file_name] {
            let is_url = typed.contains("://") || typed.contains('：');
            let token = typed.find(['?', '？']).filter(|_| is_url);
            if let Some(at) = token
                && typed[at..]
                    .trim_start_matches(['?', '？'])
                    .starts_with("k=")
            {
                typed.truncate(at);
            }
        }
        self
    }

    /// Adds a host to the recent hosts. One that is reached over TLS because of its address alone is
    /// saved as `https://host:port`.
    pub fn remember_host(&mut self, host: &str, port: u16, encryption: Encryption) {
        let mut host = authority(host, port);
        if encryption == Encryption::Required {
            host.insert_str(0, HTTPS);
        }
        self.forget_host(&host);
        self.hosts.insert(0, host);
        self.hosts.truncate(HOSTS_KEPT);
    }

    /// Removes a host with its port from the recent hosts. Case does not matter (RFC 4343).
    pub fn forget_host(&mut self, host: &str) {
        self.hosts.retain(|known| !known.eq_ignore_ascii_case(host));
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tab: Tab::default(),
            theme: Theme::default(),
            language: Language::default(),
            window: WindowSize::default(),
            zoom: 100,
            folder: String::new(),
            port: DEFAULT_PORT.to_string(),
            hidden: false,
            answering: false,
            answer: String::new(),
            answers: vec![AnswerRule::default()],
            keeps_open: false,
            talk: Talk::default(),
            host_names: String::new(),
            access: Access::Download,
            receive_to: String::new(),
            asks_first: true,
            trusted: Vec::new(),
            name: String::new(),
            is_announced: true,
            localsend: false,
            encrypted_only: false,
            raw_with_password: false,
            links_carry_token: false,
            share_at_launch: false,
            shared_selection: false,
            host: String::new(),
            host_port: DEFAULT_PORT.to_string(),
            file_name: String::new(),
            query: String::new(),
            encryption: Encryption::default(),
            save_to: String::new(),
            hosts: Vec::new(),
            transfers_share: None,
            files_share: None,
            protocol: ProtocolChoice::default(),
            exists: IfExists::default(),
            copies: Copies::default(),
            at_once: 3,
        }
    }
}

impl Stored for Settings {
    const NAME: &'static str = "settings";
    /// Settings are a few hundred bytes.
    const MAX_LEN: u64 = 1024 * 1024;
    /// Typing changes a field many times.
    const DEBOUNCE: Duration = Duration::from_millis(300);
}

/// The folder for settings: [`DIR_VARIABLE`], or the system's.
pub fn dir() -> Option<PathBuf> {
    let usual = || directories::ProjectDirs::from("", "", "landline");
    chosen_dir().or_else(|| usual().map(|dirs| dirs.config_dir().to_owned()))
}

/// The folder in [`DIR_VARIABLE`], if that is set.
pub(crate) fn chosen_dir() -> Option<PathBuf> {
    let dir = env::var_os(DIR_VARIABLE).filter(|dir| !dir.is_empty());
    dir.map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn saved_state_is_loaded() {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings {
            tab: Tab::Client,
            theme: Theme::Dark,
            folder: "/home/ann/照片".to_owned(),
            answering: true,
            protocol: ProtocolChoice::Raw,
            exists: IfExists::Overwrite,
            ..Settings::default()
        };
        settings.save(dir.path()).unwrap();
        assert_eq!(Settings::load(dir.path()).unwrap(), settings);
    }

    #[test]
    fn out_of_range_settings_are_dropped() {
        let wild = Settings {
            hosts: (0..60_000).map(|port| format!("box:{port}")).collect(),
            folder: "x".repeat(1_000_000),
            save_to: "/tmp".to_owned(),
            zoom: 0,
            ..Settings::default()
        };
        let tame = wild.bounded();
        assert_eq!((tame.hosts.len(), &*tame.folder), (HOSTS_KEPT, ""));
        assert_eq!((&*tame.save_to, tame.zoom_factor()), ("/tmp", 0.5));
    }

    #[test]
    fn a_host_is_one_entry_in_any_case() {
        let mut settings = Settings::default();
        for (host, port) in [
            ("LOCALHOST", 8080),
            ("localhost", 81),
            ("::1", 1),
            ("LocalHost", 8080),
        ] {
            settings.remember_host(host, port, Encryption::default());
        }
        assert_eq!(
            settings.hosts,
            ["LocalHost:8080", "[::1]:1", "localhost:81"]
        );
        settings.hosts.push("LOCALHOST:8080".to_owned());
        settings = settings.bounded();
        assert_eq!(settings.hosts.len(), 3);
        settings.forget_host("LOCALHOST:81");
        assert_eq!(settings.hosts, ["LocalHost:8080", "[::1]:1"]);
    }

    #[test]
    fn the_first_start_has_the_default_port() {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings::load(dir.path()).unwrap();
        assert_eq!((&*settings.port, &*settings.folder), ("8080", ""));
    }

    #[test]
    fn an_invalid_file_is_renamed() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("settings.json"), r#"{"tab": "attic"}"#).unwrap();
        assert!(Settings::load(dir.path()).is_err());
        assert!(dir.path().join("settings.unreadable.json").exists());
    }

    #[test]
    fn unknown_settings_of_another_version_are_ignored() {
        let dir = tempfile::tempdir().unwrap();
        let other = r#"{"port": "9000", "colour": 7}"#;
        fs::write(dir.path().join("settings.json"), other).unwrap();
        assert_eq!(Settings::load(dir.path()).unwrap().port, "9000");
    }
}
