//! The targets in `fuzz/`: each function passes arbitrary bytes to a parser of the program and asserts its
//! invariants. `cargo test` runs them on the seeds in `fuzz/corpus` and on mutations of them. Not part of
//! released programs.
#![expect(
    clippy::missing_panics_doc,
    reason = "to panic where something does not hold is what these are for"
)]

mod localsend;
mod server;
#[cfg(test)]
mod tests;
mod upload;

pub use self::localsend::localsend;
pub use self::server::{range, request_head, share_name, sniff};
pub use self::upload::{form, upload_fields};
pub use crate::client::fuzzing::{answer_head, chunked, listing_html, listing_json, part_record};
pub(crate) use crate::client::fuzzing::{content_range, path_of};

/// The lengths of prefixes of `data` to test: all of them if it is short, otherwise those around line feeds and
/// limits, and a sample.
pub(crate) fn ends(data: &[u8]) -> Vec<usize> {
    let is_edge = |end: usize| {
        let near = &data[end.saturating_sub(2)..data.len().min(end + 2)];
        end < 256 || end.is_multiple_of(97) || end % 1024 < 3 || near.contains(&b'\n')
    };
    (0..=data.len())
        .filter(|&end| is_edge(end) || end == data.len())
        .collect()
}

/// Whether `name` is a valid path component on every system: not empty, `.` or `..`, without slashes and
/// control characters.
pub(crate) fn is_part(name: &str) -> bool {
    let is_odd = |c: char| c == '/' || c.is_control();
    !matches!(name, "" | "." | "..") && !name.contains(is_odd)
}
