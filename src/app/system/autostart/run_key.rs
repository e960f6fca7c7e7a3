//! `RegGetValueW`, `RegSetKeyValueW` and `RegDeleteKeyValueW` (Windows), for which no crate in use has a safe wrapper: what
//! stands in the `Run` key is started when the user logs in.
#![expect(
    unsafe_code,
    reason = "no crate in use has a safe way to these three calls"
)]

use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::os::windows::ffi::OsStrExt as _;
use std::path::Path;
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::{ERROR_FILE_NOT_FOUND, ERROR_MORE_DATA, ERROR_SUCCESS};
use windows_sys::Win32::System::Registry::{
    HKEY_CURRENT_USER, REG_SZ, RRF_RT_ANY, RegDeleteKeyValueW, RegGetValueW, RegSetKeyValueW,
};

/// What is started.
const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";

/// What the user has disabled in the task manager or the settings: the first byte is odd.
const APPROVED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";

/// The name of the value in both keys.
const NAME: &str = "Landline";

/// Longer than a quoted path.
const MAX_LEN: usize = 70_000;

/// The keys of the current user.
#[derive(Debug)]
pub(super) struct Place;

impl Place {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "other systems may not know the user's folder"
    )]
    pub(super) fn of_system() -> Option<Self> {
        Some(Self)
    }

    #[expect(clippy::unused_self, reason = "other systems have a path")]
    pub(super) fn starts(&self, program: &Path) -> io::Result<bool> {
        let command = bytes_of(&command(program));
        let is_ours = get(RUN)?.is_some_and(|value| value == command);
        let is_disabled =
            get(APPROVED)?.is_some_and(|value| value.first().is_some_and(|b| b % 2 == 1));
        Ok(is_ours && !is_disabled)
    }

    #[expect(clippy::unused_self, reason = "other systems have a path")]
    pub(super) fn add(&self, program: &Path) -> io::Result<()> {
        let (key, name, command) = (wide(RUN), wide(NAME), command(program));
        let len = u32::try_from(command.len() * 2).map_err(|_| ErrorKind::InvalidFilename)?;
        // SAFETY: the strings end with a zero and outlive the call; the data is `len` bytes long.
        let set = unsafe {
            RegSetKeyValueW(
                HKEY_CURRENT_USER,
                key.as_ptr(),
                name.as_ptr(),
                REG_SZ,
                command.as_ptr().cast(),
                len,
            )
        };
        check(set)?;
        delete(APPROVED)
    }

    #[expect(clippy::unused_self, reason = "other systems have a path")]
    pub(super) fn remove(&self) -> io::Result<()> {
        delete(RUN)?;
        delete(APPROVED)
    }
}

/// The quoted path with its final zero.
fn command(program: &Path) -> Vec<u16> {
    let quote = u16::from(b'"');
    let path = program.as_os_str().encode_wide();
    let quoted = std::iter::once(quote).chain(path).chain([quote, 0]);
    quoted.collect()
}

fn wide(text: &str) -> Vec<u16> {
    OsStr::new(text).encode_wide().chain([0]).collect()
}

fn bytes_of(units: &[u16]) -> Vec<u8> {
    units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
}

/// The data of the value, whatever its type.
fn get(key: &str) -> io::Result<Option<Vec<u8>>> {
    let (key, name) = (wide(key), wide(NAME));
    let mut data = vec![0_u8; MAX_LEN];
    let mut len = u32::try_from(data.len()).unwrap_or(u32::MAX);
    // SAFETY: the strings end with a zero and outlive the call, which writes at most `len` bytes to `data`.
    let got = unsafe {
        RegGetValueW(
            HKEY_CURRENT_USER,
            key.as_ptr(),
            name.as_ptr(),
            RRF_RT_ANY,
            null_mut(),
            data.as_mut_ptr().cast(),
            &raw mut len,
        )
    };
    match got {
        ERROR_SUCCESS => {
            data.truncate(usize::try_from(len).unwrap_or(0));
            Ok(Some(data))
        }
        // Too long to be ours.
        ERROR_FILE_NOT_FOUND | ERROR_MORE_DATA => Ok(None),
        error => Err(failed(error)),
    }
}

fn delete(key: &str) -> io::Result<()> {
    let (key, name) = (wide(key), wide(NAME));
    // SAFETY: the strings end with a zero and outlive the call.
    let deleted = unsafe { RegDeleteKeyValueW(HKEY_CURRENT_USER, key.as_ptr(), name.as_ptr()) };
    match deleted {
        ERROR_FILE_NOT_FOUND => Ok(()),
        deleted => check(deleted),
    }
}

fn check(result: u32) -> io::Result<()> {
    match result {
        ERROR_SUCCESS => Ok(()),
        error => Err(failed(error)),
    }
}

fn failed(error: u32) -> io::Error {
    io::Error::from_raw_os_error(error.cast_signed())
}
