//! Keeps a listing within bounds before a parser sees it: neither of the parsers limits how long a
//! token may get, and each keeps a token in memory until it ends.

use std::io::{self, ErrorKind, Read};

/// Bytes of a path: most systems open no longer one.
pub(crate) const PATH_MAX_LEN: usize = 4_096;

/// Some five million entries. Who has more has a tree that nobody downloads in one go, or means ill.
pub(crate) const LISTING_MAX_LEN: u64 = 1 << 30;

/// The longest name, each byte of it written as `\u0000`, and as much again.
const JSON_TOKEN_MAX_LEN: usize = 64 * 1024;

/// Deeper than any listing. The parser keeps a byte for each level of what it skips.
const JSON_MAX_DEPTH: usize = 32;

/// Between one `<` or `>` and the next. A page's own style or script may be that long.
const HTML_RUN_MAX_LEN: usize = 4 * 1024 * 1024;

/// Passes on what `source` gives as long as it keeps to the limits, and fails with
/// [`ErrorKind::InvalidData`] from then on.
#[derive(Debug)]
pub(crate) struct Guard<R, S> {
    source: R,
    left: u64,
    scan: S,
}

/// Looks at every byte.
pub(crate) trait Scan {
    /// Whether `bytes`, too, keep to the limits.
    fn allows(&mut self, bytes: &[u8]) -> bool;
}

impl<R: Read, S: Scan + Default> Guard<R, S> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            left: LISTING_MAX_LEN,
            scan: S::default(),
        }
    }
}

impl<R: Read, S: Scan> Read for Guard<R, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let broken = |what| io::Error::new(ErrorKind::InvalidData, what);
        loop {
            let read = match self.source.read(buffer) {
                Ok(read) => read,
                // The HTML tokenizer takes this for the end of everything.
                Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                Err(e) => return Err(e),
            };
            let left = self.left.checked_sub(read as u64);
            self.left = left.ok_or_else(|| broken("the listing does not end"))?;
            if !self.scan.allows(&buffer[..read]) {
                return Err(broken(
                    "the listing is nested too deep or a part of it too long",
                ));
            }
            return Ok(read);
        }
    }
}

/// Bounds strings, numbers and nesting (RFC 8259).
#[derive(Debug, Default)]
pub(crate) struct JsonScan {
    in_string: bool,
    after_backslash: bool,
    token_len: usize,
    depth: usize,
}

impl Scan for JsonScan {
    fn allows(&mut self, bytes: &[u8]) -> bool {
        bytes.iter().all(|&byte| {
            self.step(byte);
            self.token_len <= JSON_TOKEN_MAX_LEN && self.depth <= JSON_MAX_DEPTH
        })
    }
}

impl JsonScan {
    fn step(&mut self, byte: u8) {
        self.token_len += 1;
        if self.in_string {
            if self.after_backslash {
                self.after_backslash = false;
            } else if byte == b'\\' {
                self.after_backslash = true;
            } else if byte == b'"' {
                self.in_string = false;
            }
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'[' | b'{' => self.depth += 1,
            b']' | b'}' => self.depth = self.depth.saturating_sub(1),
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => return,
        }
        self.token_len = 0;
    }
}

/// Bounds what the tokenizer gathers by itself, which is the name of an end tag within text. What it
/// hands on is bounded where it arrives ([`links`](super::links)).
#[derive(Debug, Default)]
pub(crate) struct HtmlScan {
    run_len: usize,
}

impl Scan for HtmlScan {
    fn allows(&mut self, bytes: &[u8]) -> bool {
        bytes.iter().all(|byte| {
            self.run_len = match byte {
                b'<' | b'>' => 0,
                _ => self.run_len + 1,
            };
            self.run_len <= HTML_RUN_MAX_LEN
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(bytes: &[u8], piece: usize) -> bool {
        let mut scan = JsonScan::default();
        bytes.chunks(piece).all(|piece| scan.allows(piece))
    }

    #[test]
    fn usual_json_passes() {
        let entry = r#"{"name":"a\\\" \"[[[[","size":12345,"x":[{},[1.5e-3,null]]}, "#;
        assert!(json(entry.repeat(10_000).as_bytes(), 7));
    }

    #[test]
    fn endless_tokens_and_nesting_are_refused() {
        let quotes = format!("[\"{}", "\\\"".repeat(JSON_TOKEN_MAX_LEN));
        assert!(!json(quotes.as_bytes(), 4096));
        assert!(!json(&b"1".repeat(JSON_TOKEN_MAX_LEN + 1), 4096));
        assert!(!json(&b"[".repeat(JSON_MAX_DEPTH + 1), 4096));
        assert!(json(&b"[]".repeat(JSON_MAX_DEPTH + 1), 4096));
    }

    #[test]
    fn html_without_tags_is_refused() {
        let mut scan = HtmlScan::default();
        let text = vec![b'a'; HTML_RUN_MAX_LEN];
        assert!(scan.allows(b"<p>") && scan.allows(&text) && scan.allows(b"<"));
        assert!(scan.allows(&text) && !scan.allows(b"a"));
    }

    #[test]
    fn a_listing_has_an_end() {
        let source = io::repeat(b'<').take(LISTING_MAX_LEN + 1);
        let mut guard = Guard::<_, HtmlScan>::new(source);
        guard.left = 100;
        let mut buffer = [0; 60];
        assert_eq!(guard.read(&mut buffer).unwrap(), 60);
        let error = guard.read(&mut buffer).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
    }
}
