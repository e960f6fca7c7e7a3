//! The records of an archive: local headers, the central directory and its end (APPNOTE sections 4.3 and 4.5).

use super::layout::Item;
use super::name::safe_path;

/// The offset of the CRC-32 in a local header, in bytes.
pub const LOCAL_CRC_AT: usize = 14;

/// The offset of the CRC-32 in an entry of the central directory, in bytes.
pub const DIRECTORY_CRC_AT: usize = 16;

/// Lengths of the fixed parts, in bytes.
const LOCAL_LEN: u64 = 30;
const DIRECTORY_LEN: u64 = 46;
const END_LEN: u64 = 22;
const END_64_LEN: u64 = 56;
const LOCATOR_64_LEN: u64 = 20;

/// These values mean that the number is in a ZIP64 record.
const SEE_64: u32 = u32::MAX;
const SEE_64_COUNT: u16 = u16::MAX;

/// Names are UTF-8 (APPNOTE appendix D).
const FLAGS: u16 = 1 << 11;

/// Made on Unix, with the features of version 4.5: the upper half of the external attributes is a file's mode.
const MADE_BY: u16 = 0x032D;

/// The mode and MS-DOS attributes of a file: everyone may read it.
const FILE_ATTRIBUTES: u32 = 0o100_644 << 16;

/// The same of a folder.
const FOLDER_ATTRIBUTES: u32 = 0o040_755 << 16 | 0x10;

/// ZIP64 extended information (APPNOTE section 4.5.3).
const EXTRA_64: u16 = 1;

/// Info-ZIP's extended timestamp, "UT".
const EXTRA_TIME: u16 = 0x5455;
const EXTRA_TIME_LEN: u64 = 9;

/// Records are little-endian.
#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn u16(&mut self, value: u16) -> &mut Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn u32(&mut self, value: u32) -> &mut Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    fn u64(&mut self, value: u64) -> &mut Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }
}

impl Item<'_> {
    /// Whether it is a folder.
    pub fn is_folder(&self) -> bool {
        self.name.ends_with('/')
    }

    /// The offset of its content in the archive, in bytes.
    pub fn content_at(&self) -> u64 {
        self.at + self.local_len()
    }

    /// The length of its local header in bytes.
    pub fn local_len(&self) -> u64 {
        LOCAL_LEN + self.name.len() as u64 + self.local_extra_len()
    }

    /// The length of its entry in the central directory in bytes.
    pub fn directory_len(&self) -> u64 {
        DIRECTORY_LEN + self.name.len() as u64 + self.directory_extra_len()
    }

    /// Appends its local header to `to`.
    pub fn write_local(&self, crc: u32, to: &mut Vec<u8>) {
        let mut w = Writer(std::mem::take(to));
        w.u32(0x0403_4b50);
        self.write_common(&mut w, crc);
        w.u16(self.name_len()).u16(short(self.local_extra_len()));
        w.0.extend_from_slice(safe_path(self.name).as_bytes());
        if self.is_large() {
            w.u16(EXTRA_64).u16(16).u64(self.len).u64(self.len);
        }
        self.write_time(&mut w);
        *to = w.0;
    }

    /// Appends its entry in the central directory to `to`.
    pub fn write_directory(&self, crc: u32, to: &mut Vec<u8>) {
        let mut w = Writer(std::mem::take(to));
        w.u32(0x0201_4b50).u16(MADE_BY);
        self.write_common(&mut w, crc);
        w.u16(self.name_len())
            .u16(short(self.directory_extra_len()))
            // No comment, the first disk, no internal attributes.
            .u16(0)
            .u16(0)
            .u16(0)
            .u32(if self.is_folder() {
                FOLDER_ATTRIBUTES
            } else {
                FILE_ATTRIBUTES
            })
            .u32(u32::try_from(self.at).unwrap_or(SEE_64));
        w.0.extend_from_slice(safe_path(self.name).as_bytes());
        let numbers = self.directory_numbers();
        if numbers > 0 {
            w.u16(EXTRA_64).u16(short(numbers * 8));
            if self.is_large() {
                w.u64(self.len).u64(self.len);
            }
            if self.is_far() {
                w.u64(self.at);
            }
        }
        self.write_time(&mut w);
        *to = w.0;
    }

    /// What both headers have in common.
    fn write_common(&self, w: &mut Writer, crc: u32) {
        let version = match (self.is_large() || self.is_far(), self.is_folder()) {
            (true, _) => 45,
            (false, true) => 20,
            (false, false) => 10,
        };
        let len = u32::try_from(self.len).unwrap_or(SEE_64);
        w.u16(version)
            .u16(FLAGS)
            // Stored.
            .u16(0)
            .u32(self.stamp.dos())
            .u32(crc)
            .u32(len)
            .u32(len);
    }

    fn write_time(&self, w: &mut Writer) {
        /// Only the modification time follows.
        const MODIFIED: u8 = 1;
        if let Some(seconds) = self.stamp.unix() {
            w.u16(EXTRA_TIME).u16(5).0.push(MODIFIED);
            w.u32(seconds.cast_unsigned());
        }
    }

    fn name_len(&self) -> u16 {
        short(self.name.len() as u64)
    }

    fn time_len(&self) -> u64 {
        self.stamp.unix().map_or(0, |_| EXTRA_TIME_LEN)
    }

    fn local_extra_len(&self) -> u64 {
        self.time_len() + if self.is_large() { 4 + 16 } else { 0 }
    }

    fn directory_extra_len(&self) -> u64 {
        self.time_len()
            + match self.directory_numbers() {
                0 => 0,
                numbers => 4 + 8 * numbers,
            }
    }

    /// How many numbers of its entry in the central directory need 64 bits.
    fn directory_numbers(&self) -> u64 {
        2 * u64::from(self.is_large()) + u64::from(self.is_far())
    }

    fn is_large(&self) -> bool {
        self.len >= u64::from(SEE_64)
    }

    fn is_far(&self) -> bool {
        self.at >= u64::from(SEE_64)
    }
}

/// A length that [`Layout::push`](super::Layout::push) has checked, or one of a few extra fields.
fn short(len: u64) -> u16 {
    u16::try_from(len).unwrap_or(u16::MAX)
}

/// The length of what follows the central directory, in bytes.
pub(super) fn end_len(count: usize, directory_at: u64, directory_len: u64) -> u64 {
    if needs_64(count, directory_at, directory_len) {
        END_64_LEN + LOCATOR_64_LEN + END_LEN
    } else {
        END_LEN
    }
}

/// What follows the central directory of `count` items.
pub(super) fn end(count: usize, directory_at: u64, directory_len: u64) -> Vec<u8> {
    let mut w = Writer::default();
    if needs_64(count, directory_at, directory_len) {
        let count = count as u64;
        w.u32(0x0606_4b50)
            // The length of what follows this number.
            .u64(END_64_LEN - 12)
            .u16(MADE_BY)
            .u16(45)
            .u32(0)
            .u32(0)
            .u64(count)
            .u64(count)
            .u64(directory_len)
            .u64(directory_at)
            .u32(0x0706_4b50)
            .u32(0)
            .u64(directory_at + directory_len)
            .u32(1);
    }
    let short_count = u16::try_from(count).unwrap_or(SEE_64_COUNT);
    w.u32(0x0605_4b50)
        .u16(0)
        .u16(0)
        .u16(short_count)
        .u16(short_count)
        .u32(u32::try_from(directory_len).unwrap_or(SEE_64))
        .u32(u32::try_from(directory_at).unwrap_or(SEE_64))
        .u16(0);
    w.0
}

fn needs_64(count: usize, directory_at: u64, directory_len: u64) -> bool {
    let large = u64::from(SEE_64);
    count >= usize::from(SEE_64_COUNT) || directory_at >= large || directory_len >= large
}
