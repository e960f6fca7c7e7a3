//! What the system tells the window, and what the window tells the system.

pub(super) mod notify;
