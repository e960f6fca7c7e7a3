//! Sorts new requests by whether the list has them already. There may be thousands at once, so each
//! row and each request is visited only once; their number is limited, because each becomes a row
//! and waits in memory.

use std::collections::HashMap;

use super::browse::Browse;
use super::row::Row;
use landline_engine::client::Request;
use landline_engine::transfer::TransferId;

/// The most downloads that one click starts. A folder counts as one, whatever its number of files. Each row takes 2 KB of
/// memory and 250 bytes of the saved list, and every frame passes over all of them: with 20,000, a frame takes a third
/// longer than with 1,000; with 100,000, eight times as long.
pub(crate) const MAX_REQUESTS: usize = 100_000;

/// Requests sorted by what to do with them.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// New downloads, in order.
    pub new: Vec<Request>,
    /// Requests that resume the rows of these transfers.
    pub resumable: HashMap<TransferId, Request>,
    /// The number of requests that are active already.
    pub active: usize,
    /// The name of the first of those.
    pub first_active: Option<String>,
}

impl Plan {
    /// The plan for `requests`, given the rows that are active or can be resumed.
    pub(crate) fn new(requests: Vec<Request>, open: &[Row]) -> Self {
        let mut rows: HashMap<&str, Vec<&Row>> = HashMap::new();
        for row in open {
            if let Some(own) = &row.request {
                rows.entry(&own.name).or_default().push(row);
            }
        }
        let mut plan = Self::default();
        for request in requests {
            let of_name = rows.get(&*request.name);
            let same = || {
                let of_name = of_name.into_iter().flatten();
                of_name.filter(|row| row.shares_part(&request))
            };
            if same().any(|row| row.is_active()) {
                plan.active += 1;
                plan.first_active.get_or_insert(request.name);
            } else if let Some(row) = same().find(|row| row.is_unfinished()) {
                plan.resumable.insert(row.transfer.id(), request);
            } else {
                plan.new.push(request);
            }
        }
        plan
    }
}

/// The size of each request in bytes, if the listed folder has it, so that the total is known
/// before the first has started.
pub(crate) fn sizes(requests: &[Request], browse: &Browse) -> Vec<Option<u64>> {
    let mut sizes = vec![None; requests.len()];
    let (Some(place), Some(folder)) = (browse.place(), browse.folder()) else {
        return sizes;
    };
    let wanted = requests.iter().enumerate().filter_map(|(index, request)| {
        let is_there = request.port == place.port && request.host.eq_ignore_ascii_case(&place.host);
        let (path, name) = request.name.rsplit_once('/').unwrap_or(("", &request.name));
        (is_there && path == place.path && request.query.is_none()).then_some((name, index))
    });
    let wanted: HashMap<&str, usize> = wanted.collect();
    for entry in folder.entries.iter().filter(|entry| !entry.is_folder) {
        if let Some(index) = wanted.get(&*entry.name) {
            sizes[*index] = entry.size;
        }
    }
    sizes
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::app::model::transfers::Transfers;
    use crate::app::model::{add, request};
    use landline_engine::client::IfExists;
    use landline_engine::transfer::{Direction, Outcome, Transfer};
    use landline_engine::transport::CancelToken;

    #[test]
    fn each_request_is_new_resumable_or_active() {
        let mut transfers = Transfers::default();
        add(&mut transfers, "moving");
        let paused = add(&mut transfers, "paused");
        paused.end(Outcome::Paused(None));
        add(&mut transfers, "gone").end(Outcome::Cancelled);
        transfers.sample(Instant::now());
        let other_port = Request {
            port: 9,
            ..request("moving")
        };
        let overwrite = Request {
            exists: IfExists::Overwrite,
            host: "BOX".to_owned(),
            ..request("paused")
        };
        let wanted = vec![
            request("new"),
            request("moving"),
            other_port.clone(),
            overwrite.clone(),
            request("gone"),
        ];
        let plan = Plan::new(wanted, transfers.open());
        assert_eq!(plan.new, [request("new"), other_port, request("gone")]);
        assert_eq!(plan.resumable, HashMap::from([(paused.id(), overwrite)]));
        assert_eq!(plan.active, 1);
        assert_eq!(plan.first_active.as_deref(), Some("moving"));
    }

    #[test]
    fn thousands_of_active_downloads_are_matched_quickly() {
        let mut transfers = Transfers::default();
        let names: Vec<_> = (0..20_000).map(|number| format!("{number}.jpg")).collect();
        let all = names.iter().map(|name| {
            let one = Transfer::new(Direction::Download, name, "box", CancelToken::new());
            (Arc::new(one), Some(request(name)))
        });
        transfers.add_all(all);
        let wanted = names.iter().map(|name| request(name)).collect();
        let started = Instant::now();
        let plan = Plan::new(wanted, transfers.open());
        assert_eq!((plan.active, plan.new.len()), (20_000, 0));
        // Visiting every row for every request takes minutes in this build.
        assert!(started.elapsed() < Duration::from_secs(10));
    }
}
