//! The messages for the notes of a download.

use super::{Describe, Sentence};
use crate::sentence;
use landline_engine::transfer::Note;

impl Describe for Note {
    fn sentence(&self) -> Sentence {
        match self {
            Self::Changed { host, name } => {
                sentence!("changed-meanwhile", host = host, name = name)
            }
            Self::NoRanges { host, name } => sentence!("whole-only", host = host, name = name),
            Self::ForeignPart { path } => sentence!("part-left-alone", part = path),
            Self::SavedAs { name, stored } => {
                sentence!("saved-beside", name = name, stored = stored)
            }
            Self::SafeName { stored } => sentence!("saved-safely", stored = stored),
            Self::Encoded { host, name, coding } => {
                sentence!("saved-encoded", host = host, name = name, coding = coding)
            }
            Self::DigestWithheld { host, name } => {
                sentence!("digest-withheld", host = host, name = name)
            }
            Self::Grew { host, name } => sentence!("grew-meanwhile", host = host, name = name),
            Self::FilesEncoded { host, count } => {
                sentence!("files-encoded", host = host, count = *count)
            }
            Self::FilesGrew { host, count } => sentence!("files-grew", host = host, count = *count),
            Self::DigestsWithheld { host, count } => {
                sentence!("digests-withheld", host = host, count = *count)
            }
            Self::Loops { name, count } => sentence!("loops-left-out", name = name, count = *count),
            Self::IndexPages { host, name, count } => {
                sentence!(
                    "index-in-place-of-list",
                    host = host,
                    name = name,
                    count = *count
                )
            }
            Self::UnsendableNames { count } => sentence!("nameless", count = *count),
            Self::Renamed { host, count } => sentence!("other-names", host = host, count = *count),
            Self::StoredAs { host, name, stored } => {
                sentence!("send-stored-as", host = host, name = name, stored = stored)
            }
            Self::StoredRenamed { host, count } => {
                sentence!("send-stored-renamed", host = host, count = *count)
            }
            Self::HiddenLeftOut { count } => sentence!("send-hidden", count = *count),
            Self::LinksLeftOut { count } => sentence!("send-links", count = *count),
            Self::EmptyFoldersLeftOut { count } => sentence!("send-empty-folders", count = *count),
        }
    }
}
