//! Connects a transfer to the byte pump: it counts the bytes of the body, and its cancel token stops the
//! copying.

use std::time::Duration;

use super::Transfer;
use crate::transport::pump::Meter;
use crate::transport::trace::WaitFor;

impl Meter for Transfer {
    fn advance(&self, bytes: u64) {
        Transfer::advance(self, bytes);
    }

    fn waited(&self, what: WaitFor, time: Duration) {
        Transfer::waited(self, what, time);
    }

    fn is_cancelled(&self) -> bool {
        self.cancel().is_cancelled()
    }
}
