//! What is needed to go on with a part, in a small file beside it: `NAME.part.json`.
#![expect(
    clippy::disallowed_methods,
    reason = "written on the threads that download"
)]

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use super::plain;
use crate::fs::fsync;
use crate::fs::locked::retry_if_locked;
use crate::store::part_name;
use crate::store::seal::{Kind, Seal, unverified};
use crate::store::version::Version;
use crate::timestamp;
use crate::transfer::Protocol;

/// A record is a few hundred bytes; a file that is larger than this is not one.
const MAX_LEN: u64 = 64 * 1024;

/// Where a part comes from. Only the same source goes on with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Source {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) query: Option<String>,
    #[serde(rename = "dialect")]
    pub(crate) protocol: Option<Protocol>,
}

/// What stands in the file beside a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(super) source: Source,
    /// Which version of the file the part is of.
    pub(crate) version: Version,
    /// This many bytes are on the disk for certain, whatever happens to the machine.
    pub(super) durable: u64,
    /// When the file changed last at the server; with a part that need not be said again (RFC 9110
    /// section 15.3.7).
    #[serde(
        default,
        serialize_with = "timestamp::serialize",
        deserialize_with = "read_moment"
    )]
    pub(super) modified: Option<SystemTime>,
    /// The part gets its name now, and on some systems it has both names for a moment: whatever is
    /// left under the part's may be the whole file.
    #[serde(default)]
    pub(super) is_ending: bool,
    /// Which start of the machine wrote this. While it has not been started again, the system
    /// remembers every byte that was written, on the disk or not.
    #[serde(default)]
    boot: Option<String>,
}

impl Record {
    pub(super) fn new(source: Source) -> Self {
        Self {
            source,
            version: Version::default(),
            durable: 0,
            modified: None,
            is_ending: false,
            boot: boot(),
        }
    }

    /// Where that of `part` is.
    pub(super) fn path(part: &Path) -> PathBuf {
        let mut path = OsString::from(part);
        path.push(part_name::RECORD);
        path.into()
    }

    /// Where the next one is written.
    pub(super) fn new_path(part: &Path) -> PathBuf {
        let mut path = OsString::from(Self::path(part));
        path.push(part_name::NEXT);
        path.into()
    }

    /// That of `part`, if there is one and this installation wrote it.
    pub(super) fn load(part: &Path, seal: &Seal) -> Option<Self> {
        let text = read(&Self::path(part)).ok()?;
        Self::parse(seal.open(Kind::Part, part, &text)?)
    }

    /// Whether a record of `source` is beside `part` that [`Record::load`] does not accept.
    pub(super) fn is_foreign(part: &Path, source: &Source, seal: &Seal) -> bool {
        let text = read(&Self::path(part)).unwrap_or_default();
        let is_about =
            Self::parse(unverified(&text)).is_some_and(|record| record.source == *source);
        is_about && seal.open(Kind::Part, part, &text).is_none()
    }

    /// That which is written in `text`.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    /// As it is written.
    pub(crate) fn to_text(&self) -> io::Result<Vec<u8>> {
        Ok(serde_json::to_vec(self)?)
    }

    /// Remove what is left of a program that was killed while it made `part`: the record of `source`,
    /// or the beginning of one.
    pub(super) fn clear(part: &Path, source: &Source, seal: &Seal) {
        let path = Self::path(part);
        let Ok(text) = read(&path) else {
            return;
        };
        let record = seal.open(Kind::Part, part, &text).and_then(Self::parse);
        let is_ours = text.is_empty() || record.is_some_and(|record| record.source == *source);
        if is_ours && fs::symlink_metadata(part).is_err() {
            let _ = fs::remove_file(path);
        }
    }

    /// Write the first one of `part`, which is not there yet.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] where anything has its name.
    pub(super) fn create(&self, part: &Path, seal: &Seal) -> io::Result<()> {
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .open(Self::path(part))?;
        file.write_all(&self.sealed(part, seal)?)
    }

    /// Write it: whole or not at all, even when the machine loses power.
    pub(super) fn save(&self, part: &Path, seal: &Seal) -> io::Result<()> {
        let (path, new) = (Self::path(part), Self::new_path(part));
        let write = || {
            let mut file = plain::create(&new)?;
            file.write_all(&self.sealed(part, seal)?)?;
            fsync::all(&file)?;
            retry_if_locked(|| fs::rename(&new, &path))
        };
        write().inspect_err(|_| {
            let _ = fs::remove_file(&new);
        })
    }

    fn sealed(&self, part: &Path, seal: &Seal) -> io::Result<Vec<u8>> {
        Ok(seal.close(Kind::Part, part, self.to_text()?))
    }

    /// How many of the `len` bytes of the part can be relied on.
    pub(crate) fn trusted(&self, len: u64) -> u64 {
        if self.boot.is_some() && self.boot == boot() {
            len
        } else {
            len.min(self.durable)
        }
    }

    /// Only what is durable counts from now on, in this run of the machine, too.
    pub(super) fn distrust(&mut self) {
        self.boot = None;
    }

    /// It goes on in this run of the machine.
    pub(super) fn continues(
        &mut self,
        version: Version,
        trusted: u64,
        modified: Option<SystemTime>,
    ) {
        if self.version != version {
            self.modified = None;
        }
        self.modified = modified.or(self.modified);
        self.version = version;
        self.durable = self.durable.min(trusted);
        self.boot = boot();
    }
}

/// As a text, or as records had it that knew nothing before 1970.
fn read_moment<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SystemTime>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Moment {
        Text(#[serde(deserialize_with = "timestamp::deserialize")] Option<SystemTime>),
        Since(SystemTime),
    }
    Ok(match Option::deserialize(from)? {
        Some(Moment::Text(at)) => at,
        // Only what can be written again.
        Some(Moment::Since(at)) => Timestamp::try_from(at).ok().and(Some(at)),
        None => None,
    })
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    plain::open(path, false)?
        .take(MAX_LEN)
        .read_to_end(&mut text)?;
    Ok(text)
}

/// What is different after each start of the machine.
#[cfg(target_os = "linux")]
fn boot() -> Option<String> {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned())
}

/// Not known: only what was written through to the disk is relied on.
#[cfg(not(target_os = "linux"))]
fn boot() -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn seal() -> Seal {
        Seal::new(Secret::of_process(), false)
    }

    fn record() -> Record {
        Record {
            source: Source {
                host: "ann-pc".to_owned(),
                port: 8080,
                name: "film.mkv".to_owned(),
                query: None,
                protocol: None,
            },
            version: Version {
                validator: Some("\"1\"".to_owned()),
                length: Some(100),
                coding: None,
            },
            durable: 10,
            modified: None,
            is_ending: false,
            boot: boot(),
        }
    }

    #[test]
    fn what_is_saved_is_loaded_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let part = folder.path().join("a.part");
        let seal = seal();
        record().save(&part, &seal).unwrap();
        record().save(&part, &seal).unwrap();
        assert_eq!(Record::load(&part, &seal), Some(record()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::write(Record::path(&part), "{\"source\":").unwrap();
        assert_eq!(Record::load(&part, &seal), None);
    }

    #[test]
    fn moments_before_1970_are_kept_and_those_without_a_form_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let (part, seal) = (folder.path().join("a.part"), seal());
        let epoch = SystemTime::UNIX_EPOCH;
        let secs = std::time::Duration::from_secs;
        for (at, is_kept) in [
            (epoch.checked_sub(secs(11_644_473_600)), true),
            (epoch.checked_sub(secs(1)), true),
            (Some(epoch), true),
            (epoch.checked_add(secs(1_795_322_340)), true),
            // The year 36812; Windows has no such time at all.
            (epoch.checked_add(secs(1 << 40)), false),
        ] {
            let mut record = record();
            record.modified = at;
            record.save(&part, &seal).unwrap();
            let loaded = Record::load(&part, &seal).unwrap();
            assert_eq!(loaded.modified, at.filter(|_| is_kept));
        }
    }

    #[test]
    fn a_moment_is_read_as_it_was_written_before() {
        let folder = tempfile::tempdir().unwrap();
        let part = folder.path().join("a.part");
        let path = Record::path(&part);
        let text = String::from_utf8(record().to_text().unwrap()).unwrap();
        let seal = Seal::new(Secret::of_process(), true);
        let old = r#""modified":{"secs_since_epoch":1795322340,"nanos_since_epoch":0}"#;
        assert!(text.contains(r#""modified":null"#), "{text}");
        fs::write(&path, text.replace(r#""modified":null"#, old)).unwrap();
        let at = SystemTime::UNIX_EPOCH + std::time::Duration::from_mins(29_922_039);
        assert_eq!(Record::load(&part, &seal).unwrap().modified, Some(at));
        let beyond = old.replace("1795322340", "9223372036854775807");
        fs::write(&path, text.replace(r#""modified":null"#, &beyond)).unwrap();
        assert_eq!(Record::load(&part, &seal).unwrap().modified, None);
    }

    #[test]
    fn after_a_restart_of_the_machine_only_what_is_durable_counts() {
        let mut record = record();
        assert_eq!(record.trusted(5), 5);
        record.boot = Some("another".to_owned());
        assert_eq!((record.trusted(50), record.trusted(5)), (10, 5));
        record.boot = None;
        assert_eq!(record.trusted(50), 10);
    }
}
