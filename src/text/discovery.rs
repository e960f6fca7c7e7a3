//! Why devices nearby cannot be found, or cannot find this one.

use super::{Describe, Sentence};
use crate::sentence;
use landline_engine::discovery::Unavailable;

impl Describe for Unavailable {
    fn sentence(&self) -> Sentence {
        match self {
            Unavailable::NoNetwork => sentence!("nearby-no-network"),
            Unavailable::Refused(reason) => sentence!("nearby-refused", reason = reason),
            Unavailable::Flooded => sentence!("nearby-flooded"),
        }
    }
}
