//! `landline get`: one download without a window.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, unbounded};
use indicatif::{ProgressBar, ProgressStyle};

use super::printable;
use crate::client::{Client, ClientError, ClientEvent, Location, Request, Target};
use crate::net::{DEFAULT_PORT, Dialect, Outcome, Saved, Stage, Transfer};
use crate::text::Sentence;
use crate::{format, t};

/// Ten times a second looks smooth.
const REDRAW: Duration = Duration::from_millis(100);

/// What the command line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GetOptions {
    /// A host, a host with a port, or an address with the file's name: `http://ann-pc:8080/a.txt`.
    pub from: String,
    /// The file's name, where `from` has none.
    pub name: Option<String>,
    /// The TCP port, instead of the one in `from` and of 8080.
    pub port: Option<u16>,
    /// Save exactly here; a folder stands for the file's own name in it.
    pub output: Option<PathBuf>,
    /// Save into this folder instead of the current one.
    pub dir: Option<PathBuf>,
    /// Ask in this dialect only.
    pub dialect: Option<Dialect>,
}

impl GetOptions {
    /// The download that is meant.
    ///
    /// # Errors
    /// `from` is no host, or no file is named: wrong usage.
    pub fn request(self) -> Result<Request, ClientError> {
        let location = Location::parse(&self.from)?;
        let name = self
            .name
            .or(location.name)
            .filter(|name| !name.is_empty())
            .ok_or(ClientError::NoName)?;
        let target = match self.output {
            Some(folder) if folder.is_dir() => Target::Folder(folder),
            Some(file) => Target::File(file),
            None => Target::Folder(self.dir.unwrap_or_else(|| PathBuf::from("."))),
        };
        Ok(Request {
            host: location.host,
            port: self.port.or(location.port).unwrap_or(DEFAULT_PORT),
            name,
            target,
            dialect: self.dialect,
        })
    }
}

/// Download `request` with a progress bar where stderr is a terminal. Writes the saved file's path
/// to `out`, and to `err` one line that says what failed, or what to know about the saved file.
/// Returns the exit status: 0 done, 1 failed. Ended by Ctrl-C, it leaves `NAME.part`, and nothing
/// under the final name.
pub fn get(request: Request, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let name = request.name.clone();
    // A closed pipe is no reason to call a saved file a failure.
    match run(request) {
        Ok(saved) => {
            let _ = writeln!(out, "{}", saved.path.display());
            if let Some(renamed) = saved.renamed {
                let _ = writeln!(err, "{}", printable(&renamed.to_string(), false));
            }
            if !saved.length_checked {
                let note = t!("saved-unchecked", name = name);
                let _ = writeln!(err, "{}", printable(&note, false));
            }
            0
        }
        Err(why) => {
            let _ = writeln!(err, "{}", printable(&why.to_string(), false));
            1
        }
    }
}

fn run(request: Request) -> Result<Saved, Sentence> {
    let (sender, events) = unbounded();
    let client = Client::new(sender.into());
    let transfer = client.download(request);
    let bar = ProgressBar::no_length();
    loop {
        match events.recv_timeout(REDRAW) {
            Ok(ClientEvent::Ended(_)) | Err(RecvTimeoutError::Disconnected) => break,
            Ok(_) | Err(RecvTimeoutError::Timeout) => show(&bar, &transfer),
        }
    }
    bar.finish_and_clear();
    let crashed = || ClientError::Crashed {
        name: transfer.name().to_owned(),
    };
    match transfer.outcome() {
        Some(Outcome::Saved(saved)) => Ok(saved.clone()),
        Some(Outcome::Failed(why)) => Err(why.clone()),
        _ => Err(crashed().sentence()),
    }
}

/// Draws nothing where stderr is no terminal.
fn show(bar: &ProgressBar, transfer: &Transfer) {
    if bar.is_hidden() || transfer.stage() != Stage::Moving {
        return;
    }
    let done = transfer.done();
    let secs = transfer.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate for a person")]
    let rate = if secs > 0.0 { done as f64 / secs } else { 0.0 };
    let (template, amount) = match transfer.total() {
        Some(total) => {
            bar.set_length(total);
            ("{prefix} [{wide_bar}] {msg}", format::bytes_of(done, total))
        }
        None => ("{prefix} {msg}", format::bytes(done)),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_prefix(printable(transfer.name(), false));
    bar.set_message(format!("{amount}  {}", format::rate(rate)));
    bar.set_position(done);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(from: &str, name: Option<&str>) -> GetOptions {
        GetOptions {
            from: from.to_owned(),
            name: name.map(String::from),
            ..GetOptions::default()
        }
    }

    #[test]
    fn a_host_and_a_name_or_an_address() {
        let request = options("ann-pc", Some("a b.txt")).request().unwrap();
        assert_eq!((request.host.as_str(), request.port), ("ann-pc", 8080));
        assert_eq!(request.name, "a b.txt");
        assert_eq!(request.target, Target::Folder(".".into()));
        let request = options("http://ann-pc:81/a%20b.txt", None)
            .request()
            .unwrap();
        assert_eq!((request.port, request.name.as_str()), (81, "a b.txt"));
        let mut both = options("ann-pc:81", Some("a"));
        both.port = Some(82);
        assert_eq!(both.request().unwrap().port, 82);
        assert_eq!(
            options("http://ann-pc/", None).request(),
            Err(ClientError::NoName)
        );
    }

    #[test]
    fn an_output_that_is_a_folder_takes_the_name() {
        let folder = tempfile::tempdir().unwrap();
        let mut into = options("ann-pc", Some("a"));
        into.output = Some(folder.path().to_owned());
        assert_eq!(
            into.clone().request().unwrap().target,
            Target::Folder(folder.path().to_owned())
        );
        into.output = Some(folder.path().join("b"));
        assert_eq!(
            into.request().unwrap().target,
            Target::File(folder.path().join("b"))
        );
    }

    #[test]
    fn a_failure_is_one_line_and_status_1() {
        let folder = tempfile::tempdir().unwrap();
        let request = Request {
            host: "127.0.0.1".to_owned(),
            port: 9,
            name: "a\u{1b}[2J\nb".to_owned(),
            target: Target::Folder(folder.path().join("missing")),
            dialect: None,
        };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        assert_eq!(get(request, &mut out, &mut err), 1);
        assert!(out.is_empty());
        let err = String::from_utf8(err).unwrap();
        assert_eq!(err.matches('\n').count(), 1, "{err}");
        assert!(err.contains("missing") && !err.contains('\u{1b}'), "{err}");
    }
}
