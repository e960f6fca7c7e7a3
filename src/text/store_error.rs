//! The messages for errors in storing a received file.

use super::{Describe, Sentence};
use crate::sentence;
use landline_engine::error::StoreError;

impl Describe for StoreError {
    fn sentence(&self) -> Sentence {
        match self {
            StoreError::NotAFolder { folder } => sentence!("target-is-file", folder = folder),
            StoreError::FolderMissing { folder } => sentence!("target-missing", folder = folder),
            StoreError::NotWritable { folder } => {
                sentence!("target-not-writable", folder = folder)
            }
            StoreError::DiskFull {
                folder,
                lacking: Some(lacking),
            } => sentence!(
                "disk-too-small",
                folder = folder,
                lacking = landline_engine::numbers::bytes(*lacking)
            ),
            StoreError::DiskFull { folder, .. } => sentence!("disk-full", folder = folder),
            StoreError::FileTooLarge { folder } => sentence!("file-too-large", folder = folder),
            StoreError::InTheWay { path } => sentence!("in-the-way", path = path),
            StoreError::LeadsElsewhere { path } => sentence!("leads-elsewhere", path = path),
            StoreError::Write { path, reason } => {
                sentence!("write-failed", path = path, reason = reason)
            }
            StoreError::NotDurable { path, reason } => {
                sentence!("not-durable", path = path, reason = reason)
            }
            StoreError::ReaderGone { path } => sentence!("reader-gone", path = path),
            StoreError::CannotRewind { path } => sentence!("cannot-rewind", path = path),
        }
    }
}
