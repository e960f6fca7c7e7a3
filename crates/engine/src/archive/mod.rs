//! ZIP archives without compression (PKWARE's APPNOTE 6.3.10): which bytes they have, and where. Pure.
//!
//! Every length follows from the names and sizes alone, so that the length of an archive is known, and any part of it can
//! be made, before a file has been read. ZIP64 is used where a number does not fit otherwise, and nowhere else.

mod layout;
mod name;
mod record;
#[cfg(test)]
mod tests;
mod time;

pub use self::layout::{Item, Layout, NewItem, TooManyNames};
pub use self::name::{has_risk, safe_path};
pub use self::record::{DIRECTORY_CRC_AT, LOCAL_CRC_AT};
pub use self::time::Stamp;
