//! The field for the password of the share, and whether links open without it.

use egui::{Align2, Rect, Ui, pos2, vec2};

use crate::app::actions::Action;
use crate::app::model::{Model, Sharing};
use crate::app::symbols::{ICON_VISIBILITY, ICON_VISIBILITY_OFF};
use crate::app::theme;
use crate::app::theme::{size, space};
use crate::app::ui::page::slot;
use crate::app::ui::widgets::{self, Button, Field, Text, switch};
use crate::app::ui::{entered, left};
use crate::t;

/// Draws the field in `place`, with its label above.
pub(super) fn field(ui: &mut Ui, place: Rect, model: &mut Model, actions: &mut Vec<Action>) {
    let (label, none, about) = (t!("password"), t!("no-password"), t!("what-password-does"));
    let applies_later = model.server.sharing != Sharing::Off && model.privacy.is_changed();
    let privacy = &mut model.privacy;
    let field = Field::new(&label).of("share").hint(&none);
    let field = field.secret(privacy.is_legible).tail(size::CONTROL);
    let shown = field.show(ui, place, &mut privacy.typed);
    ui.ctx()
        .accesskit_node_builder(shown.id, |node| node.set_description(&*about));
    let shown = shown.on_hover_text(&about);
    if shown.changed() {
        privacy.is_invalid = false;
    }
    let (icon, name) = if privacy.is_legible {
        (ICON_VISIBILITY_OFF, t!("hide-password"))
    } else {
        (ICON_VISIBILITY, t!("show-password"))
    };
    let middle = pos2(place.right() - space::XS, place.center().y);
    let size = vec2(size::SMALL_CONTROL, size::SMALL_CONTROL);
    let eye = Align2::RIGHT_CENTER.anchor_size(middle, size);
    let eye_button = Button::icon_only(icon, &name).slot(slot::EYE);
    privacy.is_legible ^= eye_button.show(ui, eye).clicked();
    if applies_later {
        // Beside the label, so that nothing moves while it is typed.
        let line = place.translate(vec2(0.0, -size::LABEL - space::XS));
        let line = Rect::from_min_size(line.min, vec2(place.width(), size::LABEL));
        let words = t!("enter-applies");
        Text::caption(&words, ui)
            .align(Align2::RIGHT_CENTER)
            .show(ui, line);
    }
    if entered(ui, &shown) || left(ui, &shown) {
        actions.push(Action::ApplyPrivacy);
    }
}

/// Says in `line` that what was typed cannot be a password.
pub(super) fn error(ui: &mut Ui, line: Rect) {
    let words = t!("not-a-password");
    let text = Text::caption(&words, ui).color(theme::palette(ui).error);
    widgets::alert(&text.show(ui, line), &words);
}

/// Draws the switch for links in `row` and, where they need no password, the button that makes old ones worthless.
pub(super) fn links(ui: &mut Ui, row: Rect, model: &mut Model, actions: &mut Vec<Action>) {
    let (text, about) = (t!("links-need-no-password"), t!("what-links-carry"));
    let (new, tip) = (t!("new-link"), t!("what-new-link-does"));
    let button = Button::new(&new).tooltip(&tip).small();
    let width = button.width(ui);
    let mut place = row;
    place.max.x -= width + space::M;
    let carries = &mut model.settings.links_carry_token;
    let shown = switch(ui, place, carries, &text).on_hover_text(about);
    let has_button = *carries;
    if shown.changed() {
        actions.push(Action::ApplyPrivacy);
    }
    if has_button {
        let left = pos2(shown.rect.right() + space::M, row.top());
        let place = Rect::from_min_size(left, vec2(width, row.height()));
        if button.show(ui, place).clicked() {
            actions.push(Action::NewLink);
        }
    }
}
