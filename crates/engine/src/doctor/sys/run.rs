//! Runs a program of the system and reads what it prints, within a deadline.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "it runs on a thread that may wait"
    )
)]

use std::io::Read;
use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crossbeam_channel::bounded;

use crate::threads;

/// They only read settings. PowerShell takes a second to start.
const TIMEOUT: Duration = Duration::from_secs(4);

/// More than the longest list of rules, in bytes.
const OUTPUT_MAX_LEN: u64 = 16 << 20;

/// The exit status of `program` and what it printed to standard output; `None` if it cannot run, or not in time.
pub(in crate::doctor) fn run(program: &Path, args: &[&str]) -> Option<(Option<i32>, String)> {
    let deadline = Instant::now() + TIMEOUT;
    let mut command = Command::new(program);
    command
        .args(args)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt;
        /// `CREATE_NO_WINDOW`: no console appears.
        const NO_WINDOW: u32 = 0x0800_0000;
        command.creation_flags(NO_WINDOW);
    }
    let mut child = command
        .spawn()
        .inspect_err(|e| log::info!("{} does not run: {e}", program.display()))
        .ok()?;
    let stdout = child.stdout.take()?;
    let (sender, receiver) = bounded(1);
    // Not joined: it ends with the program, or with whoever else holds the pipe.
    let reading = threads::spawn("read a program", move || {
        let mut said = Vec::new();
        let read = stdout.take(OUTPUT_MAX_LEN).read_to_end(&mut said);
        // Nobody listens after the deadline.
        let _ = sender.send(read.map(|_| said));
    });
    let said = reading
        .ok()
        .and_then(|_| receiver.recv_deadline(deadline).ok());
    if said.is_none() {
        log::info!("{} takes too long", program.display());
        // It may have ended just now.
        let _ = child.kill();
    }
    // It has closed its output, or was killed.
    let status = child.wait().ok()?;
    let said = said?.ok()?;
    Some((status.code(), String::from_utf8_lossy(&said).into_owned()))
}

/// Where the system has a program. Those of administrators are not in everybody's `PATH`.
#[cfg(unix)]
pub(in crate::doctor) fn program(name: &str) -> Option<PathBuf> {
    let folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin"];
    let mut paths = folders
        .into_iter()
        .map(|folder| Path::new(folder).join(name));
    paths.find(|path| path.is_file())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_prints_is_read() {
        let shell = program("sh").unwrap();
        let said = run(&shell, &["-c", "echo yes; exit 3"]);
        assert_eq!(said, Some((Some(3), "yes\n".to_owned())));
        assert_eq!(run(Path::new("/nonexistent"), &[]), None);
        assert_eq!(program("no-such-program"), None);
    }

    #[test]
    fn a_program_that_hangs_is_killed() {
        let began = Instant::now();
        assert_eq!(
            run(&program("sh").unwrap(), &["-c", "exec sleep 100"]),
            None
        );
        assert!(began.elapsed() < Duration::from_secs(50));
    }
}
