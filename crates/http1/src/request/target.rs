//! The target of a request in any of its four forms (RFC 9112 3.2). Pure.

use memchr::memchr2;

use super::Refusal;

/// What a target is made of.
#[derive(Debug, PartialEq, Eq)]
pub struct Target<'a> {
    /// Where the target names one.
    pub authority: Option<&'a str>,
    /// Up to the query.
    pub path: &'a str,
    /// With its question mark; empty where there is none.
    pub query: &'a str,
}

/// The parts of `target`.
///
/// # Errors
/// It is in none of the forms that `method` may have.
pub fn split<'a>(target: &'a str, method: &str) -> Result<Target<'a>, Refusal> {
    let of = |authority, (path, query)| Target {
        authority,
        path,
        query,
    };
    if target.starts_with('/') {
        return Ok(of(None, split_query(target)?));
    }
    if method == "CONNECT" || method == "OPTIONS" && target == "*" {
        return Ok(of(None, (target, "")));
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

/// What comes before the query, and the query. Quotes, braces and the like are let pass, for old clients do not encode
/// them; but a fragment is the client's own business (RFC 9112 3.2), and two parsers would cut it off in
/// two places.
fn split_query(path: &str) -> Result<(&str, &str), Refusal> {
    let Some(end) = memchr2(b'?', b'#', path.as_bytes()) else {
        return Ok((path, ""));
    };
    let (path, query) = path.split_at(end);
    if query.contains('#') {
        return Err(Refusal::BadRequest);
    }
    Ok((path, query))
}
