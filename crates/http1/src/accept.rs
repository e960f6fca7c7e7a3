//! Content negotiation by `Accept` (RFC 9110 section 12.5.1): a folder has the representations `text/html` and
//! `application/json`. Pure.

use crate::language::thousandths;

/// A client's preference for a representation: the weight in thousandths, then the precision of the media range that
/// carries the weight.
type Preference = (u16, Precision);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Precision {
    /// No range matches.
    Unlisted,
    /// `*/*`
    Any,
    /// `text/*`
    Type,
    /// `text/html;level=1`: a parameter that the representation does not have. Named all the same.
    Parameters,
    /// `text/html`
    Exact,
}

/// Whether the lines of an `Accept` prefer JSON to HTML. Without a preference, clients that name JSON get JSON; all others,
/// `*/*` included, get the page. Malformed elements are ignored.
pub fn prefers_json(lines: &[&str]) -> bool {
    let html = preference(lines, "text", "html");
    let json = preference(lines, "application", "json");
    let is_named = json.1 >= Precision::Parameters;
    json.0 > 0 && (json > html || json == html && is_named)
}

/// Whether the lines of an `Accept` are those of a browser that opens a page: they name HTML, and do not prefer JSON to it.
pub fn wants_page(lines: &[&str]) -> bool {
    let html = preference(lines, "text", "html");
    html.0 > 0 && html.1 >= Precision::Parameters && !prefers_json(lines)
}

/// The weight of the most precise media range that matches `kind/subtype`; the highest among equally precise ones.
fn preference(lines: &[&str], kind: &str, subtype: &str) -> Preference {
    let ranges = lines.iter().flat_map(|line| split(line, b','));
    let best = ranges
        .filter_map(|range| matching(range, kind, subtype))
        .max_by_key(|&(weight, precision)| (precision, weight));
    best.unwrap_or((0, Precision::Unlisted))
}

fn matching(range: &str, kind: &str, subtype: &str) -> Option<Preference> {
    let mut parts = split(range, b';').map(str::trim);
    let (range_kind, range_subtype) = parts.next()?.split_once('/')?;
    let mut precision = match (range_kind, range_subtype) {
        ("*", "*") => Precision::Any,
        (named, "*") if named.eq_ignore_ascii_case(kind) => Precision::Type,
        (named, sub) if named.eq_ignore_ascii_case(kind) && sub.eq_ignore_ascii_case(subtype) => {
            Precision::Exact
        }
        _ => return None,
    };
    let mut weight = 1000;
    for parameter in parts.filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=')?;
        if name.eq_ignore_ascii_case("q") {
            weight = thousandths(parameter)?;
            // What follows a weight is no parameter of the media type.
            break;
        }
        let is_ours = name.eq_ignore_ascii_case("charset")
            && value.trim_matches('"').eq_ignore_ascii_case("utf-8");
        if precision == Precision::Exact && !is_ours {
            precision = Precision::Parameters;
        }
    }
    Some((weight, precision))
}

/// The pieces of `text` between separators outside quoted strings (RFC 9110 section 5.6.4).
fn split(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    text.split(move |c: char| {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ => return !is_quoted && c == char::from(separator),
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_representation_is_chosen() {
        for (line, json) in [
            ("text/html, application/json;q=0", false),
            ("application/json", true),
            ("APPLICATION/Json", true),
            ("application/json;charset=utf-8", true),
            ("application/json; odata=verbose; q=1.0", true),
            ("application/json;q=0", false),
            ("application/json;q=0.000, */*", false),
            ("*/*, application/json;Q=0", false),
            ("application/json;q=0.001", true),
            // What our own client sends, and what libraries send.
            ("application/json, text/html;q=0.9", true),
            ("application/json, text/plain, */*", true),
            ("application/json, */*;q=0.5", true),
            // Browsers, curl, wget, Java.
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
                false,
            ),
            ("*/*", false),
            (
                "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
                false,
            ),
            // Weights.
            ("text/html;q=0.5, application/json;q=0.6", true),
            ("text/html;q=0.6, application/json;q=0.5", false),
            ("application/json;q=0.9, text/html", false),
            ("text/html, application/json;q=0.999", false),
            ("application/json;q=0.5, */*;q=0.6", false),
            ("text/html;q=0.2, */*;q=0.3", true),
            ("text/html;q=0, */*", true),
            // The more precise range decides, wherever it stands.
            ("*/*;q=0.1, text/*;q=0.2, application/*;q=0.3", true),
            ("application/*;q=0.5", true),
            ("application/*;q=0.5, text/*", false),
            ("text/*", false),
            ("application/*, text/html", false),
            ("application/*, application/json;q=0.1, text/*;q=0.2", false),
            (
                "text/*;q=0.9, text/html;q=0.1, application/json;q=0.5",
                true,
            ),
            (
                "text/html;level=1, text/html;q=0.3, application/json;q=0.5",
                true,
            ),
            // Liked alike: whoever names JSON is a program.
            ("text/html, application/json", true),
            ("text/html;q=0.5, application/json;q=0.5", true),
            ("text/*, application/*", false),
            // Neither is acceptable, and a page explains itself.
            ("image/png", false),
            ("text/html;q=0, application/json;q=0", false),
            ("text/html;q=0", false),
        ] {
            assert_eq!(prefers_json(&[line]), json, "{line}");
        }
        assert!(!prefers_json(&[]));
        assert!(!prefers_json(&["text/html", "application/json;q=0.5"]));
        assert!(prefers_json(&["text/html;q=0.4", "application/json;q=0.5"]));
    }

    #[test]
    fn only_browsers_that_open_a_page_want_one() {
        for (line, is_wanted) in [
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
                true,
            ),
            ("TEXT/HTML;q=0.1", true),
            ("text/html", true),
            ("text/html;q=0, */*", false),
            ("application/json, text/html;q=0.9", false),
            ("*/*", false),
            ("text/*", false),
            ("image/avif,image/webp,*/*;q=0.8", false),
            ("x=\"text/html\"", false),
            ("", false),
        ] {
            assert_eq!(wants_page(&[line]), is_wanted, "{line}");
        }
        assert!(!wants_page(&[]));
    }

    #[test]
    fn what_is_malformed_is_no_preference() {
        for line in [
            "",
            ",",
            ";",
            "/",
            "json",
            "application/json;q=2",
            "application/json;q=x",
            "application/json;q=",
            "application/json;q",
            "application/json;q=-1",
            "application/json;q=1.001",
            "application/json;q=0.5555",
            "application/jsonp",
            "application/json-seq",
            "xapplication/json",
            "application/json/x",
            "application / json",
            "*/json",
            "text/html;x=\"application/json\"",
            "text/html;x=\", application/json\"",
            "text/html;x=\"\\\", application/json\"",
            "text/html;x=\"application/json",
        ] {
            assert!(!prefers_json(&[line]), "{line}");
        }
        // The rest of such a line counts.
        for line in [
            "text/html;q=7, application/json",
            ",,;q=1,/,application/json;q=0.1",
            "text/html;x=\"a,b;q=1\";q=0.1, application/json;q=0.2",
            "application/json;;q=0.1;",
        ] {
            assert!(prefers_json(&[line]), "{line}");
        }
    }

    #[test]
    fn a_flood_takes_no_time() {
        use std::time::{Duration, Instant};

        for piece in [",", ";", "\"", "*/*,", "application/json;q=0,", "a;b=\"\\"] {
            // Ten times the longest head.
            let line = piece.repeat(160 * 1024 / piece.len());
            let began = Instant::now();
            assert!(!prefers_json(&[&line]), "{piece}");
            assert!(began.elapsed() < Duration::from_secs(5), "{piece}");
        }
    }
}
