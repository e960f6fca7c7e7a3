//! What is visible while the window is not: the title in the taskbar, and a notification when the
//! downloads are complete or somebody wants to send files.

use std::time::Instant;

use egui::{Context, UserAttentionType, ViewportCommand};

use super::notify::Notifier;
use crate::app::model::{Model, Notice};
use crate::format::printable;
use crate::t;

/// Updates the title and shows notifications.
#[derive(Debug)]
pub(crate) struct Taskbar {
    notifier: Notifier,
    /// The current title.
    title: String,
}

impl Taskbar {
    /// As a window begins.
    pub(crate) fn new() -> Self {
        Self {
            notifier: Notifier::start(),
            title: t!("landline"),
        }
    }

    /// Updates the title and shows a pending notification. Returns at once.
    pub(crate) fn look_at(&mut self, model: &mut Model, ctx: &Context, now: Instant) {
        let is_in_front = ctx.input(|input| {
            let window = input.viewport();
            window.focused != Some(false) && window.minimized != Some(true)
        });
        let request = model.take_request(is_in_front);
        if request.is_some() {
            let attention = UserAttentionType::Informational;
            ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(attention));
        }
        // Somebody waits for an answer to a request.
        if let Some(notice) = request.or_else(|| model.take_notification(now, is_in_front)) {
            let (title, body) = words(&notice);
            self.notifier.show(title, body);
        }
        let title = model.title();
        if title != self.title {
            self.title.clone_from(&title);
            ctx.send_viewport_cmd(ViewportCommand::Title(title));
        }
    }
}

/// The text of a notification, without bidirectional control characters from a peer's file name,
/// which desktops would honour.
fn words(Notice { title, body }: &Notice) -> (String, String) {
    let body = body.as_ref().map(ToString::to_string);
    let body = printable(&body.unwrap_or_default(), true);
    (printable(&title.to_string(), false), body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentence;

    #[test]
    fn a_name_cannot_reverse_the_text_of_a_notification() {
        let name = "a\u{202e}gpj.exe";
        let notice = Notice {
            title: sentence!("download-failed", name = name),
            body: Some(sentence!("no-such-file", host = "box", name = name)),
        };
        let (title, body) = words(&notice);
        assert_eq!(title, "a gpj.exe could not be downloaded");
        assert!(body.starts_with("box has no file “a gpj.exe”."), "{body}");
        let nothing = Notice {
            body: None,
            ..notice
        };
        assert_eq!(words(&nothing).1, "");
    }
}
