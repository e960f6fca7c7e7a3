//! A listing as a page with links, from any server that makes one: which of its links lead to what
//! is directly in the folder, and to nowhere else.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::Read;

use percent_encoding::percent_decode_str;

use super::links::{Link, links};
use super::listing::{Listed, ReadError, part};
use crate::client::http::{Hop, follow, part_of, reference};

/// So many names are known again wherever they come a second time; 64 bits each, about a megabyte in
/// all. See [`Once`].
const MAX_KNOWN: usize = 65_536;

/// Where a page is from.
#[derive(Clone, Copy, Debug)]
pub(in crate::client) struct Place<'a> {
    /// As it was called.
    pub(in crate::client) host: &'a str,
    pub(in crate::client) port: u16,
    /// The folder's own path there, percent-encoded, with both its slashes.
    pub(in crate::client) path: &'a str,
}

/// Hand over what is directly in the folder at `place`, whose page is `body`, link by link. A link
/// with a query (another order, an archive) or a fragment is none of it, nor is one to another
/// server, up, or further down. The number is of those left out because their names cannot be asked
/// for.
///
/// # Errors
/// The source failed, or `each` would not go on.
pub(in crate::client) fn read_html<E>(
    body: impl Read,
    place: Place<'_>,
    each: &mut dyn FnMut(Listed) -> Result<(), E>,
) -> Result<u64, ReadError<E>> {
    read_html_from(place.path, body, place, each)
}

/// As [`read_html`], for a page that was asked for at `own` (percent-encoded).
pub(in crate::client) fn read_html_from<E>(
    own: &str,
    body: impl Read,
    place: Place<'_>,
    each: &mut dyn FnMut(Listed) -> Result<(), E>,
) -> Result<u64, ReadError<E>> {
    let mut base = None;
    let mut skipped = 0;
    let mut once = Once::default();
    for link in links(body) {
        let href = match link.map_err(ReadError::Source)? {
            Link::To(href) => href,
            Link::Base(href) => {
                // The first of several counts (HTML section 4.2.3).
                base.get_or_insert_with(|| place.base(own, &href));
                continue;
            }
        };
        let base = match &base {
            None => own,
            Some(Base::Path(path)) => path,
            Some(Base::Elsewhere) => continue,
        };
        match place.child(base, &href) {
            Child::Entry(listed) => {
                if let Some(ready) = once.take(listed) {
                    each(ready).map_err(ReadError::Stopped)?;
                }
            }
            Child::Unnameable => skipped += 1,
            Child::None => {}
        }
    }
    if let Some(ready) = once.last {
        each(ready).map_err(ReadError::Stopped)?;
    }
    Ok(skipped)
}

/// From where a page's links are to be seen.
enum Base {
    /// From a path of the same server.
    Path(String),
    /// From elsewhere: then none leads to this folder.
    Elsewhere,
}

/// What a link leads to.
enum Child {
    Entry(Listed),
    /// Something in the folder, but its name is no part of a path.
    Unnameable,
    /// Something else.
    None,
}

impl Place<'_> {
    fn base(&self, own: &str, href: &[u8]) -> Base {
        match follow(self.host, self.port, own, &reference(href)) {
            Hop::Path(path) => Base::Path(path),
            Hop::Elsewhere { .. } => Base::Elsewhere,
        }
    }

    fn child(&self, base: &str, href: &[u8]) -> Child {
        let href = reference(href);
        if href.contains(['#', '?']) {
            return Child::None;
        }
        let Hop::Path(path) = follow(self.host, self.port, base, &href) else {
            return Child::None;
        };
        let (path, is_folder) = match path.strip_suffix('/') {
            Some(path) => (path, true),
            None => (path.as_str(), false),
        };
        let Some((folder, name)) = path.rsplit_once('/') else {
            return Child::None;
        };
        let own = self.path.strip_suffix('/').unwrap_or(self.path);
        if name.is_empty() || !is_same_folder(folder, own) {
            return Child::None;
        }
        match part(part_of(name)) {
            Some(name) => Child::Entry(Listed {
                name,
                is_folder,
                size: None,
                modified: None,
            }),
            None => Child::Unnameable,
        }
    }
}

/// Whether both paths, without their last slash, are of one folder, whatever they encode that need not be (RFC 3986 section
/// 6.2.2.2). An encoded slash stays within its part.
fn is_same_folder(one: &str, other: &str) -> bool {
    let mut one = one.split('/');
    let mut other = other.split('/');
    loop {
        match (one.next(), other.next()) {
            (Some(one), Some(other)) if percent_decode_str(one).eq(percent_decode_str(other)) => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}

/// Lets each name through once.
///
/// Pages link to one thing twice in two ways: from its icon and its name, which are neighbours, and,
/// rarely, from two views of the same folder (tiles and lines). The neighbours are known again
/// without any memory; the others by a hash of their names, the first [`MAX_KNOWN`] of them. Pages
/// with two views are made for people, and are never so long. Should a later name come twice all the
/// same, the file is fetched twice and nothing is lost.
#[derive(Default)]
struct Once {
    known: HashSet<u64>,
    /// Keyed anew for each page, so that no server can make two names look the same.
    hash: RandomState,
    /// Held back until the next name comes: a second link may have the slash that the first lacks.
    last: Option<Listed>,
}

impl Once {
    /// What is ready to be handed over, now that `listed` has come.
    fn take(&mut self, listed: Listed) -> Option<Listed> {
        if let Some(last) = &mut self.last
            && last.name == listed.name
        {
            last.is_folder |= listed.is_folder;
            return None;
        }
        let hash = self.hash.hash_one(&listed.name);
        if self.known.contains(&hash) {
            return None;
        }
        if self.known.len() < MAX_KNOWN {
            self.known.insert(hash);
        }
        self.last.replace(listed)
    }
}

#[cfg(test)]
mod tests;
