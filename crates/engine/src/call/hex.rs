//! Bytes as hexadecimal digits, for people who look at bytes.

use std::fmt::Write as _;

/// Why a text is not a sequence of bytes in hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// This is no hexadecimal digit.
    #[error("{0:?} is not a hexadecimal digit")]
    NotADigit(char),
    /// A byte has only this one digit, though others stand together in pairs.
    #[error("{0:?} is half a byte")]
    HalfByte(char),
}

/// `E4 BD A0`.
pub fn format(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(3 * bytes.len());
    for byte in bytes {
        let gap = if text.is_empty() { "" } else { " " };
        // Writing to a string does not fail.
        let _ = write!(text, "{gap}{byte:02X}");
    }
    text
}

/// Parses `E4 BD A0`, `e4bda0`, `0xE4, 0xBD`, `E4:BD-A0` and `\xe4\xbd`: pairs of digits, and anything that people put
/// between them. A single digit by itself (`0x0, 9`) is a byte, too.
///
/// # Errors
/// See [`HexError`].
pub fn parse(text: &str) -> Result<Vec<u8>, HexError> {
    let is_gap = |c: char| c.is_whitespace() || ",;:-_，；：、\\\"'[]{}()".contains(c);
    let mut bytes = Vec::with_capacity(text.len() / 2);
    for word in text.split(is_gap) {
        let digits = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
        let digits = digits.or_else(|| word.strip_prefix('x')).unwrap_or(word);
        let mut digits = digits.chars();
        let mut is_first = true;
        while let Some(high) = digits.next() {
            let mut byte = digit(high)?;
            match digits.next() {
                Some(low) => byte = byte << 4 | digit(low)?,
                None if is_first => {}
                None => return Err(HexError::HalfByte(high)),
            }
            is_first = false;
            bytes.push(byte);
        }
    }
    Ok(bytes)
}

fn digit(c: char) -> Result<u8, HexError> {
    let value = c.to_digit(16).and_then(|value| u8::try_from(value).ok());
    value.ok_or(HexError::NotADigit(c))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn people_write_bytes_in_many_ways() {
        for text in [
            "E4 BD A0",
            "e4bda0",
            "E4bd A0",
            "0xE4 0xBD 0xA0",
            "0xe4, 0xbd, 0xa0",
            "[0xE4,0xBD,0xA0]",
            "e4:bd:a0",
            "E4-BD-A0",
            r"\xe4\xbd\xa0",
            "0xE4BDA0",
            " E4\tBD\nA0\r\n",
            "E4，BD，A0",
        ] {
            assert_eq!(parse(text), Ok(vec![0xe4, 0xbd, 0xa0]), "{text:?}");
        }
        assert_eq!(parse(""), Ok(vec![]));
        assert_eq!(parse("0x0, 9 a"), Ok(vec![0, 9, 10]));
    }

    #[test]
    fn an_error_names_what_is_wrong() {
        assert_eq!(parse("E4 BG"), Err(HexError::NotADigit('G')));
        assert_eq!(parse("你"), Err(HexError::NotADigit('你')));
        assert_eq!(parse("0x"), Ok(vec![]));
        assert_eq!(parse("E4 BDA"), Err(HexError::HalfByte('A')));
    }

    #[test]
    fn bytes_are_written_in_pairs() {
        assert_eq!(format(&[]), "");
        assert_eq!(format(&[0, 0x0d, 0xff]), "00 0D FF");
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(bytes: Vec<u8>) {
            prop_assert_eq!(parse(&format(&bytes)), Ok(bytes));
        }

        #[test]
        fn any_text_has_a_result(text: String) {
            let _ = parse(&text);
        }
    }
}
