//! Detects requests from pages of other sites (W3C Fetch Metadata Request Headers). Pure.
//!
//! Browsers send these fields to loopback addresses and over TLS only. Elsewhere `Cross-Origin-Resource-Policy` and
//! `frame-ancestors` keep such a page from using the response.

/// The `Sec-Fetch-*` fields of a request. Empty where a field is missing: programs other than browsers send none.
#[derive(Debug, Default)]
pub struct FetchMetadata<'a> {
    /// `Sec-Fetch-Site`: the relation of the requesting page to this server.
    pub site: &'a [u8],
    /// `Sec-Fetch-Mode`.
    pub mode: &'a [u8],
    /// `Sec-Fetch-Dest`: the use of the response.
    pub dest: &'a [u8],
    /// `Origin` (RFC 6454): the page that made a request other than a GET.
    pub origin: Option<&'a [u8]>,
}

impl FetchMetadata<'_> {
    /// Whether a page of another site embeds the response: as a script, a picture, a frame and so on.
    ///
    /// `same-site` counts as another site: another port of this computer may belong to anybody. Following a link is
    /// allowed, and so is saving one, which browsers send as a navigation to `empty`. Unknown values count as missing, as
    /// the specification recommends.
    pub fn is_embedding(&self) -> bool {
        let is_followed = self.mode == b"navigate" && matches!(self.dest, b"document" | b"empty");
        matches!(self.site, b"cross-site" | b"same-site") && !is_followed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_sites_may_link_here_and_nothing_else() {
        const DESTS: [&str; 13] = [
            "", "audio", "embed", "empty", "frame", "iframe", "image", "object", "script", "style",
            "track", "video", "worker",
        ];
        let is_embedding = |site: &str, mode: &str, dest: &str| {
            let [site, mode, dest] = [site, mode, dest].map(str::as_bytes);
            FetchMetadata {
                site,
                mode,
                dest,
                origin: None,
            }
            .is_embedding()
        };
        for mode in [
            "",
            "cors",
            "navigate",
            "no-cors",
            "same-origin",
            "websocket",
        ] {
            for dest in DESTS.into_iter().chain(["document"]) {
                for site in ["", "none", "same-origin", "elsewhere", "Cross-Site"] {
                    assert!(!is_embedding(site, mode, dest), "{site} {mode} {dest}");
                }
                let is_link = mode == "navigate" && matches!(dest, "document" | "empty");
                for site in ["cross-site", "same-site"] {
                    assert_eq!(
                        is_embedding(site, mode, dest),
                        !is_link,
                        "{site} {mode} {dest}"
                    );
                }
            }
        }
    }
}
