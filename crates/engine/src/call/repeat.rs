//! Sends a piece again and again.

use std::sync::Arc;
use std::time::Duration;

use super::conversation::Conversation;
use crate::error::ClientError;
use crate::threads;
use crate::transport::CancelToken;

/// The shortest interval of a repetition: a hundred a second are more than anyone can look at.
pub const INTERVAL_MIN: Duration = Duration::from_millis(10);

/// Starts a thread that repeats `bytes`, and ends an earlier one.
pub(super) fn start(conversation: &Arc<Conversation>, bytes: Vec<u8>, interval: Duration) {
    let stop = CancelToken::new();
    conversation.set_repeating(Some(stop.clone()));
    let repeated = Arc::clone(conversation);
    let interval = interval.max(INTERVAL_MIN);
    let spawned = threads::spawn("repeat", move || {
        while !stop.is_cancelled() {
            if repeated.queued() == 0 {
                if !repeated.send(bytes.clone(), true) {
                    break;
                }
                repeated.answered();
            }
            stop.wait(interval);
        }
    });
    if let Err(e) = spawned {
        conversation.set_repeating(None);
        conversation.note(ClientError::from_system(&e));
    }
}
