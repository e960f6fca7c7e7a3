//! HTTP/1.1 without a socket: what either end reads and writes (RFC 9110 and 9112). Pure.

#![forbid(unsafe_code)]

pub mod accept;
pub mod chunked;
pub mod coding;
pub mod conditional;
pub mod content_range;
pub mod date;
pub mod digest;
pub mod disposition;
pub mod etag;
pub mod fetch_metadata;
pub mod head_end;
pub mod host;
pub mod language;
pub mod range;
pub mod redirect;
pub mod request;
pub mod response;
pub mod response_head;
pub mod segment;
pub mod status;

pub use head_end::head_end;
pub use segment::encode_segment;
