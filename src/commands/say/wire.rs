//! What the lines of `landline say` are on the wire.

use crate::args::{LineEnd, Say};
use crate::sentence;
use crate::text::Sentence;
use landline_engine::call::encoding::Encoding;
use landline_engine::call::hex::{self, HexError};

/// How lines become bytes, and bytes lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wire {
    /// Lines are hexadecimal digits.
    pub(super) is_hex: bool,
    /// Otherwise they are text in this encoding.
    pub(super) encoding: Encoding,
    /// What follows each line of text.
    line_end: LineEnd,
}

impl Wire {
    pub(super) fn of(args: &Say) -> Self {
        Self {
            is_hex: args.hex,
            encoding: args.encoding,
            line_end: args.line_end,
        }
    }

    /// The bytes of a line of stdin; if it is not whole, its end comes later.
    ///
    /// # Errors
    /// See [`Wire::encode`].
    pub(super) fn encode_line(self, line: &[u8], is_whole: bool) -> Result<Vec<u8>, Sentence> {
        let wire = Self {
            line_end: if is_whole {
                self.line_end
            } else {
                LineEnd::None
            },
            ..self
        };
        if !self.is_hex && self.encoding == Encoding::Utf8 {
            // Sent as it is even where it is no text: a file may come from stdin.
            return Ok(wire.end(line.to_vec()));
        }
        // A terminal of another encoding is not supported anywhere in this program.
        wire.encode(&String::from_utf8_lossy(line))
    }

    /// The bytes of a line that was typed.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub(super) fn encode(self, line: &str) -> Result<Vec<u8>, Sentence> {
        if self.is_hex {
            return hex::parse(line).map_err(|error| match error {
                HexError::NotADigit(c) => sentence!("say-bad-hex", character = c.to_string()),
                HexError::HalfByte(c) => sentence!("say-half-byte", digit = c.to_string()),
            });
        }
        let encoded = self.encoding.encode(line);
        let bytes = encoded.map_err(|c| {
            let encoding = self.encoding.name();
            sentence!(
                "say-not-encodable",
                character = c.to_string(),
                encoding = encoding
            )
        })?;
        Ok(self.end(bytes))
    }

    fn end(self, mut bytes: Vec<u8>) -> Vec<u8> {
        bytes.extend_from_slice(match self.line_end {
            LineEnd::None => b"",
            LineEnd::Lf => b"\n",
            LineEnd::CrLf => b"\r\n",
        });
        bytes
    }

    /// A whole reply.
    pub(super) fn show(self, bytes: &[u8]) -> String {
        if self.is_hex {
            hex::format(bytes)
        } else {
            self.encoding.decode(bytes)
        }
    }
}
