//! The window title, which is all that a taskbar shows of a minimised window.

use super::Model;
use super::transfers::Transfers;
use crate::t;

impl Model {
    /// `42% - Landline` with the progress of all active downloads or, if no download has a known
    /// size, of all uploads; otherwise only the name.
    pub(crate) fn title(&self) -> String {
        let percent = |transfers: &Transfers| transfers.totals().and_then(|all| all.percent());
        let downloads = percent(&self.client.transfers);
        match downloads.or_else(|| percent(&self.server.transfers)) {
            Some(percent) => t!("percent-title", percent = u64::from(percent)),
            None => t!("landline"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use super::*;
    use landline_engine::transfer::{Direction, Outcome, Protocol, Transfer};
    use landline_engine::transport::CancelToken;

    fn add(transfers: &mut Transfers, done: u64, total: Option<u64>) -> Arc<Transfer> {
        let transfer = Transfer::new(Direction::Download, "a", "box", CancelToken::new());
        transfer.start(Protocol::Http, total);
        transfer.advance(done);
        let transfer = Arc::new(transfer);
        transfers.add(Arc::clone(&transfer), None);
        transfer
    }

    fn title(model: &mut Model) -> String {
        model.sample(Instant::now());
        model.title()
    }

    #[test]
    fn the_title_shows_the_progress_of_all_downloads() {
        let mut model = Model::default();
        assert_eq!(title(&mut model), "Landline");
        let downloads = &mut model.client.transfers;
        let first = add(downloads, 100, Some(100));
        add(downloads, 100, Some(1_900));
        assert_eq!(title(&mut model), "10% - Landline");
        // Completed transfers count until the whole batch has ended.
        first.end(Outcome::Sent);
        assert_eq!(title(&mut model), "10% - Landline");
    }

    #[test]
    fn uploads_count_if_no_download_has_a_known_size() {
        let mut model = Model::default();
        add(
            &mut model.server.transfers,
            u64::MAX - 2,
            Some(u64::MAX - 1),
        );
        let unknown = add(&mut model.client.transfers, 700, None);
        assert_eq!(title(&mut model), "99% - Landline");
        unknown.end(Outcome::Cancelled);
        model.sample(Instant::now());
        add(&mut model.client.transfers, 7, Some(100));
        assert_eq!(title(&mut model), "7% - Landline");
    }

    #[test]
    fn an_empty_file_has_no_percent() {
        let mut model = Model::default();
        add(&mut model.client.transfers, 0, Some(0));
        assert_eq!(title(&mut model), "Landline");
    }
}
