//! The target of a request in any of its four forms (RFC 9112 section 3.2). Pure.

use memchr::memchr2;

use super::{Method, Refusal};

/// The parts of a request target.
#[derive(Debug, PartialEq, Eq)]
pub struct Target<'a> {
    /// In the absolute form only.
    pub authority: Option<&'a str>,
    /// Up to the query.
    pub path: &'a str,
    /// Without its question mark.
    pub query: Option<&'a str>,
}

/// The parts of `target`.
///
/// # Errors
/// It is in none of the forms that `method` may have.
pub fn split<'a>(target: &'a str, method: Method<'_>) -> Result<Target<'a>, Refusal> {
    let of = |authority, (path, query)| Target {
        authority,
        path,
        query,
    };
    if target.starts_with('/') {
        return Ok(of(None, split_query(target)?));
    }
    if method == Method::Connect || method == Method::Options && target == "*" {
        return Ok(of(None, (target, None)));
    }
    let scheme = target
        .get(..7)
        .filter(|scheme| scheme.eq_ignore_ascii_case("http://"));
    let rest = scheme
        .and_then(|scheme| target.get(scheme.len()..))
        .ok_or(Refusal::BadRequest)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (path, query) = split_query(path)?;
    let path = if path.is_empty() { "/" } else { path };
    Ok(of(Some(authority), (path, query)))
}

/// The path and the query. Quotes, braces and the like are accepted, because old clients do not encode them; a fragment
/// is not: it never leaves the client (RFC 9112 section 3.2), and two parsers would cut it off in two places.
fn split_query(path: &str) -> Result<(&str, Option<&str>), Refusal> {
    let Some(end) = memchr2(b'?', b'#', path.as_bytes()) else {
        return Ok((path, None));
    };
    let (path, query) = path.split_at(end);
    match query.strip_prefix('?') {
        Some(query) if !query.contains('#') => Ok((path, Some(query))),
        _ => Err(Refusal::BadRequest),
    }
}
