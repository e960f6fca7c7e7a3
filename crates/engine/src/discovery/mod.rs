//! Which devices on the local network announce a share, and announcing ours (DNS-SD over mDNS, RFC 6763 and RFC 6762).
//! Nothing that is found is ever trusted.

mod name;

pub use self::name::{NAME_MAX_LEN, announced_name, computer_name};
