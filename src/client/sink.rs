//! Where the bytes of a file go: into a part file, or into a stream.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::SystemTime;

use super::part::PartFile;
use super::resume::Version;
use super::stream::Stream;
use super::{ClientError, Exists};

/// See [`PartFile`] and [`Stream`], whose methods these are.
#[derive(Debug)]
pub(super) enum Sink {
    Part(PartFile),
    Stream(Stream),
}

impl Sink {
    /// Whether anything is there to go on from.
    pub(super) fn is_begun(&self) -> bool {
        match self {
            Self::Part(_) => true,
            Self::Stream(stream) => stream.is_begun(),
        }
    }

    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Part(part) => part.len(),
            Self::Stream(stream) => stream.len(),
        }
    }

    pub(super) fn version(&self) -> &Version {
        match self {
            Self::Part(part) => part.version(),
            Self::Stream(stream) => stream.version(),
        }
    }

    pub(super) fn begin(
        &mut self,
        version: Version,
        at: u64,
        modified: Option<SystemTime>,
    ) -> Result<(), ClientError> {
        match self {
            Self::Part(part) => part.begin(version, at, modified),
            Self::Stream(stream) => stream.begin(version, at),
        }
    }

    pub(super) fn is_worth_keeping(&self) -> bool {
        match self {
            Self::Part(part) => part.is_worth_keeping(),
            Self::Stream(_) => false,
        }
    }

    /// See [`PartFile::settle`].
    pub(super) fn settle(&mut self) {
        if let Self::Part(part) = self {
            part.settle();
        }
    }

    /// It is not wanted any more. A stream stays, because what was written stays.
    pub(super) fn remove(self) -> Option<Self> {
        match self {
            Self::Part(part) => {
                part.remove();
                None
            }
            Self::Stream(mut stream) => {
                stream.give_up();
                Some(Self::Stream(stream))
            }
        }
    }

    /// Everything is there: a part gets the name `name`.
    pub(super) fn finish(&mut self, name: String, exists: Exists) -> Result<PathBuf, ClientError> {
        match self {
            Self::Part(part) => {
                part.set_name(name);
                part.finish(exists)
            }
            Self::Stream(stream) => stream.finish(),
        }
    }

    pub(super) fn error(&self, error: &io::Error) -> ClientError {
        match self {
            Self::Part(part) => part.error(error),
            Self::Stream(stream) => stream.error(error),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Part(part) => part.write(bytes),
            Self::Stream(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
