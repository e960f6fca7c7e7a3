//! Entity tags of files (RFC 9110 section 8.8.3): what they are derived from, and when they are strong.

use std::fs::File;
use std::time::{Duration, SystemTime};

use cap_std::fs::Metadata;

use landline_http1::etag::RESOLUTION;

use crate::secret::Secret;

/// The metadata of an open file that changes with its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    len: u64,
    /// See [`nanos`].
    modified: u64,
    identity: u128,
}

impl State {
    pub(super) fn of(file: &File, metadata: &Metadata) -> Self {
        Self {
            len: metadata.len(),
            modified: modified(metadata).map_or(0, nanos),
            identity: identity(file, metadata),
        }
    }

    /// The same of a file that is not open. Windows tells its index for open files only.
    pub(super) fn of_unopened(metadata: &Metadata) -> Self {
        Self {
            len: metadata.len(),
            modified: modified(metadata).map_or(0, nanos),
            identity: identity_unopened(metadata),
        }
    }

    pub(super) fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&self.len.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.modified.to_be_bytes());
        bytes[16..].copy_from_slice(&self.identity.to_be_bytes());
        bytes
    }

    /// An opaque tag: the length, for [`len_of`], and a MAC of everything, which reveals neither the inode nor
    /// the times.
    pub(super) fn opaque(&self, secret: &Secret) -> String {
        // With the purpose and the lengths, this fits into one block of SHA-256.
        let code = secret.code("etag", &[&self.bytes()]);
        // 128 bits are enough to rule out collisions.
        let half = code.first_chunk().copied().map_or(0, u128::from_be_bytes);
        format!("\"{:x}-{half:032x}\"", self.len)
    }
}

/// The length of the file when it had this opaque tag, if this program made the tag.
pub(super) fn len_of(opaque: &str) -> Option<u64> {
    let len = opaque.strip_prefix('"')?.split('-').next()?;
    u64::from_str_radix(len, 16).ok()
}

/// The clock skew of file servers that is tolerated.
const SKEW: Duration = Duration::from_mins(5);

/// Whether the file changed so recently that another change could leave its metadata as at `now`.
pub(super) fn is_recent(metadata: &Metadata, now: SystemTime) -> bool {
    is_recent_of(modified(metadata), status_change(metadata), now)
}

/// The same, given the times of the last modification and the last status change, as far as the system reports
/// them. A modification time in the future was set explicitly; then the status change time counts, which cannot
/// be set. Without one, the file has not been written since: a write would have set the time to `now`, or to
/// that of a clock that is less than [`SKEW`] ahead.
pub(super) fn is_recent_of(
    modified: Option<SystemTime>,
    status_change: Option<SystemTime>,
    now: SystemTime,
) -> bool {
    let times = [modified, status_change].into_iter().flatten();
    let mut ages = times.filter_map(|at| now.duration_since(at).ok());
    let is_set = || status_change.is_none() && modified.is_some_and(|at| at > now + SKEW);
    match ages.next() {
        Some(age) => age < RESOLUTION,
        None => !is_set(),
    }
}

/// The later of modification time and status change time. One in the future counts, too: better weak too often
/// than strong too early.
pub(super) fn changed(metadata: &Metadata) -> Option<SystemTime> {
    let modified = modified(metadata)?;
    Some(status_change(metadata).map_or(modified, |status| status.max(modified)))
}

/// The modification time, if the system reports one.
pub(super) fn modified(metadata: &Metadata) -> Option<SystemTime> {
    let modified = metadata.modified().ok()?;
    Some(modified.into_std())
}

/// Nanoseconds since 1970, modulo 2^64: they wrap after 584 years, and earlier times use the upper half.
#[expect(
    clippy::cast_possible_truncation,
    reason = "that is where they begin again"
)]
pub(super) fn nanos(at: SystemTime) -> u64 {
    let nanos = match at.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => since.as_nanos(),
        Err(before) => before.duration().as_nanos().wrapping_neg(),
    };
    nanos as u64
}

#[cfg(unix)]
fn status_change(metadata: &Metadata) -> Option<SystemTime> {
    use cap_std::fs::MetadataExt;
    let since = Duration::new(
        metadata.ctime().try_into().ok()?,
        metadata.ctime_nsec().try_into().ok()?,
    );
    SystemTime::UNIX_EPOCH.checked_add(since)
}

#[cfg(windows)]
fn status_change(_: &Metadata) -> Option<SystemTime> {
    None
}

/// Inode and status change time: they differ for a file that was replaced, or rewritten with its length and
/// modification time restored.
#[cfg(unix)]
fn identity(_: &File, metadata: &Metadata) -> u128 {
    identity_unopened(metadata)
}

#[cfg(unix)]
fn identity_unopened(metadata: &Metadata) -> u128 {
    use cap_std::fs::MetadataExt;
    let changed = i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec());
    (changed.cast_unsigned() << 64) ^ (u128::from(metadata.ino()))
}

/// File index and creation time: a new file with the same name may inherit the creation time, but not the
/// index.
#[cfg(windows)]
fn identity(file: &File, metadata: &Metadata) -> u128 {
    let number = winapi_util::file::information(file).map_or(0, |found| found.file_index());
    (u128::from(number) << 64) ^ identity_unopened(metadata)
}

#[cfg(windows)]
fn identity_unopened(metadata: &Metadata) -> u128 {
    metadata
        .created()
        .ok()
        .and_then(|at| at.into_std().duration_since(SystemTime::UNIX_EPOCH).ok())
        .map_or(0, |since| since.as_nanos())
}
