//! Where commands get passwords from: a file, the environment, or the terminal. Never an argument, which others see in
//! the list of processes.
#![expect(
    clippy::disallowed_methods,
    reason = "a command has no window to keep drawing"
)]

mod prompt;

use std::env;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::warn;
use crate::sentence;
use crate::text::Sentence;
use landline_engine::password::Password;
use zeroize::Zeroizing;

pub(super) use self::prompt::{Typed, ask, can_ask};

/// The environment variable with the password.
pub(super) const VARIABLE: &str = "LANDLINE_PASSWORD";

/// More than the first line of any file with a password.
const FILE_MAX_LEN: usize = 4096;

/// The password in `file`, or otherwise in the environment.
///
/// # Errors
/// The file cannot be read, or what is there cannot be a password.
pub(super) fn given(file: Option<&Path>) -> Result<Option<Password>, Sentence> {
    if let Some(path) = file {
        return in_file(path).map(Some);
    }
    let Some(value) = env::var_os(VARIABLE) else {
        return Ok(None);
    };
    let value = value.into_string().map(Zeroizing::new);
    let password = value.ok().and_then(|text| Password::new(&text));
    let no_password = || sentence!("no-password-in-variable", variable = VARIABLE);
    password.map(Some).ok_or_else(no_password)
}

fn in_file(path: &Path) -> Result<Password, Sentence> {
    let shown = path.display().to_string();
    let unreadable = |e: io::Error| {
        let (path, reason) = (shown.clone(), e.to_string());
        sentence!("password-file-unreadable", path = path, reason = reason)
    };
    // It may be a pipe: `--password-file <(pass show share)`.
    let file = File::open(path).map_err(unreadable)?;
    if is_readable_by_others(&file) {
        warn(sentence!("password-file-not-private", path = shown.clone()));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(FILE_MAX_LEN + 1));
    file.take(FILE_MAX_LEN as u64)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    first_line(&bytes).ok_or_else(|| sentence!("no-password-in-file", path = shown))
}

/// The password on the first line.
fn first_line(bytes: &[u8]) -> Option<Password> {
    let line = bytes.split(|&byte| byte == b'\n').next()?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Password::new(std::str::from_utf8(line).ok()?)
}

/// Whether other users may read a regular file.
fn is_readable_by_others(file: &File) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let found = file.metadata();
        found.is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o044 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_the_first_line() {
        let password = |bytes: &[u8]| first_line(bytes).map(|found| found.reveal().to_owned());
        for (bytes, expected) in [
            (&b"secret"[..], Some("secret")),
            (b"secret\n", Some("secret")),
            (b"secret\r\nmore\n", Some("secret")),
            (b" secret \n", Some(" secret ")),
            ("密码\n".as_bytes(), Some("密码")),
            (b"", None),
            (b"\nsecret", None),
            (b"\xff\n", None),
            (b"a\tb\n", None),
            (&[b'x'; 257], None),
            (&[b'x'; 256], Some(&"x".repeat(256))),
        ] {
            assert_eq!(password(bytes).as_deref(), expected, "{bytes:?}");
        }
    }
}
