//! The `landline` program: the window, or one of its subcommands.

// On Windows, a double click must not open a console next to the window.
#![cfg_attr(windows, windows_subsystem = "windows")]

#[cfg(target_os = "linux")]
mod closed_stdout;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod heap;

use std::process::ExitCode;
use std::time::Instant;

use landline::args::{self, Command};
use landline::{app, commands, logging, sentence};

fn main() -> ExitCode {
    let began = Instant::now();
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    heap::give_back();
    // The window must survive the console that it was started from.
    #[cfg(windows)]
    if std::env::args_os().len() > 1 {
        landline::windows::attach_console();
    }
    let arguments = args::parse();
    #[cfg(target_os = "linux")]
    if closed_stdout::is_closed() && commands::prints(&arguments) {
        return commands::without_stdout();
    }
    let arguments = match arguments {
        Ok(arguments) => arguments,
        Err(e) => return commands::usage(&e),
    };
    let has_window = arguments.command.is_none() && has_display();
    let _until_the_end = logging::start(has_window);
    match arguments.command {
        None => window(began),
        Some(Command::Serve(args)) => commands::serve::run(args),
        Some(Command::Get(args)) => commands::get::run(args),
        Some(Command::Say(args)) => commands::say::run(args),
        Some(Command::Send(args)) => commands::send::run(args),
        Some(Command::Lines(args)) => commands::lines::run(&args),
        Some(Command::Nearby(args)) => commands::nearby::run(&args),
        Some(Command::Identity(args)) => commands::identity::run(&args),
        Some(Command::Doctor(args)) => commands::doctor::run(&args),
    }
}

/// A system without a display can still run the subcommands; the message mentions one.
fn window(began: Instant) -> ExitCode {
    if !has_display() {
        eprintln!("landline: {}", sentence!("no-display"));
        return ExitCode::FAILURE;
    }
    let Err(why) = app::run(began) else {
        return ExitCode::SUCCESS;
    };
    eprintln!("landline: {why}");
    app::show_error(&why);
    ExitCode::FAILURE
}

/// X11 and Wayland set environment variables; other systems always have a display.
fn has_display() -> bool {
    let variables = ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"];
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || variables.into_iter().any(is_set)
}
