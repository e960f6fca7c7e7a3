//! Nothing outside the shared folder is served, whatever the name and whatever happens to the folder
//! meanwhile. Beside and above it lie files with a mark; not a byte of one may be in any answer.

#[cfg(unix)]
mod cycles;
#[cfg(unix)]
mod nodes;
#[cfg(unix)]
mod races;
mod rig;
mod selection;
mod spellings;
mod traversal;
