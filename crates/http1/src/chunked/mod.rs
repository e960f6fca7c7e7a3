//! The chunked transfer coding (RFC 9112 section 7.1), for both ends: [`Decoder`] and [`Writer`]. Pure.

mod decoder;
mod lenient;
mod strict;
#[cfg(test)]
mod tests;
mod writer;

use std::fmt;

pub use self::decoder::Decoder;
pub use self::writer::Writer;

/// Not a chunked body, or one beyond the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("malformed chunked coding")
    }
}

impl std::error::Error for Malformed {}
