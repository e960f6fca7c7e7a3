//! Status codes (RFC 9110 section 15).

/// Whether the same request may succeed later (RFC 9110 sections 15.5.9 and 15.6, RFC 6585 section 4).
pub fn is_transient(status: u16) -> bool {
    matches!(status, 408 | 429 | 502..=504)
}
