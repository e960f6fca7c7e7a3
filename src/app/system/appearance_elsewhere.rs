//! On Windows and macOS, egui follows the system's appearance itself.

use crate::app::inbox::Outbox;

/// Does nothing.
#[derive(Debug)]
pub(crate) struct Appearance;

impl Appearance {
    pub(crate) fn read() -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "called as on Linux")]
    pub(crate) fn tell(self, _outbox: Outbox) {}
}
