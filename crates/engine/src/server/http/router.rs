//! The router: which handler answers a request. A new route is one line in [`route`] and one file beside this one.

use std::io;
use std::ops::ControlFlow;

use landline_http1::request::{Method, Request};

use super::receive::{form, offset, put};
use super::request_body::RequestBody;
use super::{archive, method_not_allowed, options, resource, well_known};
use crate::server::connection::{Connection, Ending};

/// Answers one request. The request's body is still unread: the handler receives it, discards it, or closes the
/// connection. It returns [`ControlFlow::Continue`] once the response is sent, the body is consumed and another request
/// may follow; otherwise how the connection ends. An error breaks the connection off.
pub(super) type Handler =
    fn(&mut Connection, &Request<'_>, RequestBody) -> io::Result<ControlFlow<Ending>>;

/// The handler for a method, a path (still percent-encoded) and a query. Pure. Every request that comes here has a
/// permitted `Host`, comes from no other site's page, and has a body with an unambiguous length.
pub(super) fn route(method: Method<'_>, path: &str, query: Option<&str>) -> Handler {
    match method {
        Method::Get | Method::Head if path == well_known::PATH => well_known::answer,
        Method::Get | Method::Head | Method::Post if is_archive(path, query) => archive::answer,
        Method::Get => resource::answer,
        Method::Head => offset::answer,
        Method::Post => form::answer,
        Method::Put => put::answer,
        Method::Options => options::answer,
        _ => method_not_allowed::answer,
    }
}

/// A path without the slash is redirected to the folder, and keeps its query.
fn is_archive(path: &str, query: Option<&str>) -> bool {
    path.ends_with('/') && archive::is_archive(query)
}

#[cfg(test)]
mod tests {
    use std::ptr::fn_addr_eq;

    use super::*;

    #[test]
    fn each_method_has_its_handler() {
        for method in Method::KNOWN.into_iter().chain([Method::Other("BREW")]) {
            let expected: Handler = match method {
                Method::Get => resource::answer,
                Method::Head => offset::answer,
                Method::Post => form::answer,
                Method::Put => put::answer,
                Method::Options => options::answer,
                _ => method_not_allowed::answer,
            };
            let handler = route(method, "/a", Some("b"));
            assert!(fn_addr_eq(handler, expected), "{method:?}");
            let about = route(method, "/.well-known/landline", None);
            let is_about = fn_addr_eq(about, well_known::answer as Handler);
            let is_safe = matches!(method, Method::Get | Method::Head);
            assert_eq!(is_about, is_safe, "{method:?}");
            let archive = route(method, "/a/", Some("n=b&zip"));
            let is_archive = fn_addr_eq(archive, archive::answer as Handler);
            assert_eq!(is_archive, is_safe || method == Method::Post, "{method:?}");
        }
        for (path, query) in [("/a", Some("zip")), ("/a/", None), ("/a/", Some("z"))] {
            let handler = route(Method::Get, path, query);
            assert!(fn_addr_eq(handler, resource::answer as Handler), "{path}");
        }
    }
}
