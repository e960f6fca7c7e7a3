//! The fields that decide which host a request is for, how its body is delimited, and whether the connection persists.
//! Pure.

use super::{BodyFraming, Lines, Refusal};

/// The values of these fields.
#[derive(Debug, Default)]
pub struct FramingFields<'a> {
    /// `Host`.
    pub host: Option<&'a str>,
    /// `Content-Length`.
    pub length: Option<&'a str>,
    /// `Transfer-Encoding`.
    pub coding: Option<&'a str>,
    /// `Connection`, line by line.
    pub connection: Lines<'a>,
}

impl FramingFields<'_> {
    /// How the body is delimited (RFC 9112 section 6.3). Where that section lets a server choose, an ambiguous request
    /// is refused.
    ///
    /// # Errors
    /// The length is malformed or ambiguous, or the transfer coding is unknown.
    pub fn body(&self, http_11: bool) -> Result<BodyFraming, Refusal> {
        match (self.length, self.coding) {
            (None, None) => Ok(BodyFraming::None),
            (Some(_), Some(_)) => Err(Refusal::BadRequest),
            (None, Some(coding)) if http_11 => chunked(coding),
            (None, Some(_)) => Err(Refusal::BadRequest),
            (Some(length), None) if length.bytes().all(|b| b.is_ascii_digit()) => {
                match length.parse() {
                    Ok(0) => Ok(BodyFraming::None),
                    Ok(length) => Ok(BodyFraming::Length(length)),
                    Err(_) => Err(Refusal::BadRequest),
                }
            }
            (Some(_), None) => Err(Refusal::BadRequest),
        }
    }

    /// Whether the connection persists (RFC 9112 section 9.3). `close` overrides everything else.
    pub fn keep_alive(&self, http_11: bool) -> bool {
        let says = |what: &str| {
            self.connection
                .iter()
                .flat_map(|line| line.split(','))
                .any(|option| option.trim_matches([' ', '\t']).eq_ignore_ascii_case(what))
        };
        !says("close") && (http_11 || says("keep-alive"))
    }
}

/// The chunked coding must be the last one, and applied once, or the end of the body is unknown (RFC 9112 sections 6.1
/// and 6.3). This server implements no coding beneath it.
fn chunked(coding: &str) -> Result<BodyFraming, Refusal> {
    let is_chunked = |name: &str| name.eq_ignore_ascii_case("chunked");
    let mut codings = coding
        .rsplit(',')
        .map(|name| name.trim_matches([' ', '\t']));
    if !codings.next().is_some_and(is_chunked) {
        return Err(Refusal::BadRequest);
    }
    let mut beneath = codings.peekable();
    if beneath.peek().is_none() {
        return Ok(BodyFraming::Chunked);
    }
    if beneath.any(|name| name.is_empty() || is_chunked(name)) {
        return Err(Refusal::BadRequest);
    }
    Err(Refusal::NotImplemented)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_one_end() {
        for (length, coding, expected) in [
            (None, None, Ok(BodyFraming::None)),
            (Some("0"), None, Ok(BodyFraming::None)),
            (Some("007"), None, Ok(BodyFraming::Length(7))),
            (
                Some("18446744073709551615"),
                None,
                Ok(BodyFraming::Length(u64::MAX)),
            ),
            (Some("18446744073709551616"), None, Err(Refusal::BadRequest)),
            (Some(""), None, Err(Refusal::BadRequest)),
            (Some("+5"), None, Err(Refusal::BadRequest)),
            (Some("5, 5"), None, Err(Refusal::BadRequest)),
            (Some("5"), Some("chunked"), Err(Refusal::BadRequest)),
            (None, Some("chunked"), Ok(BodyFraming::Chunked)),
            (None, Some("CHUNKED"), Ok(BodyFraming::Chunked)),
            (None, Some("gzip, chunked"), Err(Refusal::NotImplemented)),
            (None, Some("gzip"), Err(Refusal::BadRequest)),
            (None, Some("identity"), Err(Refusal::BadRequest)),
            (None, Some("chunked, gzip"), Err(Refusal::BadRequest)),
            (None, Some("chunked, chunked"), Err(Refusal::BadRequest)),
            (None, Some(", chunked"), Err(Refusal::BadRequest)),
            (None, Some("chunked,"), Err(Refusal::BadRequest)),
            (None, Some("chunked;x=1"), Err(Refusal::BadRequest)),
            (None, Some("\"chunked\""), Err(Refusal::BadRequest)),
            (None, Some("xchunked"), Err(Refusal::BadRequest)),
            (None, Some(""), Err(Refusal::BadRequest)),
        ] {
            let framing = FramingFields {
                length,
                coding,
                ..FramingFields::default()
            };
            assert_eq!(framing.body(true), expected, "{framing:?}");
            if coding.is_some() {
                assert_eq!(framing.body(false), Err(Refusal::BadRequest), "{framing:?}");
            }
        }
    }

    #[test]
    fn a_connection_goes_on_as_its_version_has_it() {
        let kept = |lines: &[&'static str]| {
            let framing = FramingFields {
                connection: lines.iter().copied().collect(),
                ..FramingFields::default()
            };
            (framing.keep_alive(false), framing.keep_alive(true))
        };
        assert_eq!(kept(&[]), (false, true));
        assert_eq!(kept(&["Keep-Alive"]), (true, true));
        assert_eq!(kept(&["foo, Close"]), (false, false));
        assert_eq!(kept(&["close, keep-alive"]), (false, false));
        assert_eq!(kept(&["keep-alive", "close"]), (false, false));
        assert_eq!(kept(&["closed"]), (false, true));
    }
}
