//! The messages: JSON objects. What is read is bounded, and unknown fields are ignored.

mod files;
mod info;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

pub use self::info::DeviceType;

#[cfg(any(test, fuzzing))]
pub(crate) use self::files::PREVIEW_MAX_LEN;
pub(crate) use self::files::{
    FILES_MAX, FileInfo, Metadata, PREPARE_MAX_LEN, PrepareUpload, Prepared,
};
pub(crate) use self::info::{Announcement, INFO_MAX_LEN, Info, Scheme};

/// Why a message is not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    /// It is no JSON object with the fields that are required.
    #[error("not a message of LocalSend")]
    Syntax,
    /// It has more files, or longer texts, than are read.
    #[error("too much in one message")]
    TooMuch,
}
