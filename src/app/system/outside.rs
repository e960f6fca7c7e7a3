//! What is seen of Landline when its window is not: the title on a task bar, and a notification when
//! the downloads are over.

use std::time::Instant;

use egui::{Context, ViewportCommand};

use super::notify::Notifier;
use crate::app::model::{Model, Notice};
use crate::t;

/// Keeps it up to date.
#[derive(Debug)]
pub(crate) struct Outside {
    notifier: Notifier,
    /// What the system has.
    title: String,
}

impl Outside {
    /// As a window begins.
    pub(crate) fn new() -> Self {
        Self {
            notifier: Notifier::start(),
            title: t!("landline"),
        }
    }

    /// Tell the system what is new. Returns at once.
    pub(crate) fn look_at(&mut self, model: &mut Model, ctx: &Context, now: Instant) {
        let is_in_front = ctx.input(|input| {
            let window = input.viewport();
            window.focused != Some(false) && window.minimized != Some(true)
        });
        if let Some(Notice { title, body }) = model.notice_outside(now, is_in_front) {
            let body = body.map(|body| body.to_string()).unwrap_or_default();
            self.notifier.show(title.to_string(), body);
        }
        let title = model.title();
        if title != self.title {
            self.title.clone_from(&title);
            ctx.send_viewport_cmd(ViewportCommand::Title(title));
        }
    }
}
