//! The question whether to forget the identity of a computer: the words of both side by side.

use egui::{Rect, Sense, Ui, pos2, vec2};

use super::dialog::Parts;
use super::lock;
use super::page::Row;
use super::widgets::{Button, Text};
use crate::app::actions::Forgotten;
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::t;
use landline_engine::identity::Fingerprint;

/// Wide enough for two groups of words.
const WIDTH: f32 = 420.0;

/// Draws the content; the default is to keep it.
pub(super) fn content(ui: &mut Ui, of: &Forgotten) -> Parts<Option<bool>> {
    let width = WIDTH.min(ui.ctx().content_rect().width() - 4.0 * space::XL);
    let palette = theme::palette(ui);
    let (title, about) = match of.found {
        Some(_) => (
            t!("forget-identity-of", host = &of.host),
            t!("forget-identity-about"),
        ),
        None => (
            t!("forget-identity-of", host = &of.host),
            t!("forget-plain-about"),
        ),
    };
    let title_text = Text::new(&title).font(font::semibold(font::TITLE));
    let hint = Text::new(&about).color(palette.muted);
    let (above, below) = (title_text.lines(ui, width), hint.lines(ui, width));
    let column = ((width - space::L) / 2.0).floor();
    let now = of
        .found
        .map_or_else(|| t!("no-identity-known"), lock::words);
    let groups = [
        (t!("remembered-identity"), known_words(of.known)),
        (t!("current-identity"), now),
    ];
    let face = || font::medium(font::BODY);
    let lines: Vec<_> = groups
        .iter()
        .map(|(_, words)| Text::new(words).font(face()).lines(ui, column))
        .collect();
    let words_height = lines.iter().map(|lines| lines.size().y).fold(0.0, f32::max);
    let groups_height = size::LABEL + space::XS + words_height;
    let height = above.size().y
        + space::M
        + groups_height
        + space::M
        + below.size().y
        + space::XL
        + size::CONTROL;
    let (area, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    let mut y = area.top() + above.size().y + space::M;
    let title = title_text.show_lines(ui, area.min, above);
    for (index, ((label, words), lines)) in groups.iter().zip(lines).enumerate() {
        let left = area.left() + if index == 0 { 0.0 } else { column + space::L };
        let place = Rect::from_min_size(pos2(left, y), vec2(column, size::LABEL));
        Text::caption(label, ui).show(ui, place);
        let place = pos2(left, place.bottom() + space::XS);
        Text::new(words).font(face()).show_lines(ui, place, lines);
    }
    y += groups_height + space::M;
    hint.show_lines(ui, pos2(area.left(), y), below);
    let buttons = Rect::from_min_max(pos2(area.left(), area.bottom() - size::CONTROL), area.max);
    let mut row = Row::new(buttons, size::CONTROL, space::S);
    let (keep, forget) = (t!("keep-identity"), t!("forget-identity"));
    let (keep, forget) = (Button::primary(&keep), Button::new(&forget));
    let (keep_rect, forget_rect) = (row.right(keep.width(ui)), row.right(forget.width(ui)));
    let forget = forget.show(ui, forget_rect).clicked();
    let keep = keep.show(ui, keep_rect);
    Parts {
        title: title.id,
        about: Some(about),
        first: keep.id,
        done: (forget || keep.clicked()).then_some(forget),
    }
}

fn known_words(known: Option<Fingerprint>) -> String {
    known.map_or_else(|| t!("no-identity-known"), lock::words)
}
