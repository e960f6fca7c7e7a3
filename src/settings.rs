//! What the user chose, kept from one start of the window to the next.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::client::Exists;
use crate::net::DEFAULT_PORT;
use crate::stored::Stored;

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
pub enum Protocol {
    /// HTTP first, then raw.
    #[default]
    Automatic,
    /// Only HTTP.
    Http,
    /// Only raw.
    Raw,
}

/// Everything that is remembered. Fields hold what was typed, whether it makes sense or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// The tab that was shown last.
    pub tab: Tab,
    /// Light or dark.
    pub theme: Theme,
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
    /// *Host*.
    pub host: String,
    /// *Port* on the Client tab.
    pub host_port: String,
    /// *File name*.
    pub file_name: String,
    /// *Save to*.
    pub save_to: String,
    /// How to ask.
    pub protocol: Protocol,
    /// What to do where a name is taken.
    pub exists: Exists,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tab: Tab::default(),
            theme: Theme::default(),
            folder: String::new(),
            port: DEFAULT_PORT.to_string(),
            hidden: false,
            answering: false,
            answer: String::new(),
            host: String::new(),
            host_port: DEFAULT_PORT.to_string(),
            file_name: String::new(),
            save_to: String::new(),
            protocol: Protocol::default(),
            exists: Exists::default(),
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
    match env::var_os(DIR_VARIABLE) {
        Some(dir) if !dir.is_empty() => Some(PathBuf::from(dir)),
        _ => directories::ProjectDirs::from("", "", "landline")
            .map(|dirs| dirs.config_dir().to_owned()),
    }
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
            protocol: Protocol::Raw,
            exists: Exists::Overwrite,
            ..Settings::default()
        };
        settings.save(dir.path()).unwrap();
        assert_eq!(Settings::load(dir.path()).unwrap(), settings);
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
