//! A listing as a page with links, from any server that makes one: which of its links lead to what
//! is directly in the folder, and to nowhere else.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io::Read;

use percent_encoding::percent_decode_str;

use super::links::{Link, links};
use super::listed::{Listed, ReadError, part};
use crate::url_path::part_of;
use landline_http1::redirect::{Hop, follow, reference};

/// So many names are known again wherever they come a second time; 64 bits each, about a megabyte in
/// all. See [`Once`].
const MAX_KNOWN: usize = 65_536;

/// Where a page is from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// As it was called.
    pub(crate) host: &'a str,
    pub(crate) port: u16,
    /// The folder's own path there, percent-encoded, with both its slashes.
    pub(crate) path: &'a str,
}

/// Hand over what is directly in the folder at `place`, whose page is `body`, link by link. A link
/// with a query (another order, an archive) or a fragment is none of it, unless its text shows that they
/// are part of a name; nor is one to another server, up, or further down. The number is of those left out because their names cannot be asked
/// for.
///
/// # Errors
/// The source failed, or `each` would not go on.
pub(crate) fn read_html<E>(
    body: impl Read,
    place: Place<'_>,
    each: &mut dyn FnMut(Listed) -> Result<(), E>,
) -> Result<u64, ReadError<E>> {
    read_html_from(place.path, body, place, each)
}

/// As [`read_html`], for a page that was asked for at `own` (percent-encoded).
pub(crate) fn read_html_from<E>(
    own: &str,
    body: impl Read,
    place: Place<'_>,
    each: &mut dyn FnMut(Listed) -> Result<(), E>,
) -> Result<u64, ReadError<E>> {
    let mut skipped = 0;
    let mut once = Once::default();
    place.seen(own, body, &mut |base, link| {
        let Link::To(href) = link else { return Ok(()) };
        match place.child(base, &href) {
            Child::Entry(listed) => match once.take(listed) {
                Some(ready) => each(ready),
                None => Ok(()),
            },
            Child::Unnameable => {
                skipped += 1;
                Ok(())
            }
            Child::None => Ok(()),
        }
    })?;
    if let Some(ready) = once.last {
        each(ready).map_err(ReadError::Stopped)?;
    }
    Ok(skipped)
}

/// Hand over what the page `body` of the folder at `place` leads to or needs inside that folder, however far
/// down: their names are paths. For a page that somebody has written, and no list. Of what is in a folder
/// that it leads to, only that folder is handed over.
///
/// # Errors
/// As [`read_html`].
pub(crate) fn read_index<E>(
    body: impl Read,
    place: Place<'_>,
    each: &mut dyn FnMut(Listed) -> Result<(), E>,
) -> Result<u64, ReadError<E>> {
    /// A page that somebody has written has a thousandth of it.
    const PATHS_MAX_LEN: usize = 16 << 20;

    let mut found = BTreeMap::new();
    let (mut skipped, mut len) = (0, 0);
    let is_read = place.seen(place.path, body, &mut |base, link| {
        let (Link::To(href) | Link::Part(href)) = link else {
            return Ok(());
        };
        let Some((names, is_folder)) = place.inside(base, &href) else {
            return Ok(());
        };
        if let Some(names) = names.into_iter().collect::<Option<Vec<_>>>() {
            let path = names.join("/");
            len += path.len();
            *found.entry(path).or_default() |= is_folder;
        } else {
            skipped += 1;
        }
        if len > PATHS_MAX_LEN { Err(()) } else { Ok(()) }
    });
    if let Err(ReadError::Source(e)) = is_read {
        return Err(ReadError::Source(e));
    }
    let is_known = |path: &str| found.contains_key(path);
    let is_in_another = |path: &str| path.match_indices('/').any(|(at, _)| is_known(&path[..at]));
    for (path, is_folder) in &found {
        if !is_in_another(path) {
            let listed = Listed {
                name: path.clone(),
                is_folder: *is_folder,
                size: None,
                modified: None,
            };
            each(listed).map_err(ReadError::Stopped)?;
        }
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
    /// Hand over each link of `body`, which was asked for at `own`, and the path from which it is to be seen.
    fn seen<E>(
        &self,
        own: &str,
        body: impl Read,
        each: &mut dyn FnMut(&str, Link) -> Result<(), E>,
    ) -> Result<(), ReadError<E>> {
        let mut base = None;
        for link in links(body) {
            let link = link.map_err(ReadError::Source)?;
            if let Link::Base(href) = &link {
                // The first of several counts (HTML section 4.2.3).
                base.get_or_insert_with(|| self.base(own, href));
                continue;
            }
            let base = match &base {
                None => own,
                Some(Base::Path(path)) => path,
                Some(Base::Elsewhere) => continue,
            };
            each(base, link).map_err(ReadError::Stopped)?;
        }
        Ok(())
    }

    fn base(&self, own: &str, href: &[u8]) -> Base {
        match follow(self.host, self.port, own, &reference(href)) {
            Hop::Path(path) => Base::Path(path),
            Hop::Elsewhere { .. } => Base::Elsewhere,
        }
    }

    fn child(&self, base: &str, href: &[u8]) -> Child {
        let Some((mut names, is_folder)) = self.inside(base, href) else {
            return Child::None;
        };
        match (names.pop(), names.is_empty()) {
            (Some(Some(name)), true) => Child::Entry(Listed {
                name,
                is_folder,
                size: None,
                modified: None,
            }),
            (Some(None), true) => Child::Unnameable,
            _ => Child::None,
        }
    }

    /// What `href`, seen from `base`, leads to inside the folder: the names on the way, as far as they can be
    /// asked for again, and whether it is a folder.
    fn inside(&self, base: &str, href: &[u8]) -> Option<(Vec<Option<String>>, bool)> {
        let href = reference(href);
        if href.contains(['#', '?']) {
            return None;
        }
        let Hop::Path(path) = follow(self.host, self.port, base, &href) else {
            return None;
        };
        let (path, is_folder) = match path.strip_suffix('/') {
            Some(path) => (path, true),
            None => (path.as_str(), false),
        };
        // Both may encode what need not be (RFC 3986 section 6.2.2.2). An encoded slash stays within its part.
        let mut parts = path.split('/');
        let own = self.path.strip_suffix('/').unwrap_or(self.path);
        let mut own = own.split('/').map(percent_decode_str);
        if !own.all(|own| {
            parts
                .next()
                .map(percent_decode_str)
                .is_some_and(|part| part.eq(own))
        }) {
            return None;
        }
        let names: Vec<_> = parts.collect();
        if names.iter().all(|name| name.is_empty()) {
            return None;
        }
        let names = names.into_iter().map(|name| part(part_of(name)));
        Some((names.collect(), is_folder))
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
