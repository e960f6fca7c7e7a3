//! Whether a folder's files fit on the disk, before the first of them comes.

use std::convert::Infallible;
use std::path::Path;

use super::listing_file::Listing;
use crate::client::{IfExists, Request};
use crate::error::StoreError;
use crate::listing::listed::Listed;
use crate::store::existing_file::is_taken;
use crate::store::free_space;
use crate::transport::CancelToken;

/// Look whether there is room in `folder` for what is directly in the folder of `listing`, which will be
/// called `name`. What is further down is not known yet, and what is here already may do instead.
///
/// # Errors
/// [`StoreError::DiskFull`] when there is not.
pub(super) fn check(
    listing: &Listing,
    request: &Request,
    folder: &Path,
    name: &str,
    cancel: &CancelToken,
) -> Result<(), StoreError> {
    let is_new = request.exists == IfExists::Keep || !is_taken(folder, name);
    let room = free_space::available(folder);
    // What cannot be known is found out by writing.
    let Some(room) = room.filter(|_| is_new) else {
        return Ok(());
    };
    let mut needed = 0_u64;
    let mut each = |Listed { size, .. }| {
        // One that is too large by itself fails by itself, and the others arrive.
        let size = size.filter(|size| *size <= room).unwrap_or_default();
        needed = needed.saturating_add(size);
        Ok::<_, Infallible>(())
    };
    // What is wrong with it will be told by who takes it in.
    let _ = listing.read(request, &|| cancel.is_cancelled(), &mut each);
    if needed > room {
        return Err(StoreError::DiskFull {
            folder: folder.to_owned(),
            lacking: Some(needed - room),
        });
    }
    Ok(())
}
