//! How much of a part can be relied on once a disk has failed: what was written through before, and nothing else, in
//! this process and in the next.

use std::io;

use super::PartFile;
use crate::fs::fsync;

impl PartFile {
    /// Before it is closed: all of it is on the disk then, and its record says so. Where the disk fails, it ends with
    /// what was on the disk before.
    pub(crate) fn settle(&mut self) {
        let written = self.write_through();
        if self.record.durable == self.len {
            return;
        }
        match written.and_then(|()| fsync::data(&self.file)) {
            Ok(()) => {
                self.record.durable = self.len;
                self.save_record();
            }
            Err(e) => self.distrust(&e),
        }
    }

    /// Nothing is written through in the background any more.
    ///
    /// # Errors
    /// What the disk said; then nothing counts but what was on it before.
    pub(super) fn write_through(&mut self) -> io::Result<()> {
        let Some(flusher) = self.flusher.take() else {
            return Ok(());
        };
        let (durable, result) = flusher.finish();
        self.record.durable = durable;
        result.inspect_err(|e| self.distrust(e))
    }

    /// The disk has failed. The system may show for a while what the disk has not, so that goes, and the record says it
    /// to the next process, too.
    pub(super) fn distrust(&mut self, error: &io::Error) {
        log::warn!("{}: {error}", self.part.display());
        self.len = self.len.min(self.record.durable);
        self.record.distrust();
        if let Err(e) = self.file.set_len(self.len) {
            log::warn!("{}: {e}", self.part.display());
        }
        self.save_record();
    }

    fn save_record(&self) {
        if let Err(e) = self.record.save(&self.part, &self.seal) {
            log::warn!("{}: {e}", self.part.display());
        }
    }
}
