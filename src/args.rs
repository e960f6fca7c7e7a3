//! The command line. The comments on its items are the texts of `--help`.
#![expect(clippy::doc_markdown, reason = "help texts are no Markdown")]
#![allow(rustdoc::broken_intra_doc_links, reason = "help texts are no Markdown")]

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueHint};

use landline_engine::client::Exists;
use landline_engine::transport::DEFAULT_PORT;

/// Share a folder on the local network, and download by host and file name.
///
/// Without a command, the window opens.
#[derive(Clone, Debug, Parser)]
#[command(name = "landline", version, max_term_width = 100)]
pub struct Arguments {
    /// What to do instead of opening the window.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The same engine without a window.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Share a folder until Ctrl-C.
    ///
    /// Prints the addresses that others can use, one per line, best first, then one line for each
    /// request. Any browser, curl, or ten lines of Python can download from it.
    Serve(Serve),
    /// Download a file, or a folder with everything in it.
    ///
    /// landline get 192.168.1.5 film.mkv
    /// landline get 192.168.1.5 photos/
    /// landline get http://192.168.1.5:8080/film.mkv
    /// landline get http://192.168.1.5:8080
    ///
    /// What was interrupted goes on with the same command, from where it was.
    #[command(verbatim_doc_comment)]
    Get(Get),
    /// Send a text over a raw connection and print the reply.
    Say(Say),
}

/// What to share and how.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// The folder to share.
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// The port to listen on; 0 takes any that is free.
    #[arg(long, short, default_value_t = DEFAULT_PORT)]
    pub port: u16,
    /// Listen on this address only, instead of on every one that this computer has.
    #[arg(long, value_name = "ADDR")]
    pub bind: Option<IpAddr>,
    /// Also share what starts with a dot.
    #[arg(long)]
    pub hidden: bool,
    /// Show raw requests that name no shared file as messages, and answer them with TEXT.
    #[arg(long, value_name = "TEXT")]
    pub answer: Option<String>,
    /// Answer HTTP requests for this name, too; addresses and local names always work.
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
}

/// What to download and where to.
#[derive(Clone, Debug, Args)]
pub struct Get {
    /// The computer to download from (192.168.1.5, ann-pc, [fd00::5]:8080), or a whole URL. The URL of a
    /// computer alone is everything that it shares.
    #[arg(value_name = "HOST", value_hint = ValueHint::Hostname)]
    pub host: String,
    /// The name of the file or folder there, with / between folders. A single / is everything. Not
    /// with a URL.
    #[arg(value_name = "NAME")]
    pub name: Option<OsString>,
    /// The port there; 8080 unless HOST names one.
    #[arg(long, short, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// Save under exactly this name. A device or a named pipe is written to; - is standard output.
    #[arg(long, short, value_name = "FILE", conflicts_with = "dir")]
    pub output: Option<PathBuf>,
    /// Save in this folder instead of the current one.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    /// What to do where a file of that name is there already: keep both, skip what is the same, or
    /// overwrite once the new one is whole.
    #[arg(long, value_name = "HOW", default_value = "keep", value_parser = exists())]
    pub exists: Exists,
    /// Speak HTTP only.
    #[arg(long, conflicts_with = "raw")]
    pub http: bool,
    /// Speak the raw dialect only: send the bare name and read to the end.
    #[arg(long)]
    pub raw: bool,
}

/// What to say to whom.
#[derive(Clone, Debug, Args)]
pub struct Say {
    /// The computer to talk to.
    #[arg(value_name = "HOST", value_hint = ValueHint::Hostname)]
    pub host: String,
    /// What to say.
    #[arg(value_name = "TEXT")]
    pub text: String,
    /// The port there; 8080 unless HOST names one.
    #[arg(long, short, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definitions_are_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn no_command_is_the_window() {
        assert!(Arguments::parse_from(["landline"]).command.is_none());
    }

    #[test]
    fn contradictions_are_wrong_usage() {
        for words in [
            ["landline", "get", "h", "n", "--http", "--raw"],
            ["landline", "get", "h", "n", "-ofile", "--dir=d"],
            ["landline", "serve", "--bind", "nonsense", "a", "b"],
        ] {
            assert_eq!(Arguments::try_parse_from(words).unwrap_err().exit_code(), 2);
        }
    }
}

/// One of the values of `--exists`.
fn exists() -> impl TypedValueParser<Value = Exists> {
    let values = [
        ("keep", "Keep both: the new one is `[新]NAME`"),
        (
            "skip",
            "Fetch nothing if it is the same (size, and date or digest where known); else keep both",
        ),
        ("overwrite", "Replace it, once the new one is whole"),
    ];
    let values = values.map(|(name, help)| PossibleValue::new(name).help(help));
    PossibleValuesParser::new(values).map(|value| match &*value {
        "skip" => Exists::Skip,
        "overwrite" => Exists::Overwrite,
        _ => Exists::Keep,
    })
}
