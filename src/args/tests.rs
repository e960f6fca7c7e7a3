//! The command line as typed, and its help.

use clap::Parser as _;

use super::Arguments;
use super::parse::{HELP, command};
use crate::text::{Language, set_language};

/// The texts of `--help` and `-h` of every command.
fn help() -> Vec<String> {
    let mut command = command();
    command.build();
    let subcommands = command
        .get_subcommands()
        .filter(|command| command.get_name() != HELP);
    let subcommands = subcommands.cloned().collect::<Vec<_>>();
    let all = [command].into_iter().chain(subcommands);
    all.flat_map(|mut command| {
        let (short, long) = (command.render_help(), command.render_long_help());
        [short.to_string(), long.to_string()]
    })
    .collect()
}

#[test]
fn the_definitions_are_sound() {
    command().debug_assert();
}

#[test]
fn without_a_command_the_window_opens() {
    assert!(Arguments::parse_from(["landline"]).command.is_none());
}

#[test]
fn contradictory_arguments_are_rejected() {
    for words in [
        ["landline", "get", "h", "n", "--http", "--raw"],
        ["landline", "get", "h", "n", "-ofile", "--dir=d"],
        ["landline", "serve", "--bind", "nonsense", "a", "b"],
    ] {
        assert_eq!(Arguments::try_parse_from(words).unwrap_err().exit_code(), 2);
    }
}

#[test]
fn the_help_is_in_the_current_language() {
    let texts = help();
    assert!(texts.len() >= 14, "{}", texts.len());
    for text in &texts {
        assert!(text.contains("Usage: landline"), "{text}");
        // A value without a description has no colon either.
        assert!(!text.lines().any(|line| line.ends_with(": ")), "{text}");
    }
    assert!(texts[2].contains("The folder to share [default: .]"));
    set_language(Language::Chinese);
    for text in help() {
        let in_english = [
            "Usage",
            "Options:",
            "Commands",
            "Arguments",
            "default",
            "Print",
            "possible",
        ];
        for word in in_english {
            assert!(!text.contains(word), "{word:?} in {text}");
        }
        assert!(text.contains("用法：landline"), "{text}");
    }
}
