//! How long the window takes to come up and to draw, for `benches/window.py`: in the log, at levels that
//! are off unless somebody measures.

use std::time::Instant;

/// Notes when frames are drawn.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    /// When the program began, until its first frame is there.
    began: Option<Instant>,
}

impl Frames {
    /// Of a program that began then.
    pub(crate) fn since(began: Instant) -> Self {
        Self { began: Some(began) }
    }

    /// A frame begins; the one before took this many seconds of work, waiting for the screen not
    /// included. There is none before the first.
    pub(crate) fn begin(&mut self, last_secs: Option<f32>) {
        let Some(secs) = last_secs else {
            return;
        };
        if let Some(began) = self.began.take() {
            log::debug!("first frame after {} ms", began.elapsed().as_millis());
        }
        log::trace!("frame took {:.3} ms", f64::from(secs) * 1000.0);
    }
}
