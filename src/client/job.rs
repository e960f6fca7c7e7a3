//! What one download works with, where its bytes go, and the errors that name its host and file.

use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::call::{Call, Halt};
use super::dial::dial;
use super::known::Known;
use super::part_file::PartFile;
use super::safe_name::safe_name;
use super::{ClientError, Request, Target, Timeouts};
use crate::net::pump::{self, PumpError};
use crate::net::{Checked, Dialect, Saved, Transfer, is_timeout};
use crate::sentence;
use crate::text::Sentence;

/// Everything that one download needs.
pub(super) struct Job<'a> {
    pub(super) request: &'a Request,
    pub(super) transfer: &'a Transfer,
    pub(super) known: &'a Known,
    pub(super) timeouts: &'a Timeouts,
    /// Called when bytes begin to flow.
    pub(super) moving: &'a dyn Fn(),
}

/// Where `target` is.
pub(super) fn folder_of(target: &Target) -> &Path {
    match target {
        Target::Folder(folder) => folder,
        Target::File(path) => path.parent().unwrap_or(path),
    }
}

impl Job<'_> {
    pub(super) fn dial(&self) -> Result<Call, Halt> {
        let Request { host, port, .. } = self.request;
        dial(host, *port, self.transfer.cancel(), self.timeouts)
    }

    /// Everything that `source` gives goes into the file.
    pub(super) fn save(
        &self,
        source: &mut dyn Read,
        dialect: Dialect,
        total: Option<u64>,
        asked: &str,
    ) -> Result<Saved, Halt> {
        let (folder, name) = self.place(asked)?;
        let mut part = PartFile::create(&folder, &name)?;
        self.transfer.moving(dialect, total);
        (self.moving)();
        match pump::receive(source, &mut part, self.transfer) {
            Ok(_) => {}
            Err(PumpError::Cancelled) => return Err(Halt::Cancelled),
            Err(PumpError::Sink(e)) => return Err(part.error(&e).into()),
            Err(PumpError::Source(e)) => return Err(self.broke_off(&e)),
            Err(PumpError::Short(_)) => return Err(self.cut().into()),
        }
        let path = part.finish()?;
        let renamed = self.renamed(asked, &name, &path);
        Ok(Saved {
            path,
            checked: Checked::Nothing,
            skipped: false,
            notes: renamed.into_iter().collect(),
        })
    }

    /// The folder and the name to save under.
    fn place(&self, asked: &str) -> Result<(PathBuf, String), ClientError> {
        match &self.request.target {
            Target::Folder(folder) => Ok((folder.clone(), safe_name(asked))),
            Target::File(path) => {
                let name = path.file_name().ok_or_else(|| ClientError::FolderMissing {
                    folder: path.clone(),
                })?;
                let folder = folder_of(&self.request.target).to_owned();
                Ok((folder, name.to_string_lossy().into_owned()))
            }
        }
    }

    /// What to say about the name that the file has got, when it is not the one asked for.
    fn renamed(&self, asked: &str, name: &str, path: &Path) -> Option<Sentence> {
        let stored = path.file_name()?.to_string_lossy().into_owned();
        let last = asked.trim_end_matches('/').rsplit('/').next();
        if stored != name {
            Some(sentence!("saved-beside", name = name, stored = stored))
        } else if matches!(self.request.target, Target::Folder(_)) && last != Some(name) {
            Some(sentence!("saved-safely", stored = stored))
        } else {
            None
        }
    }

    /// What a failed read of a body means.
    pub(super) fn broke_off(&self, error: &io::Error) -> Halt {
        log::info!("reading from {}: {error}", self.request.host);
        if error.kind() == ErrorKind::InvalidData {
            self.broken("the body")
        } else if is_timeout(error) {
            ClientError::Stalled {
                host: self.request.host.clone(),
                name: self.request.name.clone(),
                arrived: self.transfer.done(),
            }
            .into()
        } else {
            self.cut().into()
        }
    }

    pub(super) fn broken(&self, what: &str) -> Halt {
        let host = self.request.host.clone();
        log::info!("{host} breaks the rules of HTTP: {what}");
        ClientError::BrokenHttp { host }.into()
    }

    pub(super) fn cut(&self) -> ClientError {
        ClientError::Cut {
            host: self.request.host.clone(),
            name: self.request.name.clone(),
            arrived: self.transfer.done(),
        }
    }

    pub(super) fn no_answer(&self) -> ClientError {
        ClientError::NoAnswer {
            host: self.request.host.clone(),
            port: self.request.port,
        }
    }

    pub(super) fn not_http(&self) -> ClientError {
        ClientError::NotHttp {
            host: self.request.host.clone(),
            port: self.request.port,
        }
    }

    pub(super) fn not_a_file(&self) -> ClientError {
        ClientError::NotAFile {
            host: self.request.host.clone(),
            name: self.request.name.clone(),
        }
    }
}
