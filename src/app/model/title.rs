//! What stands in the window's title: on a task bar it is all that is seen of a minimised window.

use super::Model;
use super::transfers::Transfers;
use crate::t;

impl Model {
    /// `42 % - Landline` while downloads are on their way whose sizes are known, or uploads, if there are
    /// no such downloads; else only the name.
    pub(crate) fn title(&self) -> String {
        let downloads = percent(&self.client.transfers);
        match downloads.or_else(|| percent(&self.server.transfers)) {
            Some(percent) => t!("percent-title", percent = percent),
            None => t!("landline"),
        }
    }
}

/// How far all are together, of those on their way whose sizes are known. 100 only when all is there.
fn percent(transfers: &Transfers) -> Option<u64> {
    let (mut done, mut total) = (0, 0);
    for row in transfers.moving() {
        if let Some(of_row) = row.total() {
            done += u128::from(row.transfer.done().min(of_row));
            total += u128::from(of_row);
        }
    }
    u64::try_from((done * 100).checked_div(total)?).ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::net::{Cancel, Dialect, Direction, Outcome, Transfer};

    fn add(transfers: &mut Transfers, done: u64, total: Option<u64>) -> Arc<Transfer> {
        let transfer = Transfer::new(Direction::Download, "a", "box", Cancel::new());
        transfer.moving(Dialect::Http, total);
        transfer.advance(done);
        let transfer = Arc::new(transfer);
        transfers.add(Arc::clone(&transfer), None);
        transfer
    }

    #[test]
    fn it_says_how_far_all_downloads_are_together() {
        let mut model = Model::default();
        assert_eq!(model.title(), "Landline");
        let downloads = &mut model.client.transfers;
        let first = add(downloads, 50, Some(100));
        add(downloads, 700, None);
        add(downloads, 1, Some(1_000));
        assert_eq!(model.title(), "4 % - Landline");
        // What is over does not count any more.
        first.end(Outcome::Cancelled);
        assert_eq!(model.title(), "0 % - Landline");
    }

    #[test]
    fn uploads_count_where_no_download_has_a_known_size() {
        let mut model = Model::default();
        add(
            &mut model.server.transfers,
            u64::MAX - 2,
            Some(u64::MAX - 1),
        );
        add(&mut model.client.transfers, 700, None);
        assert_eq!(model.title(), "99 % - Landline");
        let download = add(&mut model.client.transfers, 7, Some(100));
        assert_eq!(model.title(), "7 % - Landline");
        download.advance(200);
        assert_eq!(model.title(), "100 % - Landline");
    }

    #[test]
    fn an_empty_file_has_no_percent() {
        let mut model = Model::default();
        add(&mut model.client.transfers, 0, Some(0));
        assert_eq!(model.title(), "Landline");
    }
}
