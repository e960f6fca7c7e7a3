//! The rows of the checks.

use egui::{Pos2, Rect, Ui, pos2, vec2};

use super::super::page::Row;
use super::super::widgets::{Button, Text};
use super::super::{card_header, widgets};
use crate::app::actions::Action;
use crate::app::model::doctor::Examination;
use crate::app::symbols::{
    ICON_CANCEL, ICON_CHECK_CIRCLE, ICON_CONTENT_COPY, ICON_REMOVE, ICON_WARNING,
};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::t;
use crate::text::{Describe as _, doctor};
use landline_engine::doctor::{Check, Finding, Rating};

/// A row of one line.
pub(super) const HEIGHT: f32 = 44.0;
/// The row with a command.
const CAUSE_HEIGHT: f32 = 64.0;
/// Below this width, the button to copy a command has no text.
const NARROW: f32 = 560.0;
/// The radius of the dot of a check that runs.
const DOT: f32 = 3.5;

/// Draws all rows, with a line between them.
pub(super) fn all(ui: &mut Ui, width: f32, examination: &Examination, actions: &mut Vec<Action>) {
    let checks = &examination.diagnosis.checks;
    for (index, check) in checks.iter().enumerate() {
        let is_cause = examination.diagnosis.is_over && examination.diagnosis.cause == Some(index);
        let rect = one(ui, width, check, is_cause, examination, actions);
        widgets::line(ui, rect.left(), rect.right(), rect.bottom());
    }
}

/// Draws one row; returns where it is.
fn one(
    ui: &mut Ui,
    width: f32,
    check: &Check,
    is_cause: bool,
    examination: &Examination,
    actions: &mut Vec<Action>,
) -> Rect {
    let palette = theme::palette(ui);
    let found = check.finding.as_ref();
    let rating = found.map(Finding::rating);
    let words = match found {
        Some(finding) => finding.sentence().title(),
        None => doctor::kind(check.kind).title(),
    };
    let command = found.filter(|_| is_cause).and_then(Finding::command);
    let other_port = found.filter(|_| is_cause).and_then(Finding::other_port);
    let (copy, try_it) = (
        t!("doctor-copy-command"),
        t!("doctor-use-port", port = other_port.unwrap_or_default()),
    );
    let button = match (&command, other_port) {
        (Some(_), _) if width < NARROW => Some(Button::icon_only(ICON_CONTENT_COPY, &copy)),
        (Some(_), _) => Some(Button::new(&copy).small().icon(ICON_CONTENT_COPY)),
        (None, Some(_)) => Some(Button::new(&try_it).small()),
        (None, None) => None,
    };
    let button_width = button
        .as_ref()
        .map_or(0.0, |button| button.width(ui) + space::M);
    let text_width = width - card_header::ICON_COLUMN - button_width;
    let color = match rating {
        None | Some(Rating::Neutral) => palette.muted,
        Some(_) => palette.text,
    };
    let face = if is_cause {
        font::semibold(font::BODY)
    } else {
        font::regular(font::BODY)
    };
    let text = Text::new(&words).font(face).color(color);
    let galley = text.lines(ui, text_width);
    let command_text = command.as_deref().map(|command| {
        Text::new(command)
            .font(font::mono(font::CAPTION))
            .color(palette.muted)
    });
    let below = command_text.as_ref().map(|text| text.lines(ui, text_width));
    let below_height = below.as_ref().map_or(0.0, |below| below.size().y + 3.0);
    let words_height = galley.size().y + below_height;
    let least = if command_text.is_some() {
        CAUSE_HEIGHT
    } else {
        HEIGHT
    };
    let height = (words_height + 2.0 * space::M).max(least);
    let (mut part, rect) = super::part(ui, vec2(width, height), check.kind);
    let ui = &mut part;
    let top = rect.center().y - words_height / 2.0;
    let middle = top + galley.size().y / 2.0;
    mark(ui, pos2(rect.left(), middle), rating);
    let left = rect.left() + card_header::ICON_COLUMN;
    let second = top + galley.size().y + 3.0;
    text.show_lines(ui, pos2(left, top), galley);
    if let (Some(text), Some(below)) = (command_text, below) {
        text.show_lines(ui, pos2(left, second), below);
    }
    if let Some(button) = button {
        let line = Rect::from_min_max(
            pos2(left, rect.center().y - size::SMALL_CONTROL / 2.0),
            rect.right_bottom(),
        );
        let mut row = Row::new(line, size::SMALL_CONTROL, space::M);
        let place = row.right(button.width(ui));
        if button.show(ui, place).clicked() {
            match (command, other_port, &examination.peer) {
                (Some(command), ..) => actions.push(Action::Copy(command)),
                (None, Some(other), Some((host, _))) => {
                    actions.push(Action::UseOtherPort(host.clone(), other));
                }
                _ => {}
            }
        }
    }
    rect
}

/// Draws the mark of a row, whose left end is at `at`.
fn mark(ui: &Ui, at: Pos2, rating: Option<Rating>) {
    let palette = theme::palette(ui);
    let (icon, color) = match rating {
        Some(Rating::Good) => (ICON_CHECK_CIRCLE, palette.good),
        Some(Rating::Neutral) => (ICON_REMOVE, palette.muted),
        Some(Rating::Suspect) => (ICON_WARNING, palette.error),
        Some(Rating::Bad) => (ICON_CANCEL, palette.error),
        None => {
            dot(ui, pos2(at.x + size::ICON / 2.0, at.y));
            return;
        }
    };
    card_header::glyph(ui, at.x, at.y, icon, color);
}

/// Draws the dot of what still runs.
pub(super) fn dot(ui: &Ui, at: Pos2) {
    ui.painter()
        .circle_filled(at, DOT, theme::palette(ui).muted);
}
