//! Landline's program: the window, or one of its commands.

use std::process::ExitCode;

use clap::Parser;
use landline::args::{Arguments, Command};
use landline::{commands, logging};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    logging::start();
    match arguments.command {
        None => match landline::app::run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => {
                eprintln!("landline: {why}");
                ExitCode::FAILURE
            }
        },
        Some(Command::Serve(args)) => commands::serve::run(args.into()),
        Some(Command::Get(args)) => todo!("{args:?}"),
        Some(Command::Say(args)) => todo!("{args:?}"),
    }
}
