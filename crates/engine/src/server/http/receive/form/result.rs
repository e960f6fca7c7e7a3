//! What became of a form's files.

use std::io;

use crate::server::receiving::NotReceived;

/// What became of a file of a form.
#[derive(Clone, Debug)]
pub(super) struct FileResult {
    /// As the sender calls it.
    pub name: String,
    /// Its path here, or why it is not stored.
    pub stored: Result<String, NotReceived>,
    /// It was stored before.
    pub is_old: bool,
}

/// Why no more of a form is read.
#[derive(Debug)]
pub(super) enum Stopped {
    /// The body ended early or is malformed.
    Source(io::Error),
    /// There are more names than the response may list.
    TooMuch,
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Source(error)
    }
}

/// Why a file is not stored.
#[derive(Debug)]
pub(super) enum NotStored {
    /// It cannot be, and the next one may.
    Refused(NotReceived),
    /// Nothing more comes.
    Source(io::Error),
}

impl From<NotReceived> for NotStored {
    fn from(why: NotReceived) -> Self {
        Self::Refused(why)
    }
}
