//! What the targets in `fuzz/` do: each function gives any bytes to a parser of the program and asserts
//! what must hold for the answer, whatever the bytes are. `cargo test` runs them over the seeds in
//! `fuzz/corpus` and over changed ones. In no released program.
#![expect(
    clippy::missing_panics_doc,
    reason = "to panic where something does not hold is what these are for"
)]

mod server;
#[cfg(test)]
mod tests;

pub use self::server::{range, request_head, share_name, sniff};
pub use crate::client::fuzzing::{answer_head, chunked, listing_html, listing_json, part_record};
pub(crate) use crate::client::fuzzing::{content_range, path_of};

/// Lengths of the beginnings of `data` that are looked at: all where it is short, else those around
/// line feeds and limits, and some between.
pub(crate) fn ends(data: &[u8]) -> Vec<usize> {
    let is_edge = |end: usize| {
        let near = &data[end.saturating_sub(2)..data.len().min(end + 2)];
        end < 256 || end.is_multiple_of(97) || end % 1024 < 3 || near.contains(&b'\n')
    };
    (0..=data.len())
        .filter(|&end| is_edge(end) || end == data.len())
        .collect()
}

/// Whether `name` is one part of a path on any system: neither empty nor `.` nor `..`, without
/// slash and control characters.
pub(crate) fn is_part(name: &str) -> bool {
    let is_odd = |c: char| c == '/' || c.is_control();
    !matches!(name, "" | "." | "..") && !name.contains(is_odd)
}
