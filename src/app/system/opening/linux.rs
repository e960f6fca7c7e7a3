//! On Linux: `xdg-open`, whose exit status is known if it fails soon, and the file manager's D-Bus
//! interface <https://www.freedesktop.org/wiki/Specifications/file-manager-interface/>.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::OpenError;

/// The programs that open a file with its default program, best first.
const OPENERS: [&[&str]; 2] = [&["xdg-open"], &["gio", "open"]];

/// Some openers end with the status of the program that they started, which means nothing once the
/// user has seen the file.
const STARTING: Duration = Duration::from_secs(5);

/// The exit status of `xdg-open` for a file that does not exist.
const NO_FILE: i32 = 2;
/// For a kind of file that no program opens.
const NO_PROGRAM: i32 = 3;

pub(super) fn open(path: &Path) -> Result<(), OpenError> {
    // In WSL, the programs that open files are those of Windows.
    let is_wsl = std::env::var_os("WSL_DISTRO_NAME").is_some();
    let opened = if is_wsl {
        None
    } else {
        open_with(&OPENERS, path)
    };
    // The crate has an `xdg-open` of its own.
    let otherwise = || opener::open(path).map_err(|error| OpenError::Failed(error.to_string()));
    opened.unwrap_or_else(otherwise)
}

pub(super) fn reveal(path: &Path) -> Result<(), OpenError> {
    show_items(path).or_else(|error| {
        log::info!("no file manager on D-Bus: {error}");
        open(path.parent().unwrap_or(path))
    })
}

/// Opens `path` with the first of `openers` that is installed; `None` if there is none.
fn open_with(openers: &[&[&str]], path: &Path) -> Option<Result<(), OpenError>> {
    for opener in openers {
        let [program, arguments @ ..] = opener else {
            continue;
        };
        let started = Instant::now();
        let child = Command::new(program)
            .args(arguments)
            .arg(path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C in the terminal that started Landline must not end it.
            .process_group(0)
            .spawn();
        let failed = |error: io::Error| OpenError::Failed(format!("{program}: {error}"));
        let child = match child {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            child => child,
        };
        let status = child.and_then(|mut child| child.wait());
        return Some(match status.map_err(failed) {
            Err(why) => Err(why),
            Ok(status) if status.success() || started.elapsed() > STARTING => Ok(()),
            Ok(status) => Err(match status.code() {
                Some(NO_FILE) => OpenError::Gone,
                Some(NO_PROGRAM) => OpenError::NoProgram,
                _ => OpenError::Failed(format!("{program}: {status}")),
            }),
        });
    }
    None
}

/// Asks the file manager to select the file.
fn show_items(path: &Path) -> zbus::Result<()> {
    const NAME: &str = "org.freedesktop.FileManager1";
    // Not the target of a link.
    let path = std::path::absolute(path)?;
    let items = [uri(path.as_os_str())];
    zbus::blocking::Connection::session()?.call_method(
        Some(NAME),
        "/org/freedesktop/FileManager1",
        Some(NAME),
        "ShowItems",
        &(&items[..], ""),
    )?;
    Ok(())
}

/// The `file:` URI of an absolute path (RFC 8089).
fn uri(path: &OsStr) -> String {
    let encode = |byte: &u8| match byte {
        b'/' | b'-' | b'.' | b'_' | b'~' => char::from(*byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(*byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    let path: String = path.as_bytes().iter().map(encode).collect();
    format!("file://{path}")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::PathBuf;

    use super::*;

    /// A program that notes its arguments and exits with this status.
    fn fake(dir: &Path, status: u8) -> PathBuf {
        let path = dir.join(format!("opener-{status}"));
        let script = format!("#!/bin/sh\necho \"$@\" > \"$0.log\"\nexit {status}\n");
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[test]
    fn the_first_opener_that_is_there_opens_it() {
        let dir = tempfile::tempdir().unwrap();
        let good = fake(dir.path(), 0);
        let good = good.to_str().unwrap();
        let file = Path::new("/home/bo/a b.txt");
        let openers: [&[&str]; 2] = [&["/no/such/opener"], &[good, "open"]];
        assert_eq!(open_with(&openers, file), Some(Ok(())));
        let log = fs::read_to_string(format!("{good}.log")).unwrap();
        assert_eq!(log, "open /home/bo/a b.txt\n");
    }

    #[test]
    fn a_failure_has_a_reason() {
        let dir = tempfile::tempdir().unwrap();
        let file = Path::new("/home/bo/a.txt");
        assert_eq!(open_with(&[&["/no/such/opener"]], file), None);
        for (status, wanted) in [(2, OpenError::Gone), (3, OpenError::NoProgram)] {
            let opener = fake(dir.path(), status);
            let opener = opener.to_str().unwrap();
            assert_eq!(open_with(&[&[opener]], file), Some(Err(wanted)));
        }
        let opener = fake(dir.path(), 4);
        let failed = open_with(&[&[opener.to_str().unwrap()]], file);
        let Some(Err(OpenError::Failed(why))) = failed else {
            panic!("it did not fail");
        };
        assert!(why.contains("opener-4: exit status: 4"), "{why}");
        // It is there, but cannot be run.
        let text = dir.path().join("text");
        fs::write(&text, "no program").unwrap();
        let failed = open_with(&[&[text.to_str().unwrap()]], file);
        assert!(
            matches!(failed, Some(Err(OpenError::Failed(_)))),
            "{failed:?}"
        );
    }

    #[test]
    fn a_path_becomes_a_uri() {
        let path = OsStr::from_bytes(b"/home/bo/a b%/\xff\xe7.txt");
        assert_eq!(uri(path), "file:///home/bo/a%20b%25/%FF%E7.txt");
    }
}
