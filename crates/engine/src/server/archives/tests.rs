//! Limits of archives.
