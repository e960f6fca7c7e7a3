//! Suggests similar names on the server for one that does not exist.

use std::convert::Infallible;
use std::io::Read;
use std::time::{Duration, Instant};

use super::connect::connect;
use super::connection::{Connection, FetchError};
use super::http::{Answer, Body};
use super::job::Job;
use super::protocol_cache::ProtocolCache;
use super::{Request, Timeouts, http};
use crate::error::ClientError;
use crate::listing::json::read_json;
use crate::printable::is_bidi_control;
use crate::url_path;

/// Some 10,000 names. Larger folders get no suggestions.
const LISTING_MAX_LEN: u64 = 1 << 20;

/// As many as read well in a sentence.
const MAX_SUGGESTIONS: usize = 3;

/// Names less similar than this (1 is equal) are different files rather than typos.
const MIN_LIKENESS: f64 = 0.6;

/// Longer names are not typed. Comparing two names takes time and memory proportional to the product of their
/// lengths.
const NAME_MAX_LEN: usize = 255;

impl Job<'_> {
    /// `NoSuchFile` with suggestions.
    pub(super) fn no_such_file(&self) -> FetchError {
        let Request { host, name, .. } = self.request;
        // A few seconds at most, then the error appears without suggestions.
        let hurry = Timeouts {
            resolve: self.timeouts.listing,
            connect: self.timeouts.listing,
            silence: self.timeouts.listing,
            ..self.timeouts.clone()
        };
        // A name from a listing, or with a query, is no typo.
        let may_be_misspelt = !self.transfer.is_of_folder() && self.request.query.is_none();
        let (origin, cancel) = (self.request.origin(), self.transfer.cancel());
        let connection =
            may_be_misspelt.then(|| connect(self.known, origin, cancel, &hurry, &|_| {}));
        let port = self.origin().port;
        let nearest = match connection {
            Some(Ok(connection)) => {
                nearest(self.known, connection, host, port, name, hurry.listing)
            }
            _ => Vec::new(),
        };
        ClientError::NoSuchFile {
            host: host.clone(),
            name: self.request.shown(),
            nearest,
        }
        .into()
    }
}

/// The most similar names in the folder of `name` on `connection`'s server, best first, as names to request.
/// Empty if the server does not list the folder, or not in time.
fn nearest(
    known: &ProtocolCache,
    mut connection: Connection,
    host: &str,
    port: u16,
    name: &str,
    time: Duration,
) -> Vec<String> {
    let (folder, last) = split(name);
    if last.len() > NAME_MAX_LEN {
        return Vec::new();
    }
    let deadline = Instant::now() + time;
    let options = http::RequestOptions {
        accept: Some("application/json"),
        is_last: true,
        ..http::RequestOptions::default()
    };
    let request = http::request(host, port, &url_path::path_of(folder), options);
    let request = known.authorize(host, port, &mut connection, request);
    if connection.say(&request, time).is_err() {
        return Vec::new();
    }
    let Answer::Head(head) = http::read_head(&mut connection, time, time) else {
        return Vec::new();
    };
    if head.status != 200 || head.coding.is_some() {
        return Vec::new();
    }
    match read(&mut connection, head.framing, deadline) {
        Some(bytes) => most_like(last, &names(&bytes))
            .into_iter()
            .map(|near| format!("{folder}{near}"))
            .collect(),
        None => Vec::new(),
    }
}

/// `photos/` and `a.jpg`.
fn split(name: &str) -> (&str, &str) {
    name.split_at(name.rfind('/').map_or(0, |at| at + 1))
}

fn read(connection: &mut Connection, framing: http::Framing, deadline: Instant) -> Option<Vec<u8>> {
    let left = deadline.saturating_duration_since(Instant::now());
    connection.wait_at_most(left).ok()?;
    let mut body = Body::new(connection, framing, left).take(LISTING_MAX_LEN + 1);
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        match body.read(&mut buffer).ok()? {
            0 => break,
            read => bytes.extend_from_slice(&buffer[..read]),
        }
        if Instant::now() >= deadline {
            return None;
        }
    }
    (bytes.len() as u64 <= LISTING_MAX_LEN).then_some(bytes)
}

fn names(json: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    let result = read_json(json, &mut |listed| {
        // They are displayed.
        let is_typed = listed.name.len() <= NAME_MAX_LEN && !listed.name.contains(is_bidi_control);
        if !listed.is_folder && is_typed {
            names.push(listed.name);
        }
        Ok::<_, Infallible>(())
    });
    if let Err(e) = result {
        log::debug!("no listing: {e}");
        return Vec::new();
    }
    names
}

fn most_like(name: &str, names: &[String]) -> Vec<String> {
    let name = name.to_lowercase();
    let stem = |name: &str| name.rsplit_once('.').map(|(stem, _)| stem.to_owned());
    let mut like: Vec<(f64, &String)> = names
        .iter()
        .map(|other| {
            let lower = other.to_lowercase();
            let whole = strsim::normalized_damerau_levenshtein(&name, &lower);
            // `notes` for `notes.txt`: people leave out the extension.
            let without = stem(&lower).is_some_and(|stem| stem == name);
            (if without { 1.0 } else { whole }, other)
        })
        .filter(|(likeness, _)| *likeness >= MIN_LIKENESS)
        .collect();
    like.sort_by(|(a, name_a), (b, name_b)| b.total_cmp(a).then(name_a.cmp(name_b)));
    like.truncate(MAX_SUGGESTIONS);
    like.into_iter().map(|(_, name)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_found() {
        let names: Vec<String> = ["notes.txt", "Note.txt", "film.mkv", "other.bin", "n"]
            .map(String::from)
            .to_vec();
        assert_eq!(most_like("ntoes.txt", &names), ["notes.txt", "Note.txt"]);
        assert_eq!(most_like("NOTES.TXT", &names)[0], "notes.txt");
        assert_eq!(most_like("film", &names), ["film.mkv"]);
        assert!(most_like("something else", &names).is_empty());
    }

    #[test]
    fn both_kinds_of_listing_are_read() {
        let ours = br#"{"path":"/","entries":[{"name":"a","kind":"file","size":3}]}"#;
        assert_eq!(names(ours), ["a"]);
        let nginx = br#"[{"name":"b","type":"file"},{"name":"c\u0007"}]"#;
        assert_eq!(names(nginx), ["b"]);
        for other in [&b"<html>"[..], b"{}", b"[1]", b"\xff"] {
            assert!(names(other).is_empty());
        }
    }

    #[test]
    fn the_folder_stays_in_front() {
        assert_eq!(split("a/b/c.txt"), ("a/b/", "c.txt"));
        assert_eq!(split("c.txt"), ("", "c.txt"));
    }
}
