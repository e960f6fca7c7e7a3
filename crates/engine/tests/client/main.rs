//! The download engine over real sockets, against servers of every kind.
#![allow(clippy::disallowed_methods, reason = "tests wait for what they test")]

mod answers;
mod browse;
mod busy;
mod bytes;
mod calls;
#[path = "../common/mod.rs"]
mod common;
mod copies;
mod dates;
mod failures;
mod faults;
mod folder_again;
mod folder_away;
mod folder_faults;
mod folder_index;
mod folder_kinds;
mod folder_lists;
mod folder_loops;
mod folder_namesakes;
mod folder_redirects;
mod folder_scripts;
mod folder_stops;
mod folders;
mod forged;
mod growing;
mod halting;
mod hostile;
mod hostile_digests;
mod hostile_lists;
mod hostile_versions;
mod keeping;
mod localsend;
mod names;
mod panics;
mod parts;
mod password;
mod peer;
mod protocols;
mod queue;
mod receiver;
mod rig;
mod sending;
mod sending_faults;
mod sending_shares;
mod serial;
mod servers;
#[cfg(target_os = "linux")]
mod streams;
mod tls;
mod versions;
mod weak_tags;
mod web;
