//! Entity tags (RFC 9110 section 8.8.3). Pure.

use std::fmt;
use std::time::Duration;

/// The coarsest resolution of timestamps, that of FAT. A file that is changed twice within this time may look the same.
pub const RESOLUTION: Duration = Duration::from_secs(2);

/// An entity tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Etag {
    opaque: String,
    is_weak: bool,
}

impl Etag {
    /// The tag with this opaque part, quotes included.
    pub fn new(opaque: impl Into<String>, is_weak: bool) -> Self {
        let opaque = opaque.into();
        Self { opaque, is_weak }
    }

    /// The tag without `W/`, quotes included. It stays when a weak tag becomes strong.
    pub fn opaque(&self) -> &str {
        &self.opaque
    }

    /// Whether `tag`, as in a field, matches by the strong comparison (RFC 9110 section 8.8.3.2).
    pub fn matches_strongly(&self, tag: &str) -> bool {
        !self.is_weak && tag == self.opaque
    }

    /// Whether `tag`, as in a field, matches by the weak comparison (RFC 9110 section 8.8.3.2).
    pub fn matches_weakly(&self, tag: &str) -> bool {
        tag.strip_prefix("W/").unwrap_or(tag) == self.opaque
    }
}

/// As a field's value.
impl fmt::Display for Etag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weak = if self.is_weak { "W/" } else { "" };
        write!(f, "{weak}{}", self.opaque)
    }
}
