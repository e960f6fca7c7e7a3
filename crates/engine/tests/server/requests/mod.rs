//! Requests that are malformed, ambiguous or too large, over real sockets. Each row is bytes and what they
//! get; each is sent whole and byte by byte, as a connection's first request and as its second, with
//! another request behind it that must not be answered where the first was refused.

mod bodies;
mod fields;
mod lines;
mod rows;
