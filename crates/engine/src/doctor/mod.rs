//! Finds out why a device cannot be reached. It changes nothing, and what it sends stays on the local network.
//!
//! [`examine`] gathers [`Facts`] by small probes that run side by side, each with a deadline; [`diagnose`], which is pure,
//! turns what is known so far into checks and picks the cause.

mod check;
mod diagnose;
mod examine;
mod facts;
pub mod firewall;
mod probe;
mod sys;

pub use self::check::{Check, CheckKind, Diagnosis, Finding, Rating};
pub use self::diagnose::diagnose;
pub use self::examine::{OwnShare, Target, examine};
pub use self::facts::{
    Answer, Facts, Medium, Network, Others, OwnReach, Peer, Service, Way, WayBack,
};
