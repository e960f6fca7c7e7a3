//! Folders that a server gives out without the slash at the end of their path. Some redirect to the path with
//! the slash, which anybody understands (RFC 3986 section 6.2.4). Others (aiohttp, updog, serve-index) answer
//! with the folder's page, as if that were a file.

use std::convert::Infallible;
use std::io::Read as _;

use super::negotiation;
use super::negotiation::TOP_LEN;
use crate::client::connection::FetchError;
use crate::client::http_session::HttpSession;
use crate::client::origin::Origin;
use crate::listing::html::{Place, read_html_from};
use crate::listing::json::read_json;
use crate::listing::listed::{Form, Listed};
use landline_http1::response_head::Head;

/// Nobody needs to see more of a page to know whether it is a folder's.
const PAGE_MAX_LEN: u64 = 4 << 20;

/// Whether what `head` announces, asked for at `path` (percent-encoded), may be the page of a folder: it is
/// HTML, and neither its name nor a date says that it is a file. Then [`folder_at`] knows.
pub(crate) fn may_be_folder(head: &Head, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let form = head.media_type.as_deref().and_then(Form::of);
    head.status == 200
        && form == Some(Form::Html)
        && !head.disposition.is_attachment
        && !name.is_empty()
        && !path.contains('?')
        && (head.modified.is_none() || !negotiation::is_page(name))
}

/// The path of the folder (percent-encoded, with both slashes) whose page is at `path`, if there is such a folder.
///
/// It is, if there is a list at the same path with a slash: one in JSON, one with a sign of those that
/// servers make, or a page whose links lead into the folder even when they are seen from `path`. Those of
/// a page that is itself at both paths, as programs answer that take what follows their name for a
/// parameter, lead beside it. A dated page there is that folder's own: no server has a file below a file.
/// Where the name is one of a page, only the links count: such a page may look like any other.
///
/// # Errors
/// There is no answer. An answer that is no list means that there is no folder.
pub(crate) fn folder_at(
    session: &mut HttpSession<'_>,
    path: &str,
) -> Result<Option<String>, FetchError> {
    let with_slash = format!("{path}/");
    let Origin { host, port, .. } = session.origin();
    let place = Place {
        host,
        port,
        path: &with_slash,
    };
    let asks =
        &mut |session: &mut HttpSession<'_>, path: &str| session.ask(path, negotiation::options());
    let found = match negotiation::find(session, place, asks) {
        Ok(found) => is_list(session, &found.head, place, path).then_some(found.path),
        Err(FetchError::Failed(error)) if !error.is_passing() => None,
        Err(halt) => return Err(halt),
    };
    // It is seldom read to its end.
    session.close();
    Ok(found)
}

/// Whether the body after `head` is a list of what is in the folder at `place`, and not the page at `path`.
fn is_list(session: &mut HttpSession<'_>, head: &Head, place: Place<'_>, path: &str) -> bool {
    let Ok(form) = negotiation::form(head, place.host, place.path) else {
        return false;
    };
    let Some(body) = session.body(head.framing) else {
        return false;
    };
    let mut body = body.take(PAGE_MAX_LEN);
    if form == Form::Json {
        return read_json(body, &mut |_| Ok::<_, Infallible>(())).is_ok();
    }
    let mut top = Vec::new();
    if body
        .by_ref()
        .take(TOP_LEN as u64)
        .read_to_end(&mut top)
        .is_err()
    {
        return false;
    }
    let mut is_led_into = false;
    let mut each = |_: Listed| {
        is_led_into = true;
        Err(())
    };
    // An error after the first link says nothing against it.
    let _ = read_html_from(path, top.as_slice().chain(body), place, &mut each);
    // serve gives out `a.html` at `a/`, too, and says what it is called.
    let is_index = match &head.disposition.name {
        Some(name) => name.starts_with("index."),
        None => head.modified.is_some(),
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_sign = is_index
        || negotiation::is_empty_list(&top)
        || negotiation::own_way(&top, place.path).is_some();
    is_led_into || is_sign && !negotiation::is_page(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use landline_http1::response_head::parse;

    #[test]
    fn only_a_page_that_is_not_called_one_may_be_a_folder() {
        let head = |fields: &str| parse(format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\n").as_bytes());
        let page = head("Content-Type: text/html; charset=utf-8").unwrap();
        let date = "Last-Modified: Sun, 22 Nov 2026 10:00:00 GMT";
        let dated = head(&format!("Content-Type: text/html\r\n{date}")).unwrap();
        for path in ["/v1", "/v1.2", "/a/b%20c", "/a.html/b", "/x.php"] {
            assert!(may_be_folder(&page, path), "{path}");
            assert!(may_be_folder(&dated, path), "{path}");
        }
        for path in ["/a.html", "/a.HTM"] {
            assert!(may_be_folder(&page, path), "{path}");
            assert!(!may_be_folder(&dated, path), "{path}");
        }
        for path in ["/", "/a/", "/v1?x=y"] {
            assert!(!may_be_folder(&page, path), "{path}");
        }
        let file = "Content-Type: text/html\r\nContent-Disposition: attachment; filename=x";
        for other in ["Content-Type: text/plain", "Server: x", file] {
            assert!(!may_be_folder(&head(other).unwrap(), "/v1"), "{other}");
        }
        let missing = parse(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n").unwrap();
        assert!(!may_be_folder(&missing, "/v1"));
    }
}
