//! Where the bytes of a file go: into a part file, or into a stream.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::SystemTime;

use super::output::Stream;
use super::part::PartFile;
use crate::error::StoreError;
use crate::store::target::{CopyNaming, IfExists};
use crate::store::version::Version;

/// See [`PartFile`] and [`Stream`], whose methods these are.
#[derive(Debug)]
pub(crate) enum Sink {
    Part(PartFile),
    Stream(Stream),
}

impl Sink {
    /// Whether anything is there to go on from.
    pub(crate) fn is_begun(&self) -> bool {
        match self {
            Self::Part(_) => true,
            Self::Stream(stream) => stream.is_begun(),
        }
    }

    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Part(part) => part.len(),
            Self::Stream(stream) => stream.len(),
        }
    }

    pub(crate) fn version(&self) -> &Version {
        match self {
            Self::Part(part) => part.version(),
            Self::Stream(stream) => stream.version(),
        }
    }

    pub(crate) fn begin(
        &mut self,
        version: Version,
        at: u64,
        modified: Option<SystemTime>,
    ) -> Result<(), StoreError> {
        match self {
            Self::Part(part) => part.begin(version, at, modified),
            Self::Stream(stream) => stream.begin(version, at),
        }
    }

    pub(crate) fn is_worth_keeping(&self) -> bool {
        match self {
            Self::Part(part) => part.is_worth_keeping(),
            Self::Stream(_) => false,
        }
    }

    /// See [`PartFile::settle`].
    pub(crate) fn settle(&mut self) {
        if let Self::Part(part) = self {
            part.settle();
        }
    }

    /// It is not wanted any more. A stream stays, because what was written stays.
    pub(crate) fn remove(self) -> Option<Self> {
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

    /// Everything is there: a part gets the name `name`, or one by `copies` if that is taken.
    pub(crate) fn finish(
        &mut self,
        name: String,
        exists: IfExists,
        copies: CopyNaming,
    ) -> Result<PathBuf, StoreError> {
        match self {
            Self::Part(part) => {
                part.set_name(name, copies);
                part.finish(exists)
            }
            Self::Stream(stream) => stream.finish(),
        }
    }

    pub(crate) fn error(&self, error: &io::Error) -> StoreError {
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
