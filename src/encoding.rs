//! The bytes of a call as text, and typed text as bytes: UTF-8, GBK and hex.

use landline_engine::client::halfwidth;
use serde::{Deserialize, Serialize};

/// How the text of a call is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// GBK, which programs on a Chinese Windows use; reads GB 18030.
    Gbk,
}

impl Encoding {
    /// The bytes of `text`.
    ///
    /// # Errors
    /// The first character that the encoding does not have.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, char> {
        match self {
            Self::Utf8 => Ok(text.as_bytes().to_vec()),
            Self::Gbk => gbk(text),
        }
    }

    /// `bytes` as text, if they are text of this encoding.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        let encoding = self.table();
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
        Some(text.into_owned())
    }

    /// `bytes` as text, with a replacement character for what is none.
    pub fn decode_lossy(self, bytes: &[u8]) -> String {
        self.table()
            .decode_without_bom_handling(bytes)
            .0
            .into_owned()
    }

    fn table(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Gbk => encoding_rs::GBK,
        }
    }
}

/// encoding_rs's simple `encode` would replace what GBK lacks by HTML's `&#8364;`.
fn gbk(text: &str) -> Result<Vec<u8>, char> {
    let mut encoder = encoding_rs::GBK.new_encoder();
    // Two bytes for a character; GB 18030's four are not part of GBK.
    let most = encoder.max_buffer_length_from_utf8_without_replacement(text.len());
    let mut bytes = Vec::with_capacity(most.unwrap_or_default());
    let (result, _) = encoder.encode_from_utf8_to_vec_without_replacement(text, &mut bytes, true);
    match result {
        encoding_rs::EncoderResult::Unmappable(c) => Err(c),
        encoding_rs::EncoderResult::InputEmpty | encoding_rs::EncoderResult::OutputFull => {
            Ok(bytes)
        }
    }
}

/// Why a text is not hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotHex {
    /// This is no hexadecimal digit.
    Digit(char),
    /// A byte has two digits; the last has one.
    Half,
}

/// The bytes that `text` lists in hexadecimal: `E4 BD A0`, `e4bda0`, `0xE4, 0xBD`, `E4:BD`. Full-width digits, which an
/// input method may produce, are digits, too.
///
/// # Errors
/// It lists something else.
pub fn from_hex(text: &str) -> Result<Vec<u8>, NotHex> {
    let plain: String = text.chars().map(halfwidth).collect();
    let is_separator = |c: char| c.is_whitespace() || matches!(c, ',' | ':' | '-' | ';');
    let mut bytes = Vec::with_capacity(plain.len() / 2);
    for word in plain.split(is_separator).filter(|word| !word.is_empty()) {
        let digits = word.strip_prefix("0x").or(word.strip_prefix("0X"));
        let mut high = None;
        for c in digits.unwrap_or(word).chars() {
            let digit = c.to_digit(16).ok_or(NotHex::Digit(c))?;
            // A digit is below 16.
            let digit = u8::try_from(digit).map_err(|_| NotHex::Digit(c))?;
            match high.take() {
                None => high = Some(digit),
                Some(high) => bytes.push(high << 4 | digit),
            }
        }
        if high.is_some() || digits == Some("") {
            return Err(NotHex::Half);
        }
    }
    Ok(bytes)
}

/// `E4 BD A0`.
pub fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut text = String::with_capacity(3 * bytes.len());
    for &byte in bytes {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_encoded_and_decoded() {
        for (encoding, bytes) in [
            (Encoding::Utf8, &b"\xe4\xbd\xa0\xe5\xa5\xbd"[..]),
            (Encoding::Gbk, b"\xc4\xe3\xba\xc3"),
        ] {
            assert_eq!(encoding.encode("你好").unwrap(), bytes);
            assert_eq!(encoding.decode(bytes).unwrap(), "你好");
            // Half of a character, as a `recv` may return it.
            assert_eq!(encoding.decode(&bytes[1..]), None);
            let half = encoding.decode_lossy(&bytes[..bytes.len() - 1]);
            assert_eq!(half, format!("你{}", char::REPLACEMENT_CHARACTER));
        }
        assert_eq!(Encoding::Gbk.encode("a😀b"), Err('😀'));
        let long = "好".repeat(100_000);
        assert_eq!(Encoding::Gbk.encode(&long).unwrap().len(), 200_000);
        // A byte order mark is data like any other.
        assert_eq!(
            Encoding::Utf8.decode(b"\xef\xbb\xbfa").unwrap(),
            "\u{feff}a"
        );
    }

    #[test]
    fn hex_is_read_in_the_usual_spellings() {
        let bytes = [0xE4, 0xBD, 0x0A];
        for text in [
            "E4 BD 0A",
            "e4bd0a",
            "0xE4, 0xBD, 0X0a",
            "E4:bd-0A",
            " Ｅ4　ＢＤ ０Ａ\n",
        ] {
            assert_eq!(from_hex(text).unwrap(), bytes, "{text}");
        }
        assert_eq!(from_hex(" "), Ok(Vec::new()));
        assert_eq!(from_hex("E4 B"), Err(NotHex::Half));
        assert_eq!(from_hex("0x"), Err(NotHex::Half));
        // Not E4 BD: a digit may be missing in either.
        assert_eq!(from_hex("E4B D"), Err(NotHex::Half));
        assert_eq!(from_hex("E4 xy"), Err(NotHex::Digit('x')));
        assert_eq!(to_hex(&bytes), "E4 BD 0A");
        assert_eq!(to_hex(&[]), "");
    }
}
