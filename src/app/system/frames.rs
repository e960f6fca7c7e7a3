//! Logs startup and frame times for `benches/window.py`, at levels that are off by default.

use std::time::Instant;

/// Measures frames.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    /// When the program started; `None` after the first frame.
    began: Option<Instant>,
}

impl Frames {
    /// For a program that started at `began`.
    pub(crate) fn since(began: Instant) -> Self {
        Self { began: Some(began) }
    }

    /// Records the start of a frame. `last_secs` is the CPU time of the previous frame, without
    /// waiting for the screen, if there was one.
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
