//! One entry of a listing in JSON: a name alone, or an object with one and what the server tells beside it.

use std::fmt;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use crate::listing::listed::{Listed, part};
use crate::listing::scalar::Scalar;
use crate::name_bytes;
use crate::timestamp::system_time;
use landline_http1::date;

/// Fields of several servers; none has all.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct JsonEntry {
    name: Option<Name>,
    /// serve: the name, where `name` is the part before its extension.
    base: Option<Name>,
    /// HFS: the name.
    n: Option<Name>,
    #[serde(alias = "type")]
    kind: Option<String>,
    /// dufs: the kind.
    path_type: Option<String>,
    is_dir: Option<bool>,
    #[serde(alias = "s")]
    size: Scalar,
    #[serde(alias = "mtime", alias = "mod_time", alias = "m")]
    modified: Scalar,
}

impl JsonEntry {
    /// Whether it is about nothing that could be downloaded: a device, a socket, or the folder above.
    pub(super) fn is_special(&self) -> bool {
        let kind = self.kind.as_deref();
        let is_above = self.base.as_ref().is_some_and(|base| base.0 == b"..");
        is_above
            || kind.is_some_and(|kind| !matches!(kind, "file" | "folder" | "directory" | "dir"))
    }

    /// Whether it has the field by which dufs' entries are told from other things with names.
    pub(super) fn is_of_dufs(&self) -> bool {
        self.path_type.is_some()
    }

    pub(super) fn has_name(&self) -> bool {
        self.base.is_some() || self.name.is_some() || self.n.is_some()
    }

    /// None where the name is none. Without a kind it is what `is_folder` says.
    pub(super) fn listed(self, is_folder: bool) -> Option<Listed> {
        let mut name = self.base.or(self.name).or(self.n)?.0;
        // Caddy and HFS write a folder's name with its slash.
        let has_slash = name.last() == Some(&b'/');
        let is_folder = match (self.kind.as_deref(), self.path_type.as_deref()) {
            (Some("folder" | "directory" | "dir"), _) | (None, Some("Dir" | "SymlinkDir")) => true,
            (Some(_), _) | (None, Some(_)) => false,
            (None, None) => self.is_dir.unwrap_or(is_folder || has_slash),
        };
        if is_folder && has_slash {
            name.pop();
        }
        // dufs tells milliseconds since 1970.
        let millis = self.modified.size().filter(|_| self.path_type.is_some());
        let since = millis.map(Duration::from_millis);
        let modified = match since {
            Some(since) => SystemTime::UNIX_EPOCH.checked_add(since),
            None => self.modified.text().and_then(moment),
        };
        Some(Listed {
            name: part(name_bytes::from_path(&name))?,
            is_folder,
            // A folder's size is that of its own blocks.
            size: self.size.size().filter(|_| !is_folder),
            modified,
        })
    }
}

/// An entry in either form.
pub(super) struct AnyEntry(pub(super) JsonEntry);

impl<'de> Deserialize<'de> for AnyEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntryVisitor).map(Self)
    }
}

struct EntryVisitor;

impl<'de> Visitor<'de> for EntryVisitor {
    type Value = JsonEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an entry of a folder")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<JsonEntry, E> {
        Ok(JsonEntry {
            name: Some(Name(name.as_bytes().to_vec())),
            ..JsonEntry::default()
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<JsonEntry, A::Error> {
        JsonEntry::deserialize(MapAccessDeserializer::new(map))
    }
}

/// As RFC 3339 or HTTP (RFC 9110 section 5.6.7) writes it.
fn moment(text: &str) -> Option<SystemTime> {
    match text.parse::<Timestamp>() {
        Ok(timestamp) => system_time(timestamp),
        Err(_) => date::parse(text),
    }
}

/// Bytes, because one name in another encoding, which nginx writes as it finds it, is no reason to
/// give up the folder.
struct Name(Vec<u8>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_byte_buf(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Name, E> {
        Ok(Name(bytes.to_vec()))
    }
}
