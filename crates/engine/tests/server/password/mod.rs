//! The password of a share: strangers find out nothing, whoever has it notices nothing.

mod brute_force;
mod credentials;
mod encrypted;
mod links;
mod live;
pub mod rig;
mod sign_in;
mod strangers;
