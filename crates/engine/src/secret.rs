//! The random key of this installation. Data that it authenticates (HMAC-SHA-256, RFC 2104) was written by this
//! installation, even where others can write files or read what was written.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "read once, before there is a window or a transfer"
    )
)]

use std::fmt;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;
use std::sync::{Arc, LazyLock};

use crate::fs::{fsync, no_clobber, regular_file};
use landline_http1::digest::Hasher;

/// The name of the key file in the settings folder.
const NAME: &str = "secret";

/// The length of the key in bytes, equal to that of the digest (RFC 2104 section 3).
const LEN: usize = 32;

/// The block size of SHA-256 in bytes.
const BLOCK_LEN: usize = 64;

/// An authentication code.
pub type Code = [u8; 32];

/// The key. Cheap to clone.
#[derive(Clone)]
pub struct Secret {
    key: Arc<Key>,
    is_kept: bool,
}

/// Hashers that have already processed the padded key, so that a code costs no more than hashing its input.
struct Key {
    inner: Hasher,
    outer: Hasher,
}

impl Secret {
    /// The key in the settings folder `dir`, created on first use. Without a folder, or if it is not writable,
    /// [the key of this process](Secret::of_process).
    pub fn of(dir: Option<&Path>) -> Self {
        let Some(dir) = dir else {
            log::info!("there is no settings folder, so downloads resume in this process only");
            return Self::of_process();
        };
        match read_or_create(dir) {
            Ok(key) => Self::new(&key, true),
            Err(e) => {
                log::warn!("{}: {e}", dir.join(NAME).display());
                Self::of_process()
            }
        }
    }

    /// A key that lasts as long as this process.
    pub fn of_process() -> Self {
        static KEY: LazyLock<Secret> = LazyLock::new(|| Secret::new(&random(), false));
        KEY.clone()
    }

    /// Whether the key persists across processes.
    pub fn is_kept(&self) -> bool {
        self.is_kept
    }

    /// The authentication code of `parts`. Codes are separated by `purpose`, and `["ab", "c"]` has another code
    /// than `["a", "bc"]`.
    pub fn code(&self, purpose: &str, parts: &[&[u8]]) -> Code {
        let parts = [purpose.as_bytes()]
            .into_iter()
            .chain(parts.iter().copied());
        self.hmac(parts.flat_map(|part| [Piece::Len(part.len() as u64), Piece::Bytes(part)]))
    }

    /// Whether `code` is the code of `parts`, in constant time.
    pub fn verifies(&self, code: &[u8], purpose: &str, parts: &[&[u8]]) -> bool {
        let right = self.code(purpose, parts);
        <&Code>::try_from(code).is_ok_and(|code| is_same(&right, code))
    }

    fn new(key: &[u8; LEN], is_kept: bool) -> Self {
        let padded = |pad: u8| {
            let mut block = [pad; BLOCK_LEN];
            block.iter_mut().zip(key).for_each(|(to, key)| *to ^= key);
            let mut hasher = Hasher::new();
            hasher.update(&block);
            hasher
        };
        let key = Key {
            inner: padded(0x36),
            outer: padded(0x5c),
        };
        Self {
            key: Arc::new(key),
            is_kept,
        }
    }

    fn hmac<'a>(&self, message: impl Iterator<Item = Piece<'a>>) -> Code {
        let (mut inner, mut outer) = (self.key.inner.clone(), self.key.outer.clone());
        message.for_each(|piece| match piece {
            Piece::Len(len) => inner.update(&len.to_le_bytes()),
            Piece::Bytes(bytes) => inner.update(bytes),
        });
        outer.update(&inner.finish());
        outer.finish()
    }
}

/// Compares in constant time.
pub(crate) fn is_same(one: &Code, other: &Code) -> bool {
    let differences = one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b));
    std::hint::black_box(differences) == 0
}

enum Piece<'a> {
    Len(u64),
    Bytes(&'a [u8]),
}

/// Keeps the key out of logs.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").finish_non_exhaustive()
    }
}

/// Random bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .expect("std's own hash maps need the same source and panic without it");
    bytes
}

fn read_or_create(dir: &Path) -> io::Result<[u8; LEN]> {
    let path = dir.join(NAME);
    match read(&path) {
        Err(e) if e.kind() == ErrorKind::NotFound => {}
        Err(e) if e.kind() == ErrorKind::InvalidData => {
            log::warn!("{}: {e}; it is replaced", path.display());
            fs::rename(&path, dir.join(format!("{NAME}.unreadable")))?;
        }
        result => return result,
    }
    create(dir, &path)?;
    // Another process may have created it first.
    read(&path)
}

fn read(path: &Path) -> io::Result<[u8; LEN]> {
    let damaged = || io::Error::new(ErrorKind::InvalidData, "not a key");
    let bytes = match regular_file::read(path, LEN as u64) {
        // It is not a regular file, or too long.
        Err(e) if matches!(e.kind(), ErrorKind::InvalidInput | ErrorKind::Other) => {
            return Err(damaged());
        }
        bytes => bytes?,
    };
    let key = bytes.try_into().map_err(|_| damaged())?;
    // After a crash, a file may have its length but not its bytes.
    if key == [0; LEN] {
        return Err(damaged());
    }
    Ok(key)
}

/// Creates the key file atomically, unless it exists. On Unix only its owner may read it.
fn create(dir: &Path, path: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(&random::<LEN>())?;
    fsync::all(file.as_file())?;
    match no_clobber::rename(&file.into_temp_path(), path) {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => Err(e),
        _ => fsync::folder(dir),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_vectors_of_rfc_4231_pass() {
        for (key, data, hex) in [
            (
                &[0x0b; 20][..],
                &b"Hi There"[..],
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 20],
                &[0xdd; 50],
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            ),
        ] {
            // HMAC pads keys with zeros.
            let mut padded = [0; LEN];
            padded[..key.len()].copy_from_slice(key);
            let code = Secret::new(&padded, false).hmac([Piece::Bytes(data)].into_iter());
            let byte = |at: usize| u8::from_str_radix(&hex[2 * at..][..2], 16).unwrap();
            assert_eq!(code, std::array::from_fn(byte));
        }
    }

    #[test]
    fn a_code_depends_on_the_key_the_purpose_and_each_part() {
        let secret = Secret::of_process();
        let code = secret.code("part", &[b"ab", b"c"]);
        assert!(secret.clone().verifies(&code, "part", &[b"ab", b"c"]));
        for other in [&[&b"a"[..], b"bc"][..], &[b"abc"], &[b"ab", b"c", b""], &[]] {
            assert!(!secret.verifies(&code, "part", other), "{other:?}");
        }
        assert!(!secret.verifies(&code, "etag", &[b"ab", b"c"]));
        assert!(!secret.verifies(&code[..31], "part", &[b"ab", b"c"]));
        assert!(!secret.verifies(&[], "part", &[b"ab", b"c"]));
        let other = Secret::new(&[7; LEN], false);
        assert!(!other.verifies(&code, "part", &[b"ab", b"c"]));
        assert!(!format!("{secret:?}").contains('['));
    }

    /// A value that differs between keys.
    fn known_by(secret: &Secret) -> Code {
        secret.code("test", &[])
    }

    #[test]
    fn concurrent_starts_agree_on_one_key() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("new").join("landline");
        let start = std::sync::Barrier::new(8);
        let codes: Vec<_> = std::thread::scope(|scope| {
            let one = || {
                scope.spawn(|| {
                    start.wait();
                    let secret = Secret::of(Some(&dir));
                    assert!(secret.is_kept());
                    known_by(&secret)
                })
            };
            let all: Vec<_> = (0..8).map(|_| one()).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(codes.iter().all(|code| *code == codes[0]));
        assert_eq!(known_by(&Secret::of(Some(&dir))), codes[0]);
        assert_eq!(fs::read_dir(&dir).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(dir.join(NAME)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn an_invalid_key_file_is_renamed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(NAME);
        for damage in [&b""[..], b"short", &[0; LEN], &[1; LEN + 1]] {
            fs::write(&path, damage).unwrap();
            let secret = Secret::of(Some(dir.path()));
            assert!(secret.is_kept());
            assert_eq!(known_by(&Secret::of(Some(dir.path()))), known_by(&secret));
            let aside = fs::read(dir.path().join("secret.unreadable")).unwrap();
            assert_eq!(aside, damage);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn opening_a_pipe_does_not_block() {
        use rustix::fs::{CWD, FileType, Mode, mknodat};
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join(NAME);
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR, 0).unwrap();
        assert!(Secret::of(Some(dir.path())).is_kept());
    }

    #[test]
    fn without_a_folder_the_key_lasts_as_long_as_the_process() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        for dir in [None, Some(&*file)] {
            let (one, other) = (Secret::of(dir), Secret::of(dir));
            assert!(!one.is_kept());
            assert_eq!(known_by(&one), known_by(&other));
        }
    }
}
