//! The lock that shows whether others on the network can read what a server sends, with the words of its identity.

use egui::{Rect, Response, Role, Sense, Ui, WidgetInfo, pos2};

use super::widgets::Text;
use crate::app::symbols::{ICON_LOCK, ICON_NO_ENCRYPTION};
use crate::app::theme;
use crate::app::theme::font;
use crate::t;
use landline_engine::identity::{Fingerprint, Protection, Trust};

/// The size of the lock.
pub(crate) const SIZE: f32 = 16.0;
/// From the left edge of the lock to that of the words.
const WORDS: f32 = 21.0;

/// The four words of an identity.
pub(crate) fn words(of: Fingerprint) -> String {
    of.words().join(" ")
}

/// The words that people compare, unless the system vouches for the server.
pub(crate) fn words_of(protection: Protection) -> Option<String> {
    match protection {
        Protection::Tls {
            trust: Trust::System,
            ..
        }
        | Protection::None => None,
        Protection::Tls { fingerprint, .. } => Some(words(fingerprint)),
    }
}

/// What the lock means.
pub(crate) fn about(protection: Protection, host: &str) -> String {
    match protection {
        Protection::None => t!("lock-open"),
        Protection::Tls {
            trust: Trust::System,
            ..
        } => t!("lock-of-system", host = host),
        Protection::Tls { .. } => t!("lock-closed"),
    }
}

/// A line about the connection, for a tooltip.
pub(crate) fn line(protection: Protection, host: &str) -> String {
    match words_of(protection) {
        Some(words) => t!("encrypted-with-words", words = words),
        None => about(protection, host),
    }
}

/// Draws the lock at the left of `place`, and the words after it if there is space; returns the right edge.
pub(crate) fn ui(ui: &mut Ui, place: Rect, protection: Protection, host: &str) -> f32 {
    if place.width() < SIZE {
        return place.left();
    }
    let about = about(protection, host);
    let words = words_of(protection);
    let mut right = place.left() + SIZE;
    if let Some(words) = &words {
        let text = Text::new(words)
            .font(font::regular(font::NUMBER))
            .color(theme::palette(ui).muted);
        let rest = place.with_min_x(place.left() + WORDS);
        if text.width(ui) <= rest.width() {
            let shown = text.show(ui, rest);
            right = shown.rect.right();
            shown.on_hover_text(&about);
            glyph(ui, place, protection).on_hover_text(&about);
            return right;
        }
    }
    glyph_ui(ui, place, protection, host);
    right
}

/// Draws the lock alone at the left of `place`; the words are in its tooltip.
pub(crate) fn glyph_ui(ui: &mut Ui, place: Rect, protection: Protection, host: &str) {
    let about = about(protection, host);
    let tip = match words_of(protection) {
        Some(words) => format!("{words}\n{about}"),
        None => about,
    };
    glyph(ui, place, protection).on_hover_text(tip);
}

/// Draws the lock of what is not encrypted at the left of `place`, and says so.
pub(crate) fn unencrypted_ui(ui: &mut Ui, place: Rect) {
    let words = t!("unencrypted");
    Text::caption(&words, ui).show(ui, place.with_min_x(place.left() + WORDS));
    glyph_ui(ui, place, Protection::None, "");
}

/// Draws the lock at the left of `place`.
fn glyph(ui: &Ui, place: Rect, protection: Protection) -> Response {
    let palette = theme::palette(ui);
    let (icon, color, name) = if protection.is_encrypted() {
        (ICON_LOCK, palette.good, t!("encrypted"))
    } else {
        (ICON_NO_ENCRYPTION, palette.muted, t!("unencrypted"))
    };
    let middle = pos2(place.left() + SIZE / 2.0, place.center().y);
    let rect = Rect::from_center_size(middle, egui::Vec2::splat(SIZE));
    let response = ui.interact(rect, ui.scope_id().with("lock"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
    let painter = ui.painter();
    let galley = painter.layout_no_wrap(icon.codepoint.to_owned(), font::icon(icon, SIZE), color);
    let at = egui::Align2::CENTER_CENTER.align_size_within_rect(galley.size(), rect);
    painter.galley(at.min, galley, color);
    response
}
