//! Folders that lead back to one above them, as symbolic links do on servers that follow them: `bin/X11 -> .`
//! lists `bin` again, without an end.
//!
//! The listing of such a folder is the same as that of the one above: the same names, kinds, sizes and dates.
//! That alone is no proof, because a folder may hold a copy of itself. So the way from the one to the other is
//! gone many times more at once, and the listing there has to be the same, too. No folder has as many copies of
//! itself in each other. Nothing is lost if there is no proof: what leads back is fetched as many times as
//! the depth of a tree allows.

use std::convert::Infallible;
use std::hash::BuildHasher as _;

use super::below;
use super::entry::Entry;
use super::listing_file::{Listing, fetch};
use super::tree::Tree;
use crate::client::connection::FetchError;
use crate::client::http;
use crate::client::http::{Hop, RequestOptions};
use crate::client::http_session::HttpSession;
use crate::client::origin::Origin;
use crate::error::ClientError;
use crate::listing::listed::Listed;
use crate::url_path;

/// How much further down a folder has to look the same. Linux follows 40 links in one path, and macOS 32.
const PROOF_DEPTH: usize = 16;

/// Bytes of a path that any server takes.
const PATH_MAX_LEN: usize = 2_000;

/// How a listing looks that is like no other.
const UNIQUE: u64 = 0;

impl Tree<'_> {
    /// How `listing` looks, whatever the order of its entries. One with a single entry looks like no other: a
    /// folder with nothing but a folder in it is too common, and costs nothing. `each` sees every entry.
    pub(super) fn look_of(&self, listing: &Listing, each: &mut dyn FnMut(&Listed)) -> u64 {
        let (mut sum, mut count) = (UNIQUE, 0);
        let read = listing.read(self.request, &|| self.is_over(), &mut |listed| {
            each(&listed);
            let Listed {
                name,
                is_folder,
                size,
                modified,
            } = listed;
            let hash = self.hash.hash_one((name, is_folder, size, modified));
            sum = hash.wrapping_add(sum);
            count += 1;
            Ok::<_, Infallible>(())
        });
        if read.is_ok() && count > 1 {
            sum
        } else {
            UNIQUE
        }
    }

    /// Whether the folder `entry`, whose `listing` looks like `look`, leads back to one above it.
    pub(super) fn is_loop(
        &self,
        session: &mut HttpSession<'_>,
        entry: &Entry,
        listing: &Listing,
        look: u64,
    ) -> Result<bool, FetchError> {
        let own = self.path_of(entry);
        let is_above = own != listing.path && own.starts_with(&listing.path);
        if is_above && listing.path.starts_with(&self.base) {
            // Some servers redirect to their first page whatever they do not have or do not give out.
            return if self.has_same_below(session, &own, listing)? {
                Ok(true)
            } else {
                let (host, name) = (self.request.host.clone(), url_path::name_of(&own));
                Err(ClientError::NoListing { host, name }.into())
            };
        }
        let names: Vec<_> = entry.path.split('/').collect();
        let above = entry.above.iter().rposition(|&above| above == look);
        let Some(above) = above.filter(|_| look != UNIQUE) else {
            return Ok(false);
        };
        let Some(way) = names.get(above..).filter(|way| !way.is_empty()) else {
            return Ok(false);
        };
        let way = below("", &format!("{}/", way.join("/")));
        let times = PROOF_DEPTH.div_ceil(names.len() - above).max(2);
        let path = format!("{}{}", listing.path, way.repeat(times));
        if path.len() > PATH_MAX_LEN {
            return Ok(false);
        }
        let scratch = &self.dir_lock.scratch;
        let further =
            self.with_retries(|| fetch(session, self.request, &path, scratch, self.cancel()));
        match further {
            // A redirect from there proves nothing.
            Ok(further) => Ok(further.path == path && self.look_of(&further, &mut |_| {}) == look),
            Err(FetchError::Failed(_)) => Ok(false),
            Err(FetchError::Cancelled) => Err(FetchError::Cancelled),
        }
    }

    /// Whether the first entry of `listing` is also at its name below `own`, or redirected to from there.
    fn has_same_below(
        &self,
        session: &mut HttpSession<'_>,
        own: &str,
        listing: &Listing,
    ) -> Result<bool, FetchError> {
        let mut first = None;
        let _ = listing.read(self.request, &|| self.is_over(), &mut |listed| {
            first = Some(listed);
            Err(())
        });
        let Some(first) = first else {
            return Ok(false);
        };
        let name = if first.is_folder {
            format!("{}/", first.name)
        } else {
            first.name
        };
        let path = below(own, &name);
        let options = RequestOptions {
            head_only: true,
            ..RequestOptions::default()
        };
        let head = match session.ask(&path, options) {
            Ok(head) => head,
            Err(FetchError::Failed(_)) => return Ok(false),
            Err(FetchError::Cancelled) => return Err(FetchError::Cancelled),
        };
        session.close();
        Ok(match head.redirect() {
            Some(location) => {
                let Origin { host, port, .. } = session.origin();
                let there = http::follow(host, port, &path, location);
                there == Hop::Path(below(&listing.path, &name))
            }
            None => head.status == 200,
        })
    }
}
