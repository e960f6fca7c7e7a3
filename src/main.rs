//! Landline's program: the window, or one of its commands.

use std::process::ExitCode;

use clap::Parser;
use landline::args::{Arguments, Command};
use landline::{app, commands, logging, sentence};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    logging::start();
    match arguments.command {
        None => window(),
        Some(Command::Serve(args)) => commands::serve::run(args.into()),
        Some(Command::Get(args)) => commands::get::run(args),
        Some(Command::Say(args)) => commands::say::run(args),
    }
}

/// A system without a display still has the commands; the sentence names one.
fn window() -> ExitCode {
    match app::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            let reason = why.to_string();
            let why = sentence!("no-window", reason = reason.trim_end_matches('.'));
            eprintln!("landline: {why}");
            ExitCode::FAILURE
        }
    }
}
