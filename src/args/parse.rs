//! The parser, with its help in the current language.

use clap::{Arg, ArgAction, CommandFactory as _, FromArgMatches as _};

use super::Arguments;
use crate::t;

/// Parses the arguments of this process.
///
/// # Errors
/// `--help`, `--version` or wrong usage.
pub fn parse() -> Result<Arguments, clap::Error> {
    let mut words: Vec<_> = std::env::args_os().collect();
    // clap has a command `help` of its own, but its words cannot be changed.
    if words.get(1).is_some_and(|word| word == HELP) {
        words.remove(1);
        words.push("--help".into());
    }
    Arguments::from_arg_matches(&command().try_get_matches_from(words)?)
}

/// The command that shows the help of another one.
pub(super) const HELP: &str = "help";

/// The definition with the words that clap itself would add in English.
pub(super) fn command() -> clap::Command {
    let help = clap::Command::new(HELP).about(t!("help-of-help"));
    localized(Arguments::command().disable_version_flag(true))
        .arg(flag("version", 'V', ArgAction::Version, t!("help-version")))
        .disable_help_subcommand(true)
        .subcommand(
            help.arg(Arg::new("command").value_name("COMMAND"))
                .disable_help_flag(true),
        )
}

/// `command` and its subcommands with headings, defaults and `--help` in the current language.
fn localized(command: clap::Command) -> clap::Command {
    let usage = t!("help-usage", usage = "{usage}");
    command
        .help_template(format!("{{about-with-newline}}\n{usage}\n\n{{all-args}}"))
        .subcommand_help_heading(t!("help-commands"))
        .disable_help_flag(true)
        .mut_args(|arg| {
            let heading = if arg.is_positional() {
                t!("help-arguments")
            } else {
                t!("help-options")
            };
            let (help, takes_value) = (with_default(&arg), arg.get_action().takes_values());
            arg.help_heading(heading)
                .help(help)
                .hide_default_value(takes_value)
                .hide_possible_values(takes_value)
        })
        .arg(flag("help", 'h', ArgAction::Help, t!("help-help")))
        .mut_subcommands(localized)
}

/// A flag that clap would otherwise define itself.
fn flag(name: &'static str, short: char, action: ArgAction, help: String) -> Arg {
    let flag = Arg::new(name).long(name).short(short).action(action);
    flag.help(help).help_heading(t!("help-options"))
}

/// The help of `arg`, then its values and its default.
fn with_default(arg: &Arg) -> String {
    let mut help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    if !arg.get_action().takes_values() {
        return help;
    }
    for value in arg.get_possible_values() {
        help.extend(["\n- ", value.get_name()]);
        if let Some(about) = value.get_help() {
            help.extend([": ", &about.to_string()]);
        }
    }
    if let [default] = arg.get_default_values() {
        let default = default.to_string_lossy().into_owned();
        let separator = if help.contains('\n') { '\n' } else { ' ' };
        help.push(separator);
        help += &t!("help-default", default = default);
    }
    help
}
