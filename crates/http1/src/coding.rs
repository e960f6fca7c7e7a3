//! `Content-Encoding` (RFC 9110 section 8.4) in a response to `Accept-Encoding: identity`. Nothing is decoded: the digest
//! and the `ETag` are those of the encoded bytes, which are saved as they are.

/// More than twice the longest registered coding, in bytes.
const MAX_LEN: usize = 32;

/// The file name extensions of each coding, formats of single programs among them.
const ENDINGS: [(&str, &[&str]); 8] = [
    (
        "gzip",
        &[
            "gz", "gzip", "tgz", "taz", "svgz", "emz", "wmz", "vgz", "adz", "cpgz",
        ],
    ),
    ("compress", &["z", "taz"]),
    ("deflate", &["zz", "zlib"]),
    ("br", &["br"]),
    ("zstd", &["zst", "zstd", "tzst"]),
    ("xz", &["xz", "txz"]),
    ("bzip2", &["bz2", "bz", "tbz", "tbz2"]),
    ("lzma", &["lzma", "tlz"]),
];

/// The codings in the `lines` of the field, other than `identity`: printable ASCII in lower case, in the order in which
/// they were applied. `None` if the body is not encoded.
pub(crate) fn parse(lines: impl Iterator<Item = String>) -> Option<String> {
    let mut codings = String::new();
    for coding in lines.collect::<Vec<_>>().join(",").split(',') {
        let printable = coding.chars().filter(char::is_ascii_graphic);
        let coding: String = printable.take(MAX_LEN).collect();
        let coding = coding.to_ascii_lowercase();
        // RFC 9110 sections 8.4.1.1 and 8.4.1.3 for the first two.
        let coding = match coding.strip_prefix("x-").unwrap_or(&coding) {
            known @ ("gzip" | "compress" | "xz" | "bzip2" | "lzma") => known,
            "" | "identity" => continue,
            _ => &coding,
        };
        if codings.len() < MAX_LEN {
            codings.push_str(if codings.is_empty() { "" } else { ", " });
            codings.push_str(coding);
        }
    }
    Some(codings).filter(|codings| !codings.is_empty())
}

/// Whether the extension of `name` implies this coding. Old servers declare the compression of a stored archive as a
/// content coding.
pub fn is_shown_by(coding: &str, name: &str) -> bool {
    let endings = ENDINGS.iter().find(|(known, _)| *known == coding);
    let (Some((_, endings)), Some((_, ending))) = (endings, name.rsplit_once('.')) else {
        return false;
    };
    endings.contains(&ending.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coding(lines: &[&str]) -> Option<String> {
        parse(lines.iter().map(|line| (*line).to_owned()))
    }

    #[test]
    fn codings_are_read() {
        for (lines, expected) in [
            (&["gzip"][..], "gzip"),
            (&["X-GZIP"], "gzip"),
            (&["x-compress"], "compress"),
            (&["deflate, gzip"], "deflate, gzip"),
            (&["deflate", " identity , gzip"], "deflate, gzip"),
            (&["utf-8"], "utf-8"),
            (&["x-unheard-of"], "x-unheard-of"),
            (&["g\u{202e}z\u{7}ip"], "gzip"),
        ] {
            assert_eq!(coding(lines).as_deref(), Some(expected), "{lines:?}");
        }
        for none in [
            &[][..],
            &[""],
            &["identity"],
            &[" , Identity,"],
            &["\u{202e}"],
        ] {
            assert_eq!(coding(none), None, "{none:?}");
        }
        let long = coding(&[&"x".repeat(9_000), &"y,".repeat(9_000)]).unwrap();
        assert!(long.len() <= 2 * MAX_LEN + 2, "{long}");
    }

    #[test]
    fn the_ending_shows_the_coding_whatever_its_capitals() {
        for (coding, name) in [
            ("gzip", "PACK.TAR.GZ"),
            ("gzip", "a.tgz"),
            ("gzip", "drawing.SVGZ"),
            ("compress", "a.tar.Z"),
            ("xz", "a.txz"),
            ("br", "page.html.br"),
        ] {
            assert!(is_shown_by(coding, name), "{coding} {name}");
        }
        for (coding, name) in [
            ("gzip", "data.bin"),
            ("gzip", "gz"),
            // Packed twice, of which one shows.
            ("br", "a.gz"),
            ("gzip, gzip", "a.gz"),
            ("utf-8", "a.txt"),
        ] {
            assert!(!is_shown_by(coding, name), "{coding} {name}");
        }
    }
}
