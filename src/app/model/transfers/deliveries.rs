//! Rows of files that are sent to the share of another computer.

use std::sync::Arc;

use super::Transfers;
use crate::app::model::row::Row;
use landline_engine::client::{Recipient, SendRequest};
use landline_engine::transfer::{Transfer, TransferId};

impl Transfers {
    /// Adds what this side sends to a share.
    pub(crate) fn add_delivery(&mut self, transfer: Arc<Transfer>, request: SendRequest) {
        let mut row = Row::new(transfer, None);
        row.delivery = Some(request);
        self.want(row.key);
        let row = self.insert_open(row);
        let at = self.place();
        self.open.splice(at..at, row);
    }

    /// Replaces what was sent before in its row by another attempt.
    pub(crate) fn deliver_again(
        &mut self,
        before: TransferId,
        transfer: Arc<Transfer>,
        request: SendRequest,
    ) {
        let id = transfer.id();
        self.continue_with(before, transfer);
        let mut rows = self.rows_mut();
        if let Some(row) = rows.find(|row| row.transfer.id() == id) {
            row.delivery = Some(request);
        }
    }

    /// The number of active deliveries.
    pub(crate) fn deliveries(&self) -> usize {
        let is_one = |row: &&Row| row.delivery.is_some() && row.is_active();
        self.open.iter().filter(is_one).count()
    }

    /// The number of those to LocalSend devices.
    pub(crate) fn deliveries_to_devices(&self) -> usize {
        let is_one = |row: &&Row| {
            let delivery = row.delivery.as_ref().filter(|_| row.is_active());
            delivery.is_some_and(|of| of.to == Recipient::LocalSend)
        };
        self.open.iter().filter(is_one).count()
    }

    /// Whether there is a row of files that are or were sent, at the last sample.
    pub(crate) fn has_deliveries(&self) -> bool {
        self.cache.has_deliveries
    }
}
