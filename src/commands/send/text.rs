//! A text to send instead of files.

use std::io::{self, Read};

use crate::sentence;
use crate::text::Sentence;

/// What is read from stdin at most, in bytes: more is a file.
const MAX_LEN: u64 = 1 << 20;

/// The text for the argument: `-` stands for stdin, whose last line end is left out.
///
/// # Errors
/// There is none, or too much, or it is not UTF-8.
pub(super) fn read(argument: &str) -> Result<String, Sentence> {
    let text = match argument {
        "-" => from(io::stdin().lock())?,
        text => text.to_owned(),
    };
    if text.trim().is_empty() {
        return Err(sentence!("send-text-empty"));
    }
    Ok(text)
}

fn from(source: impl Read) -> Result<String, Sentence> {
    let mut bytes = Vec::new();
    let read = source.take(MAX_LEN + 1).read_to_end(&mut bytes);
    read.map_err(|e| sentence!("send-text-unreadable", reason = e.to_string()))?;
    if bytes.len() as u64 > MAX_LEN {
        return Err(sentence!("send-text-too-long"));
    }
    let mut text = String::from_utf8(bytes)
        .map_err(|e| sentence!("send-text-unreadable", reason = e.utf8_error().to_string()))?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_end_is_left_out() {
        for (bytes, expected) in [
            (&b"a"[..], "a"),
            (b"a\n", "a"),
            (b"a\r\n", "a"),
            (b"a\n\n", "a\n"),
            (b" \xe6\xb5\xb7\nb", " 海\nb"),
        ] {
            assert_eq!(from(bytes).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(from(&b"\xff"[..]).is_err());
        assert!(from(io::repeat(b'a')).is_err());
        assert!(read(" \n").is_err());
        assert_eq!(read("a").unwrap(), "a");
    }
}
