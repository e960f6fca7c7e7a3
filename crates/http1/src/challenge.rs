//! `WWW-Authenticate` (RFC 9110 section 11.6.1): how a server wants its clients to say who they are.

/// The most challenges that are kept. Servers send one to three.
const MAX_CHALLENGES: usize = 8;

/// Longer schemes and realms are cut, in bytes.
const TEXT_MAX_LEN: usize = 64;

/// One way to authenticate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// The scheme in lower case: `basic`.
    pub scheme: String,
    /// Its `realm`, if it has one.
    pub realm: Option<String>,
}

/// The challenges in the `lines` of the field. Whatever is malformed is left out.
pub(crate) fn parse(lines: impl Iterator<Item = String>) -> Vec<Challenge> {
    let mut challenges: Vec<Challenge> = Vec::new();
    for line in lines {
        for element in elements(&line) {
            let (scheme, parameter) = split(element);
            if let Some(scheme) = scheme {
                if challenges.len() == MAX_CHALLENGES {
                    return challenges;
                }
                let (scheme, realm) = (cut(scheme).to_ascii_lowercase(), None);
                challenges.push(Challenge { scheme, realm });
            }
            if let (Some(last), Some(realm)) = (challenges.last_mut(), realm(parameter)) {
                last.realm.get_or_insert(realm);
            }
        }
    }
    challenges
}

/// The elements of a list: those of a quoted string are not separated by its commas.
fn elements(line: &str) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    line.split(move |c| {
        let is_end = c == ',' && !is_quoted;
        if c == '"' && !is_escaped {
            is_quoted = !is_quoted;
        }
        is_escaped = is_quoted && c == '\\' && !is_escaped;
        is_end
    })
    .map(str::trim)
    .filter(|element| !element.is_empty())
}

/// The scheme with which a challenge begins, and the parameter after it, or only a parameter of the challenge before.
fn split(element: &str) -> (Option<&str>, &str) {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let end = element.find(|c| !is_token(c)).unwrap_or(element.len());
    let (token, after) = element.split_at(end);
    let rest = after.trim_start();
    if token.is_empty() || rest.starts_with('=') {
        (None, element)
    } else {
        (Some(token), rest)
    }
}

/// The value of the parameter `realm`.
fn realm(parameter: &str) -> Option<String> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim_end().eq_ignore_ascii_case("realm") {
        return None;
    }
    let value = value.trim_start();
    let Some(quoted) = value.strip_prefix('"') else {
        return Some(cut(value).to_owned());
    };
    let mut text = String::new();
    let mut chars = quoted.chars();
    while let Some(c) = chars.next().filter(|&c| c != '"') {
        text.push(if c == '\\' { chars.next()? } else { c });
    }
    Some(cut(&text).to_owned())
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_MAX_LEN)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As `scheme realm`, or `scheme` alone.
    fn parsed(lines: &[&str]) -> Vec<String> {
        let parsed = parse(lines.iter().map(|&line| line.to_owned()));
        let shown = |one: &Challenge| match &one.realm {
            Some(realm) => format!("{} {realm}", one.scheme),
            None => one.scheme.clone(),
        };
        parsed.iter().map(shown).collect()
    }

    #[test]
    fn challenges_are_distinguished_from_parameters() {
        for (line, expected) in [
            (
                "Basic realm=\"Landline\", charset=\"UTF-8\"",
                &["basic Landline"][..],
            ),
            ("Basic", &["basic"]),
            ("BASIC  Realm = x", &["basic x"]),
            // RFC 9110 section 11.6.1.
            (
                "Basic realm=\"simple\", Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\"",
                &["basic simple", "newauth apps"],
            ),
            (
                "Digest nonce=\"a, Basic realm=x\", realm=\"d\"",
                &["digest d"],
            ),
            ("Negotiate, NTLM", &["negotiate", "ntlm"]),
            (
                "Negotiate dG9rZW4=, Basic realm=a, realm=b",
                &["negotiate", "basic a"],
            ),
            (", ,Basic realm=\"a\\\"b\\\\\",,", &["basic a\"b\\"]),
            ("realm=x", &[]),
            ("", &[]),
            ("\"", &[]),
            ("=", &[]),
            ("Basic realm=\"open", &["basic open"]),
        ] {
            assert_eq!(parsed(&[line]), expected, "{line}");
        }
        assert_eq!(
            parsed(&["Digest realm=d", "Basic realm=b"]),
            ["digest d", "basic b"]
        );
    }

    #[test]
    fn nothing_grows_with_what_a_server_sends() {
        let many = "Basic realm=x, ".repeat(1000);
        assert_eq!(parsed(&[&many]).len(), MAX_CHALLENGES);
        let long = parsed(&[&format!("Basic realm=\"{}\"", "海".repeat(1000))]);
        assert!(long[0].len() <= "basic ".len() + TEXT_MAX_LEN);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(line in "[a-z=\",\\\\ 海]{0,40}") {
            let _ = parsed(&[&line]);
        }
    }
}
