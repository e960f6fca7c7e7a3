//! A transfer counts the bytes of its body, and its cancel token ends the copying.

use super::Transfer;
use crate::transport::pump::Meter;

impl Meter for Transfer {
    fn advance(&self, bytes: u64) {
        Transfer::advance(self, bytes);
    }

    fn is_cancelled(&self) -> bool {
        self.cancel().is_cancelled()
    }
}
