//! The fields of a request that sends a file or a form, and whether a page of another site made it. Pure.

use super::{Lines, Refusal};
use crate::digest::{self, Sha256};

/// What a request says about the content that it carries and about its sender.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about the request"
)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UploadFields<'a> {
    /// `Content-Type`.
    pub content_type: Option<&'a str>,
    /// `Content-Encoding` (RFC 9110 section 8.4) names a coding other than `identity`.
    pub(super) is_encoded: bool,
    /// `Content-Range` (RFC 9110 section 14.5); see [`content_range::rest`](crate::content_range::rest).
    pub content_range: Option<&'a str>,
    /// The SHA-256 of the whole file in `Repr-Digest` (RFC 9530 section 3).
    pub repr_digest: Option<Sha256>,
    /// The SHA-256 of the content in `Content-Digest` (RFC 9530 section 2).
    pub content_digest: Option<Sha256>,
    /// `X-OC-Mtime`: when the file changed last, in seconds since 1970.
    pub modified_secs: Option<i64>,
    /// `Landline-Batch`; see [`batch::parse`](crate::batch::parse).
    pub batch: Option<&'a str>,
    /// `Landline-Device`, if it is a [token](crate::batch::is_token).
    pub device: Option<&'a str>,
    /// `Cookie`, line by line.
    pub cookies: Lines<'a>,
    /// `Content-Length` or `Transfer-Encoding` is there, so that an empty body is meant to be empty.
    pub states_length: bool,
    /// `Origin` is there: a page in a browser made it, which has `Set-Cookie` remembered.
    pub is_from_page: bool,
    /// That page came over TLS.
    is_from_https: bool,
    /// A page of another site made it: by `Origin`, which browsers send with every PUT and POST (Fetch section 3.1), or by
    /// `Sec-Fetch-Site`. A sandboxed page, whose origin is `null`, is one.
    pub is_cross_site: bool,
}

impl<'a> UploadFields<'a> {
    /// Stores a field's value, if it is one of these.
    ///
    /// # Errors
    /// A field that decides what is stored is there twice.
    pub(super) fn read_field(&mut self, name: &str, value: &'a [u8]) -> Result<(), Refusal> {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let text = || std::str::from_utf8(value).map_err(|_| Refusal::BadRequest);
        match name.len() {
            6 if is("cookie") => self.cookies.push(text().unwrap_or_default()),
            10 if is("x-oc-mtime") => self.modified_secs = text()?.trim().parse().ok(),
            11 if is("repr-digest") => {
                self.repr_digest = text().ok().and_then(digest::parse_field);
            }
            12 if is("content-type") => super::once(&mut self.content_type, text()?)?,
            13 if is("content-range") => super::once(&mut self.content_range, text()?)?,
            14 if is("content-digest") => {
                self.content_digest = text().ok().and_then(digest::parse_field);
            }
            14 if is("landline-batch") => super::once(&mut self.batch, text()?)?,
            16 if is("content-encoding") => {
                let mut codings = text()?.split(',').map(str::trim);
                let is_none =
                    |coding: &str| coding.is_empty() || coding.eq_ignore_ascii_case("identity");
                self.is_encoded |= !codings.all(is_none);
            }
            15 if is("landline-device") => {
                let token = text().ok().filter(|token| crate::batch::is_token(token));
                self.device = token;
            }
            _ => {}
        }
        Ok(())
    }

    /// The values of all cookies `name`.
    pub fn cookies_of(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let pairs = self.cookies.iter().flat_map(|line| line.split(';'));
        pairs.filter_map(move |pair| {
            let (found, value) = pair.trim().split_once('=')?;
            (found == name).then_some(value)
        })
    }

    /// The value of the cookie `name`, if it is there once.
    pub fn cookie(&self, name: &str) -> Option<&'a str> {
        let mut values = self.cookies_of(name);
        let first = values.next()?;
        values.next().is_none().then_some(first)
    }

    /// Counts a page that came over the other scheme as another site's: a man in the middle can change a page that was not
    /// encrypted. `is_https` is the scheme of the request.
    pub fn check_scheme(&mut self, is_https: bool) {
        self.is_cross_site |= self.is_from_page && self.is_from_https != is_https;
    }

    /// Compares where the request comes from with the `authority` that it is for.
    pub(super) fn check_origin(
        &mut self,
        origin: Option<&[u8]>,
        site: &[u8],
        authority: Option<&str>,
    ) {
        let is_own = |origin: &[u8]| {
            // The same port speaks both. See `check_scheme`.
            let host = origin.strip_prefix(b"http://");
            let host = host.or_else(|| origin.strip_prefix(b"https://"));
            let host = host.zip(authority);
            host.is_some_and(|(host, own)| host.eq_ignore_ascii_case(own.as_bytes()))
        };
        self.is_from_page = origin.is_some();
        self.is_from_https = origin.is_some_and(|origin| origin.starts_with(b"https://"));
        let is_from_here = matches!(site, b"" | b"same-origin" | b"none");
        self.is_cross_site = !is_from_here || origin.is_some_and(|origin| !is_own(origin));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_cross_site(origin: Option<&str>, site: &str, authority: Option<&str>) -> bool {
        let mut fields = UploadFields::default();
        fields.check_origin(origin.map(str::as_bytes), site.as_bytes(), authority);
        fields.is_cross_site
    }

    #[test]
    fn only_pages_of_this_server_and_programs_may_send() {
        let here = Some("192.168.1.7:8080");
        for (origin, site) in [
            (None, ""),
            (None, "none"),
            (None, "same-origin"),
            (Some("http://192.168.1.7:8080"), ""),
            (Some("http://192.168.1.7:8080"), "same-origin"),
            (Some("https://192.168.1.7:8080"), ""),
        ] {
            assert!(!is_cross_site(origin, site, here), "{origin:?} {site}");
        }
        for (origin, site) in [
            (None, "cross-site"),
            (None, "same-site"),
            (None, "something-new"),
            (Some("null"), ""),
            (Some(""), ""),
            (Some("http://192.168.1.7"), ""),
            (Some("http://192.168.1.7:8081"), "same-site"),
            (Some("https://192.168.1.7:8081"), ""),
            (Some("ftp://192.168.1.7:8080"), ""),
            (Some("http://192.168.1.7:8080.evil.example"), ""),
            (Some("http://evil.example"), "same-origin"),
            (Some("http://192.168.1.7:8080"), "cross-site"),
        ] {
            assert!(is_cross_site(origin, site, here), "{origin:?} {site}");
        }
        for (origin, is_https, is_cross) in [
            (None, false, false),
            (None, true, false),
            (Some("http://192.168.1.7:8080"), false, false),
            (Some("http://192.168.1.7:8080"), true, true),
            (Some("https://192.168.1.7:8080"), false, true),
            (Some("https://192.168.1.7:8080"), true, false),
            (Some("https://evil.example"), true, true),
        ] {
            let mut fields = UploadFields::default();
            fields.check_origin(origin.map(str::as_bytes), b"", here);
            fields.check_scheme(is_https);
            assert_eq!(fields.is_cross_site, is_cross, "{origin:?} {is_https}");
        }
        assert!(!is_cross_site(
            Some("http://Ann-PC:8080"),
            "",
            Some("ann-pc:8080")
        ));
        assert!(is_cross_site(Some("http://"), "", None));
    }

    #[test]
    fn a_page_has_to_come_in_the_same_way() {
        for (origin, is_encrypted, is_cross_site) in [
            (None, false, false),
            (None, true, false),
            (Some("http://pc:8080"), false, false),
            (Some("http://pc:8080"), true, true),
            (Some("https://pc:8080"), false, true),
            (Some("https://pc:8080"), true, false),
            (Some("https://pc:8081"), true, true),
            (Some("null"), false, true),
            (Some("null"), true, true),
        ] {
            let mut fields = UploadFields::default();
            fields.check_origin(origin.map(str::as_bytes), b"", Some("pc:8080"));
            fields.check_scheme(is_encrypted);
            assert_eq!(
                fields.is_cross_site, is_cross_site,
                "{origin:?} {is_encrypted}"
            );
        }
    }

    #[test]
    fn a_cookie_counts_if_it_is_there_once() {
        let with = |lines: &[&'static str]| {
            let mut fields = UploadFields::default();
            for line in lines {
                fields.read_field("Cookie", line.as_bytes()).unwrap();
            }
            fields.cookie("device").map(str::to_owned)
        };
        assert_eq!(with(&["a=b; device=x;c"]).as_deref(), Some("x"));
        assert_eq!(with(&["a=b", "device=x"]).as_deref(), Some("x"));
        assert_eq!(with(&["xdevice=x; device"]), None);
        assert_eq!(with(&["device=x; device=y"]), None);
        let mut fields = UploadFields::default();
        for line in [
            &b"device=x; a=device=z; device=y=="[..],
            b"device=\xff",
            b" device =w",
        ] {
            fields.read_field("cookie", line).unwrap();
        }
        let all: Vec<_> = fields.cookies_of("device").collect();
        assert_eq!(all, ["x", "y=="]);
    }
}
