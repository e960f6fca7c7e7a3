//! The command line. Its help is in the language of the system.

mod parse;
#[cfg(test)]
mod tests;
mod values;

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};

pub use self::parse::parse;

use self::values::{encoding, exists, line_end, port};
use crate::t;
use landline_engine::call::encoding::Encoding;
use landline_engine::client::IfExists;
use landline_engine::transport::DEFAULT_PORT;

/// The arguments of the program.
#[derive(Clone, Debug, Parser)]
#[command(name = "landline", version, max_term_width = 100)]
#[command(about = t!("help-landline"), long_about = t!("help-landline-more"))]
pub struct Arguments {
    /// What to do instead of opening the window.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What Landline does without a window.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Share a folder until Ctrl-C.
    #[command(about = t!("help-serve"), long_about = t!("help-serve-more"))]
    Serve(Serve),
    /// Download a file, or a folder with everything in it.
    #[command(about = t!("help-get"), long_about = t!("help-get-more"))]
    Get(Get),
    /// Send files or folders to a share.
    #[command(about = t!("help-send"), long_about = t!("help-send-more"))]
    Send(Send),
    /// Send a message over a raw connection and print the reply, or hold a conversation.
    #[command(about = t!("help-say"), long_about = t!("help-say-more"))]
    Say(Say),
    /// Print the TCP sockets of a port with their states.
    #[command(about = t!("help-lines"), long_about = t!("help-lines-more"))]
    Lines(Lines),
    /// Print who announces a share on the local network.
    #[command(about = t!("help-nearby"), long_about = t!("help-nearby-more"))]
    Nearby(Nearby),
    /// Print the identities of this computer and of known servers.
    #[command(about = t!("help-identity"), long_about = t!("help-identity-more"))]
    Identity(Identity),
    /// Find out why a device cannot be reached.
    #[command(about = t!("help-doctor"), long_about = t!("help-doctor-more"))]
    Doctor(Doctor),
}

/// What to share and how.
#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Serve {
    /// The folder to share.
    #[arg(help = t!("help-serve-dir"))]
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// The port to listen on; 0 chooses a free one.
    #[arg(long, short, help = t!("help-serve-port"), default_value_t = DEFAULT_PORT)]
    pub port: u16,
    /// The only address to listen on.
    #[arg(long, help = t!("help-serve-bind"), value_name = "ADDR")]
    pub bind: Option<IpAddr>,
    /// Whether names that start with a dot are shared.
    #[arg(long, help = t!("help-serve-hidden"))]
    pub hidden: bool,
    /// The answer to raw requests that match no file.
    #[arg(long, help = t!("help-serve-answer"), value_name = "TEXT")]
    pub answer: Option<String>,
    /// Whether a connection stays open after an answer.
    #[arg(long, help = t!("help-serve-keep-open"), requires = "answer")]
    pub keep_open: bool,
    /// More host names to accept HTTP requests for.
    #[arg(long, help = t!("help-serve-allow-host"), value_name = "NAME")]
    pub allow_host: Vec<String>,
    /// The folder for the files that others send.
    #[arg(long, help = t!("help-serve-receive"))]
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub receive: Option<PathBuf>,
    /// Whether others can only send.
    #[arg(long, help = t!("help-serve-drop-only"), requires = "receive")]
    pub drop_only: bool,
    /// Whether LocalSend devices can send as well, to `receive`.
    #[arg(long, help = t!("help-serve-localsend"))]
    pub localsend: bool,
    /// The port for them, instead of the usual one; 0 chooses a free one.
    #[arg(long, help = t!("help-serve-localsend-port"), value_name = "PORT", requires = "localsend")]
    pub localsend_port: Option<u16>,
    /// Whether to say what limited long transfers.
    #[arg(long, help = t!("help-serve-explain"))]
    pub explain: bool,
    /// The file with the password that others need.
    #[arg(long, help = t!("help-serve-password-file"))]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub password_file: Option<PathBuf>,
    /// Whether only encrypted connections are served.
    #[arg(long, help = t!("help-serve-encrypted-only"))]
    pub encrypted_only: bool,
    /// Whether raw requests are answered although there is a password.
    #[arg(long, help = t!("help-serve-allow-raw"), conflicts_with = "encrypted_only")]
    pub allow_raw: bool,
    /// Whether to print a link that needs no password.
    #[arg(long, help = t!("help-serve-link"))]
    pub link: bool,
    /// Whether no QR code is printed.
    #[arg(long, help = t!("help-serve-no-qr"))]
    pub no_qr: bool,
    /// What this computer is called for others.
    #[arg(long, help = t!("help-serve-name"), value_name = "NAME")]
    pub name: Option<String>,
    /// Whether the share is not announced to others nearby.
    #[arg(long, help = t!("help-serve-no-announce"))]
    pub no_announce: bool,
}

/// What to download, and where to save it.
#[derive(Clone, Debug, Args)]
pub struct Get {
    /// A computer or a URL.
    #[arg(help = t!("help-get-host"), value_name = "HOST", value_hint = ValueHint::Hostname)]
    pub host: String,
    /// The name of the file or folder, unless `host` is a URL.
    #[arg(help = t!("help-get-name"), value_name = "NAME")]
    pub name: Option<OsString>,
    /// The port, unless `host` contains one.
    #[arg(long, short, help = t!("help-port"), value_parser = port())]
    pub port: Option<u16>,
    /// The file to save to, exactly; `-` is standard output.
    #[arg(long, short, help = t!("help-get-output"), value_name = "FILE", conflicts_with = "dir")]
    pub output: Option<PathBuf>,
    /// The folder to save in.
    #[arg(long, help = t!("help-get-dir"), value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    /// What to do if a file of that name already exists.
    #[arg(long, help = t!("help-get-exists"))]
    #[arg(value_name = "HOW", default_value = "keep", value_parser = exists())]
    pub exists: IfExists,
    /// Use HTTP only.
    #[arg(long, help = t!("help-get-http"), conflicts_with = "raw")]
    pub http: bool,
    /// Use the raw protocol only.
    #[arg(long, help = t!("help-get-raw"))]
    pub raw: bool,
    /// Whether to say what limited the download.
    #[arg(long, help = t!("help-get-explain"))]
    pub explain: bool,
    /// The password of the server.
    #[command(flatten)]
    pub password: ServerPassword,
}

/// The password of a server that asks for one.
#[derive(Clone, Debug, Default, Args)]
pub struct ServerPassword {
    /// The file with the password.
    #[arg(long, help = t!("help-password-file"))]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub password_file: Option<PathBuf>,
    /// Whether the password is kept for the next time.
    #[arg(long, help = t!("help-remember-password"))]
    pub remember_password: bool,
}

/// What to send, and where to.
#[derive(Clone, Debug, Args)]
pub struct Send {
    /// The computer or device to send to.
    #[arg(help = t!("help-send-host"), value_name = "NAME|HOST", value_hint = ValueHint::Hostname)]
    pub host: String,
    /// The files and folders.
    #[arg(help = t!("help-send-paths"), value_name = "FILE|DIR")]
    #[arg(required_unless_present = "text")]
    #[arg(value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// The port, unless `host` contains one.
    #[arg(long, short, help = t!("help-port"), value_parser = port())]
    pub port: Option<u16>,
    /// A text to send instead of files.
    #[arg(long, help = t!("help-send-text"), value_name = "TEXT", conflicts_with = "paths")]
    #[arg(allow_hyphen_values = true)]
    pub text: Option<String>,
    /// What this computer is called.
    #[arg(long, help = t!("help-send-name"), value_name = "NAME")]
    pub name: Option<String>,
    /// The password of the share.
    #[command(flatten)]
    pub password: ServerPassword,
}

/// The message, and whom to send it to.
#[derive(Clone, Debug, Args)]
pub struct Say {
    /// The computer to send the message to.
    #[arg(help = t!("help-say-host"), value_name = "HOST", value_hint = ValueHint::Hostname)]
    pub host: String,
    /// The message; none for a conversation.
    #[arg(help = t!("help-say-text"), value_name = "TEXT")]
    pub text: Option<String>,
    /// The port, unless `host` contains one.
    #[arg(long, short, help = t!("help-port"), value_parser = port())]
    pub port: Option<u16>,
    /// Whether messages are hexadecimal digits.
    #[arg(long, help = t!("help-say-hex"), conflicts_with_all = ["encoding", "line_end"])]
    pub hex: bool,
    /// The encoding of text on the wire.
    #[arg(long, help = t!("help-say-encoding"), value_name = "NAME")]
    #[arg(default_value = "utf-8", value_parser = encoding())]
    pub encoding: Encoding,
    /// What follows each line on the wire.
    #[arg(long, help = t!("help-say-line-end"), value_name = "END")]
    #[arg(default_value = "none", value_parser = line_end())]
    pub line_end: LineEnd,
}

/// What ends a line on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEnd {
    /// Nothing, as the lecture notes' programs do it.
    #[default]
    None,
    /// A line feed.
    Lf,
    /// A carriage return and a line feed, as in most protocols of the internet.
    CrLf,
}

/// Which sockets to print, and how.
#[derive(Clone, Debug, Args)]
pub struct Lines {
    /// The port at either end.
    #[arg(long, short, help = t!("help-lines-port"), default_value_t = DEFAULT_PORT, value_parser = port())]
    pub port: u16,
    /// Print JSON.
    #[arg(long, help = t!("help-lines-json"))]
    pub json: bool,
}

/// How to print who is nearby.
#[derive(Clone, Debug, Args)]
pub struct Nearby {
    /// Print JSON.
    #[arg(long, help = t!("help-lines-json"))]
    pub json: bool,
}

/// Which identities to print, or which one to forget.
#[derive(Clone, Debug, Args)]
pub struct Identity {
    /// Print JSON.
    #[arg(long, help = t!("help-lines-json"))]
    pub json: bool,
    /// The server whose identity and password are forgotten.
    #[arg(long, help = t!("help-identity-forget"), value_name = "HOST[:PORT]", conflicts_with = "json")]
    pub forget: Option<String>,
}

/// The computer that cannot be reached.
#[derive(Clone, Debug, Args)]
pub struct Doctor {
    /// Its name or address, with a port or without.
    #[arg(help = t!("help-doctor-host"), value_name = "HOST[:PORT]", value_hint = ValueHint::Hostname)]
    pub host: Option<String>,
}
