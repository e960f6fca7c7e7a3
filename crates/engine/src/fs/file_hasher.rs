//! The SHA-256 of a file that may still grow.

use std::fs::File;
use std::io::{self, ErrorKind};

use landline_http1::digest::{Hasher, Sha256};

use super::positional::read_at;

/// Hashes a file from its start, as far as it has been written: from memory where the caller has the bytes,
/// otherwise from the file.
#[derive(Debug, Default)]
pub(crate) struct FileHasher {
    hasher: Hasher,
    at: u64,
}

impl FileHasher {
    /// A hasher at the start of a file.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The number of bytes hashed.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Hashes `bytes`, which follow those hashed so far.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.at += bytes.len() as u64;
    }

    /// Hashes `file` up to byte `end`, reading through `buffer`. The file's cursor is not used.
    ///
    /// # Errors
    /// The file cannot be read, or ends before `end` ([`ErrorKind::UnexpectedEof`]).
    pub(crate) fn read(&mut self, file: &File, end: u64, buffer: &mut [u8]) -> io::Result<()> {
        while self.at < end {
            let left = usize::try_from(end - self.at).unwrap_or(usize::MAX);
            let most = left.min(buffer.len());
            match read_at(file, &mut buffer[..most], self.at) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(read) => self.update(&buffer[..read]),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// The SHA-256 of the bytes hashed.
    pub(crate) fn finish(self) -> Sha256 {
        self.hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::positional::write_all_at;

    #[test]
    fn memory_and_file_are_hashed_in_file_order() {
        let file = tempfile::tempfile().unwrap();
        write_all_at(&file, b"0123456789", 0).unwrap();
        let mut hasher = FileHasher::new();
        let buffer = &mut [0; 3];
        hasher.read(&file, 4, buffer).unwrap();
        hasher.update(b"45");
        // Bytes that are hashed already are not read again.
        hasher.read(&file, 5, buffer).unwrap();
        hasher.read(&file, 10, buffer).unwrap();
        assert_eq!(hasher.at(), 10);
        let error = hasher.read(&file, 11, buffer).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        let mut expected = Hasher::new();
        expected.update(b"0123456789");
        assert_eq!(hasher.finish(), expected.finish());
    }
}
