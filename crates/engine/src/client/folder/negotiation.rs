//! What every listing has in common on its way here, whether it is kept on the disk or read as it comes:
//! how it is asked for, what an answer is taken for, and by which reader it is read.

use std::io::Read;

use crate::client::connection::FetchError;
use crate::client::http;
use crate::client::http::{Hop, MAX_REDIRECTS, RequestOptions};
use crate::client::http_session::HttpSession;
use crate::error::ClientError;
use crate::listing::html::{Place, read_html};
use crate::listing::json::read_json;
use crate::listing::listed::{Form, Listed, ReadError, part};
use crate::printable::clipped;
use crate::url_path;
use landline_http1::response_head::Head;

/// Bytes of a page within which it says what it is. Some have their whole style before the title.
pub(crate) const TOP_LEN: usize = 64 * 1024;

/// JSON says more, and exactly; a page is what everybody else has.
pub(crate) fn options() -> RequestOptions<'static> {
    RequestOptions {
        accept: Some("application/json, text/html;q=0.9"),
        ..RequestOptions::default()
    }
}

/// The answer to a request for a folder.
pub(crate) struct Found {
    pub(crate) head: Head,
    /// Where the folder is (percent-encoded, with both slashes). What is in it has to be asked for there.
    pub(crate) path: String,
    /// The path of the page that the server gives out instead of a list.
    pub(crate) index: Option<String>,
}

/// Ask for the folder at `place` by way of `asks`, and follow where the server redirects to.
///
/// # Errors
/// Those of `asks`; or redirects lead elsewhere, round in circles, or to something that is no folder.
pub(crate) fn find<'a>(
    session: &mut HttpSession<'a>,
    place: Place<'_>,
    asks: &mut dyn FnMut(&mut HttpSession<'a>, &str) -> Result<Head, FetchError>,
) -> Result<Found, FetchError> {
    let host = || place.host.to_owned();
    let mut path = place.path.to_owned();
    for _ in 0..=MAX_REDIRECTS {
        let head = asks(session, &path)?;
        let Some(location) = head.redirect() else {
            let path = without_query(&path).to_owned();
            return Ok(Found {
                head,
                path,
                index: None,
            });
        };
        // What is said beside it is not read.
        session.close();
        match http::follow(place.host, session.origin().port, &path, location) {
            Hop::Path(there) if is_folder(&there) => path = there,
            Hop::Path(there) if is_page_in(without_query(&path), &there) => {
                let mut head = asks(session, &there)?;
                // weborf tells no type; the name does.
                head.media_type
                    .get_or_insert_with(|| "text/html".to_owned());
                let path = without_query(&path).to_owned();
                let index = Some(there);
                return Ok(Found { head, path, index });
            }
            // A page about something else, which may well have links beside it.
            Hop::Path(_) => return Err(refused(&head, host(), url_path::name_of(&path)).into()),
            Hop::Elsewhere { url, .. } => {
                let host = host();
                let url = clipped(&url).into_owned();
                return Err(ClientError::RedirectElsewhere { host, url }.into());
            }
        }
    }
    let (host, name) = (host(), url_path::name_of(&path));
    Err(ClientError::TooManyRedirects { host, name }.into())
}

/// Whether `path` is that of a folder that can be asked for again by the names of its parts.
fn is_folder(path: &str) -> bool {
    let path = without_query(path);
    let names = path
        .strip_prefix('/')
        .and_then(|names| names.strip_suffix('/'));
    let is_name = |name: &str| part(url_path::part_of(name)).is_some();
    path == "/" || names.is_some_and(|names| names.split('/').all(is_name))
}

/// Whether `path` is that of a page directly in `folder`.
fn is_page_in(folder: &str, path: &str) -> bool {
    let name = path.strip_prefix(folder);
    name.is_some_and(|name| is_folder(&format!("/{name}/")) && !name.contains('/') && is_page(name))
}

/// Whether `name` (percent-encoded) is one for a page in HTML.
pub(crate) fn is_page(name: &str) -> bool {
    const PAGES: [&str; 5] = ["html", "htm", "xhtml", "xht", "shtml"];

    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    PAGES
        .iter()
        .any(|page| page.eq_ignore_ascii_case(extension))
}

/// `path` without the query that may be at its end.
fn without_query(path: &str) -> &str {
    path.split('?').next().unwrap_or(path)
}

/// What the body after `head` is written in; `host` was asked for `path` (percent-encoded).
///
/// # Errors
/// There is no such folder, it is not given out, or the body is no listing, or one that cannot be read.
pub(crate) fn form(head: &Head, host: &str, path: &str) -> Result<Form, ClientError> {
    let (host, name) = (host.to_owned(), url_path::name_of(path));
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
        _ => return Err(refused(head, host, name)),
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

/// `host` was asked for `name`, and has said no.
pub(crate) fn refused(head: &Head, host: String, name: String) -> ClientError {
    ClientError::Status {
        host,
        name,
        status: head.status,
        reason: clipped(&head.reason).into_owned(),
        retry_after: head.retry_after,
    }
}

/// Hand over each entry of `listing`, which is from `place`. The number is of those that cannot be asked
/// for.
///
/// # Errors
/// The listing is cut, or none, or `each` would not go on.
pub(crate) fn read<E>(
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

/// What stands in the pages that servers make for a folder, and hardly in any other.
const SIGNS: [&str; 14] = [
    // Apache, nginx, lighttpd, mini_httpd, WEBrick, aiohttp, http-server.
    "Index of ",
    // Python, Twisted.
    "Directory listing for ",
    // Tomcat.
    "Directory Listing For ",
    // Jetty.
    "<title>Directory: ",
    // IIS.
    "[To Parent Directory]",
    // serve-index, local-web-server.
    "<title>listing directory ",
    // serve.
    "<title>Files within ",
    "<title>updog - ",
    "<title>weborf</title>",
    // webfs.
    "<h1>listing: \n<a href=\"/\">/</a>",
    // copyparty: where it has its own style from.
    "\"/.cpr/",
    // Caddy, rclone, miniserve: in another order.
    "href=\"?sort=",
    "href=\"./?sort=",
    // Go's own file server.
    "<meta name=\"viewport\" content=\"width=device-width\">\n<pre>\n",
];

/// Whether the page that begins with `top` is one that a server has made for a folder.
pub(crate) fn is_titled(top: &[u8]) -> bool {
    let top = String::from_utf8_lossy(top);
    // Go's server once had nothing else on its page.
    top.starts_with("<pre>\n") || SIGNS.iter().any(|sign| top.contains(sign))
}

/// Whether the page that begins with `top`, of which no link leads into its folder, is that of a folder with
/// nothing in it.
pub(crate) fn is_empty_list(top: &[u8]) -> bool {
    /// The way up that most have.
    const UP: [&[u8]; 2] = [b"href=\"../\"", b"href=\"..\""];

    is_titled(top) || UP.iter().any(|sign| has(top, sign))
}

/// What a page without links says when nothing else is known of it: `top` is its beginning.
pub(crate) fn no_list(top: &[u8], host: String, name: String) -> ClientError {
    // As Landline writes it.
    if has(top, b"<main class=\"send-only\">") {
        ClientError::ReceivesOnly { host }
    } else if has(top, b"<script") {
        ClientError::ScriptedListing { host, name }
    } else {
        ClientError::NoListing { host, name }
    }
}

/// Where the server whose page begins with `top` has the list of the folder at `path` for programs, if its
/// page is made by a script. Both paths are percent-encoded.
pub(crate) fn own_way(top: &[u8], path: &str) -> Option<String> {
    if has(top, b"\"/__dufs_") {
        Some(format!("{path}?json"))
    } else if has(top, b"HFS = {") && has(top, b"\"/~/frontend/") {
        // A path in a query: encoded once more.
        let uri = path
            .replace('%', "%25")
            .replace('&', "%26")
            .replace('+', "%2B");
        Some(format!("/~/api/get_file_list?uri={uri}"))
    } else {
        None
    }
}

fn has(top: &[u8], sign: &[u8]) -> bool {
    top.windows(sign.len()).any(|bytes| bytes == sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_directly_in_its_folder() {
        for path in ["/d/index.html", "/d/a%20b.HTM"] {
            assert!(is_page_in("/d/", path), "{path}");
        }
        for path in [
            "/d/",
            "/d/login",
            "/d/e/index.html",
            "/index.html",
            "/d/i.html?x",
            "/d/i.html/",
        ] {
            assert!(!is_page_in("/d/", path), "{path}");
        }
    }

    #[test]
    fn servers_with_pages_of_script_are_asked_in_their_own_way() {
        // As dufs 0.43 and HFS 0.52 write them.
        let dufs = b"<link rel=\"stylesheet\" href=\"/__dufs_v0.43.0__/index.css\">";
        assert_eq!(own_way(dufs, "/a%20b/").as_deref(), Some("/a%20b/?json"));
        let hfs = b"<script>\nHFS = {\n}</script><link href=\"/~/frontend/fontello.css\"";
        let list = Some("/~/api/get_file_list?uri=/a%2520b/");
        assert_eq!(own_way(hfs, "/a%20b/").as_deref(), list);
        assert_eq!(own_way(b"<script>x</script>", "/"), None);
    }

    #[test]
    fn a_redirect_leads_to_a_folder_if_it_can_be_asked_for_again() {
        for path in [
            "/",
            "/?all=1",
            "/a%20b/%E6%B5%B7/",
            "/a/?all=/b/",
            "/100%25/%2541/",
            "/a%2Fb/",
            "/caf%E9/",
        ] {
            assert!(is_folder(path), "{path}");
        }
        for path in [
            "/a",
            "/a?b/",
            "/a%0Ab/",
            "/%2E%2E/",
            "/a/%2e%2E/b/",
            "//a/",
            "/a//b/",
            "//",
            "",
        ] {
            assert!(!is_folder(path), "{path}");
        }
    }
}
