//! What is offered: files with their digests, or a text; and the question that names them.

use std::collections::BTreeMap;
use std::time::SystemTime;

use jiff::Timestamp;
use serde::Serialize;

use crate::client::connection::FetchError;
use crate::client::send::item::Item;
use crate::client::send::put::{Stat, open};
use crate::client::send::results::Results;
use crate::client::send::walk::Found;
use crate::error::{ClientError, DeliveryError};
use crate::fs::FileHasher;
use crate::localsend::Node;
use crate::localsend::message::{FILES_MAX, FileInfo, Info, Metadata, PREPARE_MAX_LEN};
use crate::transfer::Transfer;
use landline_http1::digest::{Hasher, Sha256};

/// How much of a file is hashed between two looks for a cancel.
const STEP: u64 = 1 << 20;

/// The buffer that files are read into.
const BUFFER_LEN: usize = 256 * 1024;

/// The media type of a text. A file of this type is one, too, but has no preview.
const TEXT: &str = "text/plain";

/// The name of a text, in case the recipient stores it.
const TEXT_NAME: &str = "message.txt";

/// A file that is offered, or a text.
#[derive(Debug)]
pub(super) struct Offered {
    /// What it is called there: a relative path, separated by `/`.
    pub(super) name: String,
    /// Its length in bytes.
    pub(super) len: u64,
    pub(super) content: Content,
    pub(super) digest: Sha256,
}

#[derive(Debug)]
pub(super) enum Content {
    File {
        item: Item,
        /// When it was hashed. It must not have changed when it is sent.
        stat: Stat,
    },
    Text(String),
}

impl Offered {
    /// A text.
    pub(super) fn text(text: &str) -> Self {
        let mut hasher = Hasher::new();
        hasher.update(text.as_bytes());
        Self {
            name: TEXT_NAME.to_owned(),
            len: text.len() as u64,
            content: Content::Text(text.to_owned()),
            digest: hasher.finish(),
        }
    }

    fn modified(&self) -> Option<SystemTime> {
        match &self.content {
            Content::File { stat, .. } => stat.modified,
            Content::Text(_) => None,
        }
    }

    fn info(&self, id: String) -> FileInfo {
        let (file_type, preview) = match &self.content {
            Content::Text(text) => (TEXT.to_owned(), Some(text.clone())),
            Content::File { .. } => {
                let guess = mime_guess2::from_path(&self.name).first_or_octet_stream();
                (guess.to_string(), None)
            }
        };
        let modified = self.modified().and_then(rfc3339);
        FileInfo {
            id,
            file_name: self.name.clone(),
            size: self.len,
            file_type,
            sha256: Some(hex(&self.digest)),
            preview,
            metadata: modified.map(|modified| Metadata {
                modified: Some(modified),
                ..Metadata::default()
            }),
        }
    }
}

/// Computes the digests of what was `found`. Files that cannot be read are added to `results`. The progress is that of the
/// reading, and starts again afterwards.
///
/// # Errors
/// Cancelled, or more files than a device may be offered.
pub(super) fn prepare(
    transfer: &Transfer,
    results: &mut Results,
    found: Found,
) -> Result<Vec<Offered>, FetchError> {
    if found.items.len() > FILES_MAX {
        return Err(too_many().into());
    }
    transfer.set_total(Some(found.len));
    let mut offered = Vec::with_capacity(found.items.len());
    let mut buffer = vec![0; BUFFER_LEN];
    for item in found.items {
        let name = item.name.clone();
        match hash(item, transfer, &mut buffer) {
            Ok(file) => offered.push(file),
            Err(_) if transfer.cancel().is_cancelled() => return Err(FetchError::Cancelled),
            Err(why) => {
                log::info!("{why}");
                results.failed(&name, why.into());
                if transfer.files().is_some() {
                    transfer.set_files(results.files());
                }
            }
        }
    }
    transfer.set_done(0);
    Ok(offered)
}

fn hash(item: Item, transfer: &Transfer, buffer: &mut [u8]) -> Result<Offered, DeliveryError> {
    let unreadable = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::UnexpectedEof => changed(&item),
        _ => DeliveryError::Unreadable {
            name: item.name.clone(),
            reason: e.to_string(),
        },
    };
    let file = open(&item).map_err(unreadable)?;
    let stat = Stat::new(&file.metadata().map_err(unreadable)?);
    let mut hasher = FileHasher::new();
    while hasher.at() < stat.len && !transfer.cancel().is_cancelled() {
        let step = stat.len.min(hasher.at() + STEP);
        transfer.skip(step - hasher.at());
        hasher.read(&file, step, buffer).map_err(unreadable)?;
    }
    if Stat::new(&file.metadata().map_err(unreadable)?) != stat {
        return Err(changed(&item));
    }
    if transfer.cancel().is_cancelled() {
        // What was hashed is of no use.
        return Err(changed(&item));
    }
    Ok(Offered {
        name: item.name.clone(),
        len: stat.len,
        digest: hasher.finish(),
        content: Content::File { item, stat },
    })
}

fn changed(item: &Item) -> DeliveryError {
    let name = item.name.clone();
    DeliveryError::Changed { name }
}

fn too_many() -> ClientError {
    DeliveryError::TooManyFiles { max: FILES_MAX }.into()
}

/// The id of a file. Those of all files are in order as text, too, which some receivers show them in.
pub(super) fn id(at: usize) -> String {
    format!("{at:05}")
}

#[derive(Serialize)]
struct Question {
    info: Info,
    files: BTreeMap<String, FileInfo>,
}

/// The question whether to accept what is `offered`, as JSON.
///
/// # Errors
/// It is longer than receivers read.
pub(super) fn message(node: &Node, offered: &[Offered]) -> Result<Vec<u8>, ClientError> {
    let files = offered.iter().enumerate();
    let question = Question {
        info: node.info(),
        files: files
            .map(|(at, file)| (id(at), file.info(id(at))))
            .collect(),
    };
    let message = serde_json::to_vec(&question).unwrap_or_default();
    if message.len() > PREPARE_MAX_LEN {
        return Err(too_many());
    }
    Ok(message)
}

/// In whole milliseconds: some receivers read no more digits.
fn rfc3339(at: SystemTime) -> Option<String> {
    let at = Timestamp::try_from(at).ok()?;
    let at = Timestamp::from_millisecond(at.as_millisecond()).ok()?;
    Some(at.to_string())
}

fn hex(digest: &Sha256) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for byte in digest {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
