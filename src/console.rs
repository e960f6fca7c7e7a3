//! `landline.com` next to `landline.exe` on Windows. A shell does not wait for a GUI program, takes
//! Ctrl-C for itself and does not get the exit status; for this console program, which it finds
//! first when `landline` is typed, it does all three.
#![forbid(unsafe_code)]

use std::env;
use std::io;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    // The child process receives Ctrl-C, too, and shuts down cleanly.
    let stays = ctrlc::set_handler(|| {});
    match stays.map_err(io::Error::other).and_then(|()| run()) {
        Ok(code) => code,
        Err(e) => {
            eprintln!("landline: landline.exe: {e}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<ExitCode> {
    let program = env::current_exe()?.with_file_name("landline.exe");
    let mut words = env::args_os().skip(1).peekable();
    let has_window = words.peek().is_none();
    let mut running = Command::new(program).args(words).spawn()?;
    if has_window {
        return Ok(ExitCode::SUCCESS);
    }
    let code = running.wait()?.code();
    let code = code.and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
