//! A button that copies a link and then confirms it.

use std::time::{Duration, Instant};

use egui::{Rect, Ui};

use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::privacy::Link;
use crate::app::symbols::{ICON_CHECK, MaterialIcon};
use crate::app::ui::widgets::Button;
use crate::t;

/// How long the confirmation of a copy is shown.
const COPIED: Duration = Duration::from_secs(2);

/// A button that copies a link and then confirms it.
pub(super) struct Copy<'a> {
    pub text: &'a str,
    pub name: &'a str,
    pub icon: MaterialIcon,
    pub slot: usize,
    pub is_small: bool,
    /// What the link contains, if that is more than can be seen.
    pub about: Option<&'a str>,
}

/// What links to the share contain that cannot be seen.
pub(super) fn about_links(model: &Model) -> Option<String> {
    let privacy = model.privacy();
    let has_token = privacy.password.and(privacy.token).is_some();
    match (model.privacy.identity().is_some(), has_token) {
        (true, true) => Some(t!("link-has-both")),
        (true, false) => Some(t!("link-has-identity")),
        (false, true) => Some(t!("link-has-token")),
        (false, false) => None,
    }
}

impl Copy<'_> {
    fn button<'a>(&'a self, text: &'a str, name: &'a str, icon: MaterialIcon) -> Button<'a> {
        let mut button = Button::new(text).name(name).icon(icon).slot(self.slot);
        if let Some(about) = self.about {
            button = button.tooltip(about);
        }
        if self.is_small {
            button.small()
        } else {
            button
        }
    }

    /// Wide enough for both texts.
    pub(super) fn width(&self, ui: &Ui) -> f32 {
        let copied = t!("copied");
        let idle = self.button(self.text, self.name, self.icon).width(ui);
        idle.max(self.button(&copied, &copied, ICON_CHECK).width(ui))
    }

    /// Draws the button for `link`, or the confirmation.
    pub(super) fn show(&self, ui: &mut Ui, place: Rect, link: Link, actions: &mut Vec<Action>) {
        let id = ui.scope_id().with(("copied", self.slot));
        let now = Instant::now();
        let copied: Option<(Link, Instant)> = ui.data(|data| data.get_temp(id));
        let left = copied
            .filter(|(copied, _)| *copied == link)
            .and_then(|(_, at)| COPIED.checked_sub(now.saturating_duration_since(at)));
        let copied = t!("copied");
        let button = match left {
            Some(_) => self.button(&copied, &copied, ICON_CHECK),
            None => self.button(self.text, self.name, self.icon),
        };
        if let Some(left) = left {
            ui.ctx().request_repaint_after(left);
        }
        if button.show(ui, place).clicked() {
            ui.data_mut(|data| data.insert_temp(id, (link.clone(), now)));
            ui.ctx().request_repaint();
            actions.push(Action::CopyLink(link));
        }
    }
}
