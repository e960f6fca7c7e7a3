//! Landline's program: the window, or one of its commands.

use std::process::ExitCode;

use clap::Parser;
use landline::args::{Arguments, Command};
use landline::{commands, logging};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    logging::start();
    match arguments.command {
        None => ExitCode::SUCCESS,
        Some(Command::Serve(args)) => commands::serve::run(args.into()),
        Some(Command::Get(args)) => commands::get::run(args),
        Some(Command::Say(args)) => commands::say::run(args),
    }
}
