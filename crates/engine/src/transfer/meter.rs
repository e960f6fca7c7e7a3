//! Connects a transfer to the byte pump: it counts the bytes of the body, and its cancel token stops the
//! copying.

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
