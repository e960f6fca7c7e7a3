//! The rows of a conversation: one for each piece and event, or one for several pieces that are joined.

use std::ops::Range;

use landline_engine::call::{Entry, EntryKind};

/// A row of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    /// The entries that it shows: one, or several pieces of the same side.
    pub entries: Range<usize>,
    /// The number of entries that had been dropped before its first one, so that it keeps its identity.
    pub at: u64,
    /// The height in points, with a hash of what it depends on: cached by the UI.
    pub height: Option<(f32, u64)>,
}

/// The side that a piece is from; `None` for an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// This one.
    Own,
    /// The other one.
    Peer,
}

/// The side that `entry` is a piece from.
pub(crate) fn side(entry: &Entry) -> Option<Side> {
    match entry.kind {
        EntryKind::Sent { .. } => Some(Side::Own),
        EntryKind::Received { .. } => Some(Side::Peer),
        _ => None,
    }
}

/// The rows for `entries`. Those that were in `before` keep their heights.
pub(super) fn items(entries: &[Entry], joins: bool, before: Vec<Item>) -> Vec<Item> {
    let dropped = match entries.first().map(|entry| &entry.kind) {
        Some(EntryKind::Dropped { count }) => *count,
        _ => 0,
    };
    let mut items: Vec<Item> = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        if joins
            && let Some(last) = items.last_mut()
            && side(entry).is_some()
            && side(entry) == side(&entries[last.entries.start])
        {
            last.entries.end = index + 1;
            continue;
        }
        // The note about what was dropped takes the place of the last of it.
        let at = (dropped + index as u64).saturating_sub(u64::from(dropped > 0));
        items.push(Item {
            entries: index..index + 1,
            at,
            height: None,
        });
    }
    let mut before = before.into_iter().peekable();
    for item in &mut items {
        while before.next_if(|old| old.at < item.at).is_some() {}
        let is_same = |old: &Item| old.at == item.at && old.entries.len() == item.entries.len();
        item.height = before.next_if(is_same).and_then(|old| old.height);
    }
    items
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn entry(kind: EntryKind) -> Entry {
        Entry {
            at: Duration::ZERO,
            kind,
        }
    }

    fn received() -> Entry {
        entry(EntryKind::Received {
            bytes: b"a"[..].into(),
        })
    }

    fn sent() -> Entry {
        entry(EntryKind::Sent {
            bytes: b"a"[..].into(),
            end: 1,
            is_automatic: false,
        })
    }

    fn ranges(items: &[Item]) -> Vec<Range<usize>> {
        items.iter().map(|item| item.entries.clone()).collect()
    }

    #[test]
    fn pieces_of_one_side_are_joined_if_asked() {
        let entries = [
            entry(EntryKind::Connected(None)),
            sent(),
            received(),
            received(),
            entry(EntryKind::PeerFin),
            entry(EntryKind::OwnFin),
        ];
        let single = ranges(&items(&entries, false, Vec::new()));
        assert_eq!(single, [0..1, 1..2, 2..3, 3..4, 4..5, 5..6]);
        let joined = ranges(&items(&entries, true, Vec::new()));
        assert_eq!(joined, [0..1, 1..2, 2..4, 4..5, 5..6]);
    }

    #[test]
    fn heights_stay_while_entries_come_and_go() {
        let mut entries = vec![entry(EntryKind::Connected(None)), sent(), received()];
        let mut before = items(&entries, false, Vec::new());
        for (item, height) in before.iter_mut().zip([0.0, 10.0, 20.0]) {
            item.height = Some((height, 0));
        }
        entries.push(received());
        let heights = |items: &[Item]| -> Vec<Option<f32>> {
            items
                .iter()
                .map(|item| item.height.map(|of| of.0))
                .collect()
        };
        let grown = items(&entries, false, before.clone());
        assert_eq!(heights(&grown), [Some(0.0), Some(10.0), Some(20.0), None]);
        // Two are dropped; a note says so in the place of one.
        let entries = [
            entry(EntryKind::Dropped { count: 2 }),
            received(),
            received(),
        ];
        let shrunk = items(&entries, false, grown.clone());
        assert_eq!(heights(&shrunk), [Some(10.0), Some(20.0), None]);
        // A joined piece grows.
        let joined = items(&entries, true, grown);
        assert_eq!(heights(&joined), [Some(10.0), None]);
    }
}
