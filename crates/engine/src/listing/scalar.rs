//! A number or a text in a listing, where a server may write anything else: what is odd about one entry
//! is no reason to give up the folder.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// One value of an entry.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Scalar {
    /// A whole number from 0 on that fits.
    Number(u64),
    Text(String),
    /// Anything else, and nothing of it is kept.
    #[default]
    Odd,
}

impl Scalar {
    /// In bytes, where it says it exactly.
    pub(crate) fn size(&self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.to_owned()))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Scalar, E> {
        Ok(Scalar::Odd)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Scalar, E> {
        Ok(Scalar::Odd)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Scalar, E> {
        Ok(Scalar::Odd)
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Odd)
    }

    // One by one: all of them together may be as long as the listing.
    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<Scalar, A::Error> {
        while all.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Odd)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut all: A) -> Result<Scalar, A::Error> {
        while all.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Odd)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_exact_counts() {
        let read = |json: &str| serde_json::from_str::<Scalar>(json).unwrap();
        assert_eq!(read("18446744073709551615").size(), Some(u64::MAX));
        assert_eq!(read("\"3\"").text(), Some("3"));
        for odd in [
            "-1",
            "1.5",
            "1e300",
            "18446744073709551616",
            "null",
            "true",
            "[1,[2]]",
            "{\"a\":{}}",
        ] {
            assert_eq!(read(odd), Scalar::Odd, "{odd}");
        }
    }
}
