//! HTTP/1.1 without a socket: the messages of both ends (RFC 9110 and RFC 9112).
//!
//! Parsers are pure functions from bytes to data. What a client sends ([`mod@request`], [`chunked::Decoder::for_request`])
//! is parsed strictly, because an ambiguous request can be smuggled past the checks of whoever stands before this server.
//! What a server sends ([`response_head`], [`chunked::Decoder::for_response`]) is parsed leniently, because an odd server
//! is the only one that has the file. Every parser has limits.

#![forbid(unsafe_code)]

pub mod accept;
pub mod alt_svc;
pub mod batch;
pub mod challenge;
pub mod chunked;
pub mod coding;
pub mod conditional;
pub mod content_range;
pub mod credentials;
pub mod date;
pub mod digest;
pub mod disposition;
pub mod etag;
mod fetch_metadata;
mod head_end;
pub mod host;
pub mod language;
pub mod multipart;
pub mod range;
pub mod redirect;
pub mod request;
pub mod response;
pub mod response_head;
mod segment;
pub mod status;

pub use content_range::Part;
pub use head_end::head_end;
pub use segment::encode_segment;
