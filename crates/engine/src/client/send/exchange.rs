//! A request of a delivery, and why there is no answer to it.

use std::fs::File;
use std::io;

use super::follower::Follower;
use crate::client::connection::FetchError;
use crate::transfer::Transfer;

/// What follows the head of a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content<'a> {
    /// No body.
    Nothing,
    /// This, which counts as `len` bytes of files.
    Bytes { bytes: &'a [u8], len: u64 },
    /// A part of a file, up to byte `end`.
    File {
        file: &'a File,
        from: u64,
        end: u64,
        follower: &'a Follower,
    },
}

/// A request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exchange<'a> {
    pub(super) head: &'a [u8],
    /// Its head has `Expect: 100-continue`.
    pub(super) expects: bool,
    pub(super) content: Content<'a>,
    /// What counts the bytes of the body.
    pub(super) progress: &'a Transfer,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The connection broke, and nothing was answered.
    Lost,
    /// The file cannot be read.
    Unreadable(io::Error),
    /// The file has become shorter.
    Short,
    /// Nothing can be sent.
    Stop(FetchError),
}

impl From<FetchError> for Trouble {
    fn from(error: FetchError) -> Self {
        Self::Stop(error)
    }
}
