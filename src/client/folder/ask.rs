//! What every listing has in common on its way here, whether it is kept on the disk or read as it comes:
//! how it is asked for, what an answer is taken for, and by which reader it is read.

use std::io::Read;

use super::html::{Place, read_html};
use super::json::read_json;
use super::listing::{Form, Listed, ReadError};
use crate::client::ClientError;
use crate::client::http::{self, Head, Wish};

/// Bytes of a page within which it says what it is: the title is at the top.
pub(in crate::client) const TOP_LEN: usize = 4096;

/// JSON says more, and exactly; a page is what everybody else has.
pub(in crate::client) fn wish() -> Wish<'static> {
    Wish {
        accept: Some("application/json, text/html;q=0.9"),
        ..Wish::default()
    }
}

/// What the body after `head` is written in; `host` was asked for `path` (percent-encoded).
///
/// # Errors
/// There is no such folder, it is not given out, or the body is no listing, or one that cannot be read.
pub(in crate::client) fn form(head: &Head, host: &str, path: &str) -> Result<Form, ClientError> {
    let (host, name) = (host.to_owned(), http::name_of(path));
    match head.status {
        200 => {}
        404 | 410 => {
            let nearest = Vec::new();
            return Err(ClientError::NoSuchFile {
                host,
                name,
                nearest,
            });
        }
        status => {
            let reason = head.reason.clone();
            return Err(ClientError::Status {
                host,
                name,
                status,
                reason,
            });
        }
    }
    if head.disposition.is_attachment && head.disposition.name.is_some() {
        return Err(ClientError::FileNotFolder { host, name });
    }
    match (head.media_type.as_deref().and_then(Form::of), &head.coding) {
        (Some(form), None) => Ok(form),
        (Some(_), Some(coding)) => {
            let coding = coding.clone();
            Err(ClientError::EncodedListing { host, name, coding })
        }
        (None, _) => Err(ClientError::NoListing { host, name }),
    }
}

/// Hand over each entry of `listing`, which is from `place`. The number is of those that cannot be asked
/// for.
///
/// # Errors
/// The listing is cut, or none, or `each` would not go on.
pub(in crate::client) fn read<E>(
    form: Form,
    listing: impl Read,
    place: Place<'_>,
    each: &mut dyn FnMut(Listed) -> Result<(), E>,
) -> Result<u64, ReadError<E>> {
    match form {
        Form::Json => read_json(listing, each),
        Form::Html => read_html(listing, place, each),
    }
}

/// Whether the page that begins with `top` is one that servers make for a folder, even one with nothing
/// in it.
pub(in crate::client) fn is_titled(top: &[u8]) -> bool {
    /// Apache, nginx and lighttpd; Python; the way up that most have.
    const SIGNS: [&str; 3] = ["Index of ", "Directory listing for ", "href=\"../\""];

    let top = String::from_utf8_lossy(top);
    SIGNS.iter().any(|sign| top.contains(sign))
}
