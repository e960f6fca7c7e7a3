//! The manual page: one for the program and all its commands. What a command can take comes from its
//! definition; the rest (files, exit status, examples) is in `more.man`.

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, Command};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use roff::{Inline, Roff, bold, italic, roman};

/// The sections that are not generated.
const MORE: &str = include_str!("more.man");

/// A no-break space.
const UNBROKEN: &str = "\u{a0}";

/// The page of `program`, as roff reads it.
pub fn page(program: Command, dated: Timestamp) -> String {
    // `landline help COMMAND` only shows what is on this page.
    let mut program = program.disable_help_subcommand(true);
    program.build();
    // The default text explains `-h` in terms of `-h`.
    let program = program.mut_arg("help", |arg| {
        arg.long_help("Print help; -h prints a summary.")
    });
    let name = program.get_name();
    let date = dated.to_zoned(TimeZone::UTC).date().to_string();
    let version = format!("{name} {}", program.get_version().unwrap_or_default());

    let mut page = Roff::new();
    let title = [&*name.to_uppercase(), "1", &date, &version, "User Commands"];
    page.control("TH", title);
    page.control("SH", ["NAME"]);
    let about = program.get_about().map(ToString::to_string);
    page.text([roman(format!(
        "{name} - {}",
        lower_first(&about.unwrap_or_default())
    ))]);
    page.control("SH", ["SYNOPSIS"]);
    synopsis(&mut page, &program);
    for command in program.get_subcommands() {
        synopsis(&mut page, command);
    }
    page.control("SH", ["DESCRIPTION"]);
    paragraphs(&mut page, program.get_long_about().or(program.get_about()));
    options(&mut page, &program);
    page.control("SH", ["COMMANDS"]);
    for command in program.get_subcommands() {
        let called = command.get_bin_name().unwrap_or(command.get_name());
        page.control("SS", [called]);
        paragraphs(&mut page, command.get_long_about().or(command.get_about()));
        options(&mut page, command);
    }
    // Not every terminal has the character, but every roff knows the escape.
    page.render().replace(UNBROKEN, r"\ ") + MORE
}

/// How `command` is called, on lines of its own.
fn synopsis(page: &mut Roff, command: &Command) {
    let called = command.get_bin_name().unwrap_or(command.get_name());
    page.control("SY", [called]);
    let (positional, named): (Vec<_>, Vec<_>) = told(command).partition(|arg| arg.is_positional());
    for arg in named {
        let mut words = vec![roman("[")];
        words.extend(shortest(arg));
        words.extend(value(arg));
        words.push(roman("]"));
        if matches!(arg.get_action(), ArgAction::Append) {
            words.push(roman("..."));
        }
        page.text(words);
    }
    for arg in positional {
        let mut words: Vec<_> = value_name(arg).collect();
        if !arg.is_required_set() {
            words.insert(0, roman("["));
            words.push(roman("]"));
        }
        page.text(words);
    }
    page.control("YS", []);
}

/// What each argument of `command` means.
fn options(page: &mut Roff, command: &Command) {
    for arg in told(command) {
        page.control("TP", []);
        page.text(heading(arg));
        paragraphs(page, arg.get_long_help().or(arg.get_help()));
        if let [default] = arg.get_default_values()
            && takes_value(arg)
        {
            let default = default.to_string_lossy();
            page.text([roman("Default: "), bold(default)]);
        }
        if !takes_value(arg) {
            continue;
        }
        for choice in arg.get_possible_values() {
            page.control("RS", []);
            page.control("TP", []);
            page.text([bold(choice.get_name())]);
            paragraphs(page, choice.get_help());
            page.control("RE", []);
        }
    }
}

/// `-p PORT, --port PORT`
fn heading(arg: &Arg) -> Vec<Inline> {
    if arg.is_positional() {
        return value_name(arg).collect();
    }
    let short = arg.get_short().map(|short| bold(format!("-{short}")));
    let long = arg.get_long().map(|long| bold(format!("--{long}")));
    let mut words = Vec::new();
    for way in [short, long].into_iter().flatten() {
        if !words.is_empty() {
            words.push(roman(", "));
        }
        words.push(way);
        words.extend(value(arg));
    }
    words
}

fn shortest(arg: &Arg) -> Option<Inline> {
    let short = arg.get_short().map(|short| format!("-{short}"));
    let long = || arg.get_long().map(|long| format!("--{long}"));
    short.or_else(long).map(bold)
}

/// The value after an option, on the same line.
fn value(arg: &Arg) -> impl Iterator<Item = Inline> {
    let names = takes_value(arg).then(|| value_name(arg));
    names
        .into_iter()
        .flatten()
        .flat_map(|name| [roman(UNBROKEN), name])
}

fn value_name(arg: &Arg) -> impl Iterator<Item = Inline> {
    let names = arg.get_value_names().unwrap_or_default().iter();
    names.map(|name| italic(name.as_str()))
}

fn takes_value(arg: &Arg) -> bool {
    arg.get_action().takes_values()
}

/// The arguments to document. `--help` is the same for every command, so it is documented once.
fn told(command: &Command) -> impl Iterator<Item = &Arg> {
    let is_program = command.has_subcommands();
    let is_help = |arg: &&Arg| matches!(arg.get_action(), ArgAction::Help);
    let shown = command.get_arguments().filter(|arg| !arg.is_hide_set());
    shown.filter(move |arg| is_program || !is_help(arg))
}

/// Text with empty lines between its paragraphs. One of several lines is an example, kept as it is.
fn paragraphs(page: &mut Roff, text: Option<&StyledStr>) {
    let text = text.map(ToString::to_string).unwrap_or_default();
    for (nth, paragraph) in text.trim().split("\n\n").enumerate() {
        if nth > 0 {
            page.control("PP", []);
        }
        let is_example = paragraph.contains('\n');
        if is_example {
            page.control("RS", ["4"]);
            page.control("EX", []);
        }
        page.text([roman(sentence(paragraph))]);
        if is_example {
            page.control("EE", []);
            page.control("RE", []);
        }
    }
}

/// One-line help texts omit the full stop that the page needs; backticks are dropped.
fn sentence(text: &str) -> String {
    let text = text.replace('`', "");
    let is_open = text.ends_with(|last: char| last.is_alphanumeric());
    let ends = is_open && !text.contains('\n');
    format!("{text}{}", if ends { "." } else { "" })
}

fn lower_first(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(|first| first.to_lowercase().to_string());
    first.unwrap_or_default() + rest.as_str()
}
