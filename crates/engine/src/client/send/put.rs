//! One file with a request of its own.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use super::exchange::{Content, Exchange, Trouble};
use super::follower::Follower;
use super::head::Put;
use super::item::{IN_MEMORY_MAX, Item};
use super::work::{Worker, answered, not_a_receiver};
use crate::client::connection::FetchError;
use crate::client::http::Head;
use crate::error::{ClientError, DeliveryError};
use crate::fs::regular_file;
use crate::transfer::Transfer;
use landline_http1::digest::Hasher;

/// How often a server may name another offset of the same file before it is given up.
const MAX_CONFLICTS: u32 = 4;

/// A large file of which something was sent.
#[derive(Debug)]
pub(super) struct Begun {
    file: Arc<File>,
    stat: Stat,
    follower: Follower,
    progress: Transfer,
}

/// What changes when a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stat {
    pub(super) len: u64,
    pub(super) modified: Option<SystemTime>,
}

impl Stat {
    pub(super) fn new(data: &Metadata) -> Self {
        Self {
            len: data.len(),
            modified: data.modified().ok(),
        }
    }
}

impl Worker<'_> {
    /// Sends the file `at`. What it is called there, if the server says so.
    pub(super) fn put(&mut self, at: usize) -> Result<Option<String>, Trouble> {
        let item = &self.delivery.items[at];
        let file = open(item).map_err(Trouble::Unreadable)?;
        let stat = Stat::new(&file.metadata().map_err(Trouble::Unreadable)?);
        if stat.len <= IN_MEMORY_MAX {
            return self.put_bytes(item, file, stat);
        }
        let kept = self.delivery.begun.lock().remove(&at);
        let kept = kept.filter(|kept| kept.stat == stat);
        let is_begun = kept.is_some();
        let begun = match kept {
            Some(kept) => kept,
            None => self.begin(item, file, stat)?,
        };
        let put = self.put_large(item, &begun, is_begun);
        if put.is_err() {
            self.delivery.begun.lock().insert(at, begun);
            return put.map(|_| None);
        }
        let head = put?;
        let stored = answered(self.delivery.request, &head, &item.name)?;
        if let Some(theirs) = head.digest {
            let digest = begun.follower.finish(self.delivery.transfer.cancel());
            let ours = digest.map_err(|e| match e.kind() {
                io::ErrorKind::UnexpectedEof => Trouble::Short,
                _ => Trouble::Unreadable(e),
            })?;
            check(ours == theirs, &self.delivery.request.host, item)?;
        }
        Ok(stored)
    }

    fn begin(&self, item: &Item, file: File, stat: Stat) -> Result<Begun, FetchError> {
        let file = Arc::new(file);
        let follower = Follower::start(Arc::clone(&file), stat.len)
            .map_err(|e| ClientError::from_system(&e))?;
        Ok(Begun {
            file,
            stat,
            follower,
            progress: Transfer::of_file(self.delivery.transfer, item.name.as_str()),
        })
    }

    /// Reads the file into memory, and sends its digest before it.
    fn put_bytes(
        &mut self,
        item: &Item,
        file: File,
        stat: Stat,
    ) -> Result<Option<String>, Trouble> {
        let mut bytes = Vec::new();
        let read = file.take(IN_MEMORY_MAX + 1).read_to_end(&mut bytes);
        read.map_err(Trouble::Unreadable)?;
        if bytes.len() as u64 != stat.len {
            return Err(changed(item));
        }
        let mut hasher = Hasher::new();
        hasher.update(&bytes);
        let len = stat.len;
        let progress = Transfer::of_file(self.delivery.transfer, item.name.as_str());
        let content = Content::Bytes { bytes: &bytes, len };
        let expects = !self.delivery.is_accepted();
        let put = Put {
            name: &item.name,
            len,
            from: 0,
            modified: stat.modified,
            digest: Some(hasher.finish()),
            expects,
        };
        let head = self.exchange_put(&put, content, &progress);
        let stored = head.and_then(|head| {
            let stored = answered(self.delivery.request, &head, &item.name);
            stored.map_err(Trouble::Stop)
        });
        progress.set_done(if stored.is_ok() { len } else { 0 });
        stored
    }

    /// Sends what the server does not have yet.
    fn put_large(
        &mut self,
        item: &Item,
        begun: &Begun,
        is_begun: bool,
    ) -> Result<Box<Head>, Trouble> {
        let len = begun.stat.len;
        let mut from = if is_begun { self.offset(item)? } else { 0 };
        for _ in 0..MAX_CONFLICTS {
            // There is no range of no bytes: it is sent again, unless the server has stored it.
            from = if from < len { from } else { 0 };
            let put = Put {
                name: &item.name,
                len,
                from,
                modified: begun.stat.modified,
                digest: None,
                expects: true,
            };
            let content = Content::File {
                file: &begun.file,
                from,
                end: len,
                follower: &begun.follower,
            };
            let head = self.exchange_put(&put, content, &begun.progress)?;
            if head.status == 409 {
                from = head.upload_offset.unwrap_or(0);
                continue;
            }
            if is_stored(&head) {
                begun.progress.set_done(len);
                // What was sent may be a mixture of two versions.
                let now = begun.file.metadata().map_err(Trouble::Unreadable)?;
                if Stat::new(&now) != begun.stat {
                    return Err(changed(item));
                }
            }
            return Ok(head);
        }
        let status = 409;
        let (host, name) = (self.delivery.request.host.clone(), item.name.clone());
        Err(
            FetchError::from(ClientError::from(DeliveryError::NotStored {
                host,
                name,
                status,
            }))
            .into(),
        )
    }

    fn exchange_put(
        &mut self,
        put: &Put<'_>,
        content: Content<'_>,
        progress: &Transfer,
    ) -> Result<Box<Head>, Trouble> {
        let began = Instant::now();
        let head = self.session.exchange(&Exchange {
            head: &self.delivery.sender.put(put),
            expects: put.expects,
            content,
            progress,
        })?;
        self.session.done(&head, true);
        let is_unsent = put.expects && put.len > 0 && !self.session.has_continued();
        if is_unsent && is_stored(&head) && head.location.is_none() {
            // A page that logs in to a network says 200 to everything.
            return Err(
                FetchError::from(not_a_receiver(self.delivery.request, head.status)).into(),
            );
        }
        self.check_accepted(&head, began, put.name)?;
        Ok(head)
    }

    /// How much of it the server has.
    fn offset(&mut self, item: &Item) -> Result<u64, Trouble> {
        let progress = Transfer::of_file(self.delivery.transfer, "");
        let head = self.session.exchange(&Exchange {
            head: &self.delivery.sender.offset(&item.name),
            expects: false,
            content: Content::Nothing,
            progress: &progress,
        })?;
        self.session.done(&head, false);
        Ok(head.upload_offset.unwrap_or(0))
    }
}

/// Opens a file without waiting, whatever is there by now.
pub(super) fn open(item: &Item) -> io::Result<File> {
    regular_file::open(&item.path, OpenOptions::new().read(true))
}

/// Whether the server says that it has stored the file.
pub(super) fn is_stored(head: &Head) -> bool {
    matches!(head.status, 200 | 201 | 204)
}

fn check(is_same: bool, host: &str, item: &Item) -> Result<(), Trouble> {
    if is_same {
        return Ok(());
    }
    let (host, name) = (host.to_owned(), item.name.clone());
    let damaged = ClientError::from(DeliveryError::Damaged { host, name });
    Err(FetchError::from(damaged).into())
}

fn changed(item: &Item) -> Trouble {
    let name = item.name.clone();
    FetchError::from(ClientError::from(DeliveryError::Changed { name })).into()
}
