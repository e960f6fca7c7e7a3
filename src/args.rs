//! The command line. The doc comments on its items are the texts of `--help`.
#![expect(clippy::doc_markdown, reason = "help texts are not Markdown")]
#![allow(
    rustdoc::broken_intra_doc_links,
    reason = "help texts are not Markdown"
)]

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueHint};

use landline_engine::client::IfExists;
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

/// What Landline does without a window.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Share a folder until Ctrl-C.
    ///
    /// Prints the addresses that others can use, one per line, best first, and then one line per
    /// request. Others can download with any browser, curl, or ten lines of Python.
    Serve(Serve),
    /// Download a file, or a folder with everything in it.
    ///
    /// landline get 192.168.1.5 film.mkv
    /// landline get 192.168.1.5 photos/
    /// landline get http://192.168.1.5:8080/film.mkv
    /// landline get http://192.168.1.5:8080
    ///
    /// To resume an interrupted download, run the same command again.
    #[command(verbatim_doc_comment)]
    Get(Get),
    /// Send a message over a raw connection and print the reply.
    Say(Say),
}

/// What to share and how.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// The folder to share.
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// The port to listen on; 0 chooses a free one.
    #[arg(long, short, default_value_t = DEFAULT_PORT)]
    pub port: u16,
    /// Listen on this address only, instead of on all addresses of this computer.
    #[arg(long, value_name = "ADDR")]
    pub bind: Option<IpAddr>,
    /// Also share files and folders whose names start with a dot.
    #[arg(long)]
    pub hidden: bool,
    /// Show raw requests that match no shared file as messages, and answer them with TEXT.
    #[arg(long, value_name = "TEXT")]
    pub answer: Option<String>,
    /// Also accept HTTP requests for this host name; addresses and local names always work.
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
}

/// What to download, and where to save it.
#[derive(Clone, Debug, Args)]
pub struct Get {
    /// The computer to download from (192.168.1.5, ann-pc, [fd00::5]:8080), or a URL. A URL without a
    /// path downloads everything that the computer shares.
    #[arg(value_name = "HOST", value_hint = ValueHint::Hostname)]
    pub host: String,
    /// The name of the file or folder on that computer, with / between folders. A single / downloads
    /// everything. Not allowed with a URL.
    #[arg(value_name = "NAME")]
    pub name: Option<OsString>,
    /// The port on that computer; 8080 unless HOST contains one.
    #[arg(long, short, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// Save under exactly this name. A device or a named pipe is written to directly; - is standard output.
    #[arg(long, short, value_name = "FILE", conflicts_with = "dir")]
    pub output: Option<PathBuf>,
    /// Save in this folder instead of the current one.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    /// What to do if a file of that name already exists: keep both, skip identical files, or overwrite
    /// the file once the new one is complete.
    #[arg(long, value_name = "HOW", default_value = "keep", value_parser = exists())]
    pub exists: IfExists,
    /// Use HTTP only.
    #[arg(long, conflicts_with = "raw")]
    pub http: bool,
    /// Use the raw protocol only: send the bare file name and read until the connection closes.
    #[arg(long)]
    pub raw: bool,
}

/// The message, and whom to send it to.
#[derive(Clone, Debug, Args)]
pub struct Say {
    /// The computer to send the message to.
    #[arg(value_name = "HOST", value_hint = ValueHint::Hostname)]
    pub host: String,
    /// The message.
    #[arg(value_name = "TEXT")]
    pub text: String,
    /// The port on that computer; 8080 unless HOST contains one.
    #[arg(long, short, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
}

/// One of the values of `--exists`.
fn exists() -> impl TypedValueParser<Value = IfExists> {
    let values = [
        ("keep", "Keep both: the new file is saved as `[新]NAME`"),
        (
            "skip",
            "Skip the download if the file is identical (same size, and same date or digest if known); otherwise keep both",
        ),
        ("overwrite", "Replace the file once the new one is complete"),
    ];
    let values = values.map(|(name, help)| PossibleValue::new(name).help(help));
    PossibleValuesParser::new(values).map(|value| match &*value {
        "skip" => IfExists::Skip,
        "overwrite" => IfExists::Overwrite,
        _ => IfExists::Keep,
    })
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
}
