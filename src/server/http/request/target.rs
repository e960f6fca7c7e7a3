//! The target of a request in any of its four forms (RFC 9112 3.2). Pure.

use super::Refusal;

/// Authority (where the target names one) and path of `target`.
///
/// # Errors
/// It is in none of the forms that `method` may have.
pub fn split<'a>(target: &'a str, method: &str) -> Result<(Option<&'a str>, &'a str), Refusal> {
    // A fragment is the client's own business (RFC 9112 3.2): two parsers would cut it off in two places.
    // Quotes, braces and the like are let pass, for old clients do not encode them.
    if target.contains('#') {
        return Err(Refusal::BadRequest);
    }
    let without_query = |path: &'a str| path.split('?').next().unwrap_or(path);
    if target.starts_with('/') {
        return Ok((None, without_query(target)));
    }
    if method == "CONNECT" || method == "OPTIONS" && target == "*" {
        return Ok((None, target));
    }
    let scheme = target
        .get(..7)
        .filter(|scheme| scheme.eq_ignore_ascii_case("http://"));
    let rest = scheme
        .and_then(|scheme| target.get(scheme.len()..))
        .ok_or(Refusal::BadRequest)?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let path = without_query(path);
    Ok((Some(authority), if path.is_empty() { "/" } else { path }))
}
