//! Bytes of a call as text: TCP carries bytes, and both sides have to agree on what they mean.

use serde::{Deserialize, Serialize};

/// How text is turned into bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8 (RFC 3629).
    #[default]
    Utf8,
    /// GBK, as Chinese Windows uses it; decoded as its superset GB 18030.
    Gbk,
}

impl Encoding {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Utf8, Self::Gbk];

    /// The name by which people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gbk => "GBK",
        }
    }

    fn inner(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Gbk => encoding_rs::GBK,
        }
    }

    /// `bytes` as text; what is none becomes `\u{fffd}`. For one piece by itself: see [`Decoder`] for several in a row.
    pub fn decode(self, bytes: &[u8]) -> String {
        let (text, _) = self.inner().decode_without_bom_handling(bytes);
        text.into_owned()
    }

    /// `text` as bytes.
    ///
    /// # Errors
    /// The first character that the encoding does not have.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, char> {
        use encoding_rs::EncoderResult;

        let mut encoder = self.inner().new_encoder();
        let len = encoder.max_buffer_length_from_utf8_without_replacement(text.len());
        let mut bytes = Vec::with_capacity(len.unwrap_or(4 * text.len()));
        let (result, _) =
            encoder.encode_from_utf8_to_vec_without_replacement(text, &mut bytes, true);
        match result {
            EncoderResult::InputEmpty | EncoderResult::OutputFull => Ok(bytes),
            EncoderResult::Unmappable(c) => Err(c),
        }
    }

    /// A decoder for pieces that follow each other.
    pub fn decoder(self) -> Decoder {
        Decoder(self.inner().new_decoder_without_bom_handling())
    }
}

/// Decodes the pieces of a stream in order. A character that was split by two pieces appears with the second one.
pub struct Decoder(encoding_rs::Decoder);

impl Decoder {
    /// The text of the next piece, without a character that it begins and does not end.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        self.next(bytes, false)
    }

    /// What is left: `\u{fffd}` for a character that never ended.
    pub fn finish(mut self) -> String {
        self.next(&[], true)
    }

    fn next(&mut self, bytes: &[u8], is_last: bool) -> String {
        // Enough for any input, so that one call takes all of it.
        let len = self.0.max_utf8_buffer_length(bytes.len());
        let mut text = String::with_capacity(len.unwrap_or(4 * bytes.len() + 16));
        let _ = self.0.decode_to_string(bytes, &mut text, is_last);
        text
    }
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Decoder")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 你好, in GBK.
    const NI_HAO: [u8; 4] = [0xc4, 0xe3, 0xba, 0xc3];

    #[test]
    fn text_is_encoded_and_decoded() {
        assert_eq!(
            Encoding::Utf8.encode("你好").unwrap(),
            "你好".as_bytes().to_vec()
        );
        assert_eq!(Encoding::Gbk.encode("你好").unwrap(), NI_HAO);
        assert_eq!(Encoding::Gbk.decode(&NI_HAO), "你好");
        assert_eq!(Encoding::Utf8.decode("你好".as_bytes()), "你好");
        assert_eq!(Encoding::Gbk.encode("a😀b"), Err('😀'));
        assert_eq!(Encoding::Utf8.encode("😀").unwrap(), "😀".as_bytes());
    }

    #[test]
    fn what_is_no_text_is_replaced() {
        assert_eq!(Encoding::Utf8.decode(&NI_HAO), "\u{fffd}\u{fffd}\u{fffd}");
        assert_eq!(Encoding::Utf8.decode(&"你".as_bytes()[..2]), "\u{fffd}");
        assert_eq!(Encoding::Gbk.decode(&NI_HAO[..3]), "你\u{fffd}");
        // A byte order mark is a character like any other: nothing that came is hidden.
        assert_eq!(Encoding::Utf8.decode(b"\xef\xbb\xbfa"), "\u{feff}a");
        assert_eq!(Encoding::Gbk.decode(b"\xef\xbb\xbfa"), "锘縜");
    }

    #[test]
    fn a_character_that_was_split_is_joined() {
        for (encoding, bytes) in [
            (Encoding::Utf8, "你".as_bytes()),
            (Encoding::Gbk, &NI_HAO[..2]),
        ] {
            let mut decoder = encoding.decoder();
            let (last, first) = bytes.split_last().unwrap();
            assert_eq!(decoder.push(first), "");
            assert_eq!(decoder.push(&[*last]), "你");
            assert_eq!(decoder.finish(), "");
            let mut decoder = encoding.decoder();
            assert_eq!(decoder.push(first), "");
            assert_eq!(decoder.finish(), "\u{fffd}");
        }
    }

    proptest! {
        /// However bytes are cut into pieces, their text is the same.
        #[test]
        fn pieces_change_nothing(bytes: Vec<u8>, cuts in proptest::collection::vec(0_usize..9, 0..9)) {
            for encoding in Encoding::ALL {
                let mut decoder = encoding.decoder();
                let (mut text, mut rest) = (String::new(), &bytes[..]);
                for cut in &cuts {
                    let (piece, after) = rest.split_at((*cut).min(rest.len()));
                    text += &decoder.push(piece);
                    rest = after;
                }
                text += &decoder.push(rest);
                text += &decoder.finish();
                prop_assert_eq!(text, encoding.decode(&bytes));
            }
        }

        #[test]
        fn what_was_encoded_is_decoded(text: String) {
            for encoding in Encoding::ALL {
                if let Ok(bytes) = encoding.encode(&text) {
                    prop_assert_eq!(encoding.decode(&bytes), text.clone());
                }
            }
        }
    }
}
