//! What the user chose, kept from one start of the window to the next.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "read before there is a window, written on a thread of its own"
    )
)]

use std::env;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use serde::{Deserialize, Serialize};

use crate::net::{DEFAULT_PORT, threads};

/// Where settings are instead of the system's usual folder, when this is set.
pub const DIR_VARIABLE: &str = "LANDLINE_CONFIG_DIR";

const FILE: &str = "settings.json";
/// A file that could not be read is moved here: it may be worth repairing by hand.
const KEPT_ASIDE: &str = "settings.unreadable.json";
/// A settings file is a few hundred bytes; one that is larger than this is not ours.
const MAX_LEN: u64 = 1024 * 1024;
/// Typing changes a field many times; it is written when this long nothing changed.
const QUIET: Duration = Duration::from_millis(300);

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
        }
    }
}

impl Settings {
    /// Read them from `dir`. The first start has no file and gets the defaults. A file that cannot
    /// be understood is kept under another name.
    ///
    /// # Errors
    /// Why the file was not read: start with the defaults.
    pub fn load(dir: &Path) -> io::Result<Self> {
        let path = dir.join(FILE);
        let read = || -> io::Result<Self> {
            if fs::metadata(&path)?.len() > MAX_LEN {
                return Err(io::Error::other("the file is too large"));
            }
            Ok(serde_json::from_slice(&fs::read(&path)?)?)
        };
        match read() {
            Ok(settings) => Ok(settings),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => {
                if let Err(error) = fs::rename(&path, dir.join(KEPT_ASIDE)) {
                    log::warn!("{}: {error}", path.display());
                }
                Err(error)
            }
        }
    }

    /// Write them to `dir`: whole or not at all.
    ///
    /// # Errors
    /// The folder cannot be made or written to.
    pub fn save(&self, dir: &Path) -> io::Result<()> {
        fs::create_dir_all(dir)?;
        let mut file = tempfile::NamedTempFile::new_in(dir)?;
        serde_json::to_writer_pretty(&mut file, self)?;
        file.write_all(b"\n")?;
        file.persist(dir.join(FILE))?;
        Ok(())
    }
}

/// The folder for settings: the one in [`DIR_VARIABLE`], or the system's.
pub fn dir() -> Option<PathBuf> {
    match env::var_os(DIR_VARIABLE) {
        Some(dir) if !dir.is_empty() => Some(PathBuf::from(dir)),
        _ => directories::ProjectDirs::from("", "", "landline")
            .map(|dirs| dirs.config_dir().to_owned()),
    }
}

/// Writes settings on a thread of its own. Dropping it lets that thread write what is left and end.
#[derive(Debug)]
pub struct Saver {
    newest: Arc<Mutex<Option<Settings>>>,
    bell: Sender<()>,
}

impl Saver {
    /// Start the thread; it tells `failed` when it could not write.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn start(
        dir: PathBuf,
        failed: impl Fn(&io::Error) + Send + 'static,
    ) -> io::Result<(Self, JoinHandle<()>)> {
        let newest = Arc::new(Mutex::new(None));
        let (bell, rung) = bounded(1);
        let slot = Arc::clone(&newest);
        let worker = threads::spawn("settings", move || {
            write_when_quiet(&dir, &slot, &rung, &failed);
        })?;
        Ok((Self { newest, bell }, worker))
    }

    /// Write these soon. Returns at once.
    pub fn save(&self, settings: Settings) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(settings);
        // A full bell is rung already.
        let _ = self.bell.try_send(());
    }
}

fn write_when_quiet(
    dir: &Path,
    newest: &Mutex<Option<Settings>>,
    rung: &Receiver<()>,
    failed: &impl Fn(&io::Error),
) {
    while rung.recv().is_ok() {
        while rung.recv_timeout(QUIET).is_ok() {}
        let settings = newest.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(settings) = settings
            && let Err(error) = settings.save(dir)
        {
            log::warn!("{}: {error}", dir.display());
            failed(&error);
        }
    }
}

#[cfg(test)]
mod tests {
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
            ..Settings::default()
        };
        settings.save(&dir.path().join("new")).unwrap();
        assert_eq!(Settings::load(&dir.path().join("new")).unwrap(), settings);
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
        for damage in [&b"{ \"port\": "[..], b"\xff\xfe", b"{\"tab\": \"attic\"}"] {
            fs::write(dir.path().join(FILE), damage).unwrap();
            assert!(Settings::load(dir.path()).is_err());
            assert_eq!(fs::read(dir.path().join(KEPT_ASIDE)).unwrap(), damage);
            assert!(!dir.path().join(FILE).exists());
        }
    }

    #[test]
    fn settings_of_another_version_are_read_as_far_as_known() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE), r#"{"port": "9000", "colour": 7}"#).unwrap();
        assert_eq!(Settings::load(dir.path()).unwrap().port, "9000");
    }

    #[test]
    fn the_saver_writes_the_last_change_before_it_ends() {
        let dir = tempfile::tempdir().unwrap();
        let (saver, worker) = Saver::start(dir.path().to_owned(), |error| {
            panic!("{error}");
        })
        .unwrap();
        for port in ["1", "12", "123"] {
            saver.save(Settings {
                port: port.to_owned(),
                ..Settings::default()
            });
        }
        drop(saver);
        worker.join().unwrap();
        assert_eq!(Settings::load(dir.path()).unwrap().port, "123");
    }
}
