//! Windows and macOS tell the window itself whether the system is dark, and egui takes it from there.

use crate::app::inbox::Outbox;

/// Nothing.
#[derive(Debug)]
pub(crate) struct Appearance;

impl Appearance {
    /// Nothing to ask for.
    pub(crate) fn read() -> Self {
        Self
    }

    /// Nothing to tell.
    #[expect(clippy::unused_self, reason = "called as on Linux")]
    pub(crate) fn tell(self, _outbox: Outbox) {}
}
