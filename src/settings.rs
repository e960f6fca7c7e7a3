//! What the user chose, kept from one start of the window to the next.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::stored::Stored;
use crate::text::Language;
use landline_engine::client::{IfExists, authority};
use landline_engine::transport::DEFAULT_PORT;

/// Where settings are instead of the system's usual folder, when this is set.
pub const DIR_VARIABLE: &str = "LANDLINE_CONFIG_DIR";

/// The two sides of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tab {
    /// Share a folder.
    #[default]
    Server,
    /// Download.
    Client,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// How to ask for a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProtocolChoice {
    /// HTTP first, then raw.
    #[default]
    Automatic,
    /// Only HTTP.
    Http,
    /// Only raw.
    Raw,
}

/// The size of everything in the window, in percent of the usual.
pub const ZOOM: std::ops::RangeInclusive<u16> = 50..=300;

/// How many downloads may run at the same time.
pub const AT_ONCE: std::ops::RangeInclusive<u8> = 1..=8;

/// Bytes of what was typed into one field; longer than any path or host name that a system takes.
const TEXT_LIMIT: usize = 16 * 1024;

/// How many hosts are remembered.
const HOSTS_KEPT: usize = 8;

/// How large the window is, in points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WindowSize {
    /// When it does not fill the screen.
    pub width: u16,
    /// When it does not fill the screen.
    pub height: u16,
    /// It fills the screen.
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

/// Everything that is remembered. Fields hold what was typed, whether it makes sense or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Settings {
    /// The tab that was shown last.
    pub tab: Tab,
    /// Light or dark.
    pub theme: Theme,
    /// In which words.
    pub language: Language,
    /// How large the window is.
    pub window: WindowSize,
    /// How large everything is, in percent; see [`ZOOM`].
    pub zoom: u16,
    /// *Shared folder*.
    pub folder: String,
    /// *Port* on the Server tab.
    pub port: String,
    /// Share names that start with a dot, too.
    pub hidden: bool,
    /// Answer raw requests that name no file.
    pub answering: bool,
    /// What to answer.
    pub answer: String,
    /// Share the folder as soon as the window opens.
    pub share_at_launch: bool,
    /// What was shared last was not the folder but what had been dropped on the window, which is not
    /// remembered.
    pub shared_selection: bool,
    /// *Host*.
    pub host: String,
    /// *Port* on the Client tab.
    pub host_port: String,
    /// *File name*.
    pub file_name: String,
    /// The query of the URL that *File name* is from; empty for none.
    pub query: String,
    /// *Save to*.
    pub save_to: String,
    /// Hosts that something came from, latest first, each with its port.
    pub hosts: Vec<String>,
    /// How to ask.
    pub protocol: ProtocolChoice,
    /// What to do where a name is taken.
    pub exists: IfExists,
    /// How many downloads run at the same time; see [`AT_ONCE`].
    pub at_once: u8,
}

impl Settings {
    /// The same without what no window has written: a file can hold anything.
    #[must_use]
    pub fn bounded(mut self) -> Self {
        self.hosts.truncate(HOSTS_KEPT);
        self.hosts.retain(|host| host.len() <= TEXT_LIMIT);
        let typed = [
            &mut self.folder,
            &mut self.port,
            &mut self.answer,
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

    /// Whether to share the folder as soon as the window opens: not where something else was shared last, for
    /// that may have been only a part of it.
    pub fn shares_at_launch(&self) -> bool {
        self.share_at_launch && !self.shared_selection
    }

    /// How large everything is: 1 is usual. Within [`ZOOM`], whatever the file says.
    pub fn zoom_factor(&self) -> f32 {
        f32::from(self.zoom.clamp(*ZOOM.start(), *ZOOM.end())) / 100.0
    }

    /// Remember a host that something came from.
    pub fn remember_host(&mut self, host: &str, port: u16) {
        let host = authority(host, port);
        self.hosts.retain(|known| *known != host);
        self.hosts.insert(0, host);
        self.hosts.truncate(HOSTS_KEPT);
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
            share_at_launch: false,
            shared_selection: false,
            host: String::new(),
            host_port: DEFAULT_PORT.to_string(),
            file_name: String::new(),
            query: String::new(),
            save_to: String::new(),
            hosts: Vec::new(),
            protocol: ProtocolChoice::default(),
            exists: IfExists::default(),
            at_once: 3,
        }
    }
}

impl Stored for Settings {
    const NAME: &'static str = "settings";
    /// Settings are a few hundred bytes.
    const MAX_LEN: u64 = 1024 * 1024;
    /// Typing changes a field many times.
    const QUIET: Duration = Duration::from_millis(300);
}

/// The folder for settings: the one in [`DIR_VARIABLE`], or the system's.
pub fn dir() -> Option<PathBuf> {
    let usual = || directories::ProjectDirs::from("", "", "landline");
    chosen_dir().or_else(|| usual().map(|dirs| dirs.config_dir().to_owned()))
}

/// The folder in [`DIR_VARIABLE`], when that is set.
pub(crate) fn chosen_dir() -> Option<PathBuf> {
    let dir = env::var_os(DIR_VARIABLE).filter(|dir| !dir.is_empty());
    dir.map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_is_saved_is_loaded() {
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
    fn what_no_window_has_written_is_left_out() {
        let wild = Settings {
            hosts: vec!["box:1".to_owned(); 60_000],
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
    fn the_first_start_has_the_usual_port() {
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings::load(dir.path()).unwrap();
        assert_eq!((&*settings.port, &*settings.folder), ("8080", ""));
    }

    #[test]
    fn a_file_that_is_not_understood_is_kept_aside() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("settings.json"), r#"{"tab": "attic"}"#).unwrap();
        assert!(Settings::load(dir.path()).is_err());
        assert!(dir.path().join("settings.unreadable.json").exists());
    }

    #[test]
    fn settings_of_another_version_are_read_as_far_as_known() {
        let dir = tempfile::tempdir().unwrap();
        let other = r#"{"port": "9000", "colour": 7}"#;
        fs::write(dir.path().join("settings.json"), other).unwrap();
        assert_eq!(Settings::load(dir.path()).unwrap().port, "9000");
    }
}
