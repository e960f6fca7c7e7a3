//! The dialog *Find out why*: the cause, a row for each check, and what can be done.

mod row;

use egui::accesskit::Role;
use egui::{CornerRadius, Id, Rect, ScrollArea, Sense, Ui, UiBuilder, Vec2, pos2, vec2};

use super::dialog::Parts;
use super::page::Row;
use super::widgets::{Button, Text};
use super::{card_header, dialog, widgets};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::doctor::Examination;
use crate::app::symbols::{ICON_CHECK_CIRCLE, ICON_REFRESH, ICON_WARNING};
use crate::app::theme;
use crate::app::theme::{font, radius, size, space};
use crate::t;
use crate::text::{Describe as _, doctor};
use landline_engine::doctor::Diagnosis;

/// The width of the content; the frame adds its margins.
const WIDTH: f32 = 660.0 - 2.0 * space::XL;
/// The least height of the strip with the cause.
const STRIP: f32 = 60.0;
/// Below this width, the footer has two lines.
const NARROW: f32 = 560.0;

/// Shows the dialog while there is an examination.
pub(crate) fn ui(ui: &mut Ui, model: &mut Model, actions: &mut Vec<Action>) {
    let id = Id::unique("doctor");
    let Some(examination) = &model.doctor else {
        dialog::gone(ui, id, None);
        return;
    };
    let window = ui.ctx().content_rect();
    let width = WIDTH.min(window.width() - 4.0 * space::XL);
    let (clicked, closes) = dialog::show(ui, id, Role::Dialog, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.set_max_width(width);
        let parts = header(ui, width, &examination.diagnosis);
        ui.add_space(space::S);
        strip(ui, width, &examination.diagnosis);
        ui.add_space(space::S);
        let footer = footer_height(width);
        let above = ui.min_rect().height();
        let most = (window.height() - 4.0 * space::XL - above - footer - space::M).max(row::HEIGHT);
        // As high as possible, but no higher than the content.
        let area = ScrollArea::vertical().auto_shrink([false, true]);
        let area = area.max_height(most).min_scrolled_height(most);
        area.show(ui, |ui| {
            row::all(ui, width, examination, actions);
        });
        ui.add_space(space::M);
        self::footer(ui, width, examination, actions);
        parts
    });
    if clicked || closes {
        model.doctor = None;
    }
}

/// Allocates an area below what is there, and a part of the dialog for what is drawn in it: labels do not move what follows.
fn part(ui: &mut Ui, size: Vec2, salt: impl egui::AsIdSalt) -> (Ui, Rect) {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let builder = UiBuilder::new().max_rect(rect).id_salt(salt);
    (ui.new_child(builder), rect)
}

/// Draws the title and how long the checks took; returns whether to close the dialog.
fn header(ui: &mut Ui, width: f32, diagnosis: &Diagnosis) -> Parts<bool> {
    let (mut part, row) = part(ui, vec2(width, size::SMALL_CONTROL), "header");
    let ui = &mut part;
    let title = Text::new(&t!("find-out-why"))
        .font(font::semibold(font::TITLE))
        .show(ui, row);
    let remark = if diagnosis.is_over {
        t!("doctor-checked", time = doctor::time(diagnosis.took))
    } else {
        t!("doctor-checking")
    };
    let close_left = row.right() - size::SMALL_CONTROL;
    let place = Rect::from_min_max(
        pos2(title.rect.right() + space::M, row.top()),
        pos2(close_left - space::S, row.bottom()),
    );
    Text::new(&remark)
        .font(font::regular(font::NUMBER))
        .color(theme::palette(ui).muted)
        .tabular()
        .show(ui, place);
    dialog::close_button(ui, row, title.id, &t!("close"))
}

/// Draws the cause, that there is none, or that it is not known yet.
fn strip(ui: &mut Ui, width: f32, diagnosis: &Diagnosis) {
    let palette = theme::palette(ui);
    let (icon, color, behind) = match diagnosis.cause() {
        _ if !diagnosis.is_over => (None, palette.muted, palette.soft_accent),
        Some(_) => (Some(ICON_WARNING), palette.error, palette.soft_error),
        None if diagnosis.checks.is_empty() => {
            (Some(ICON_WARNING), palette.error, palette.soft_error)
        }
        None => (Some(ICON_CHECK_CIRCLE), palette.good, palette.soft_good),
    };
    let (title, hint) = words(diagnosis);
    let text_width = width - 2.0 * space::M - card_header::ICON_COLUMN;
    let title_text = Text::new(&title).font(font::semibold(font::BODY));
    let hint_text = Text::new(&hint).font(font::regular(font::NUMBER));
    let above = title_text.lines(ui, text_width);
    let below = (!hint.is_empty()).then(|| hint_text.lines(ui, text_width));
    let below_height = below.as_ref().map_or(0.0, |below| below.size().y + 2.0);
    let words_height = above.size().y + below_height;
    let height = (words_height + 2.0 * space::M).max(STRIP);
    let (mut part, rect) = part(ui, vec2(width, height), "cause");
    let ui = &mut part;
    ui.painter()
        .rect_filled(rect, CornerRadius::same(radius::CONTROL), behind);
    let left = rect.left() + space::M;
    if let Some(icon) = icon {
        card_header::glyph(ui, left, rect.center().y, icon, color);
    } else {
        row::dot(ui, pos2(left + size::ICON / 2.0, rect.center().y));
    }
    let left = left + card_header::ICON_COLUMN;
    let top = rect.center().y - words_height / 2.0;
    let second = top + above.size().y + 2.0;
    let said = title_text.show_lines(ui, pos2(left, top), above);
    if let Some(below) = below {
        hint_text.show_lines(ui, pos2(left, second), below);
    }
    if diagnosis.is_over {
        widgets::alert(&said, &title);
    }
}

/// The title of the strip and what to do.
fn words(diagnosis: &Diagnosis) -> (String, String) {
    match diagnosis.cause() {
        _ if !diagnosis.is_over => (t!("doctor-checking"), String::new()),
        Some(finding) => (
            doctor::cause(finding),
            finding.sentence().hint().unwrap_or_default(),
        ),
        None => {
            let fine = doctor::no_cause(diagnosis);
            (fine.title(), fine.hint().unwrap_or_default())
        }
    }
}

fn footer_height(width: f32) -> f32 {
    if width < NARROW {
        size::LABEL + space::S + size::SMALL_CONTROL
    } else {
        size::SMALL_CONTROL
    }
}

/// Draws the buttons for the whole examination.
fn footer(ui: &mut Ui, width: f32, examination: &Examination, actions: &mut Vec<Action>) {
    let height = footer_height(width);
    let (mut part, area) = part(ui, vec2(width, height), "footer");
    let ui = &mut part;
    let buttons = area.with_min_y(area.bottom() - size::SMALL_CONTROL);
    let mut row = Row::new(buttons, size::SMALL_CONTROL, space::S);
    let (again, copy) = (t!("doctor-check-again"), t!("doctor-copy-report"));
    let is_over = examination.diagnosis.is_over;
    let again = Button::new(&again)
        .small()
        .icon(ICON_REFRESH)
        .enabled(is_over);
    let copy = Button::new(&copy).small().enabled(is_over);
    let (again_rect, copy_rect) = (row.right(again.width(ui)), row.right(copy.width(ui)));
    let place = if width < NARROW {
        Rect::from_min_size(area.min, vec2(width, size::LABEL))
    } else {
        row.rest()
    };
    Text::new(&t!("doctor-local"))
        .font(font::regular(font::NUMBER))
        .color(theme::palette(ui).muted)
        .show(ui, place);
    if copy.show(ui, copy_rect).clicked() {
        let report = doctor::report(&examination.diagnosis);
        actions.push(Action::Copy(report.join("\n")));
    }
    if again.show(ui, again_rect).clicked() {
        actions.push(Action::FindOutWhy(examination.peer.clone()));
    }
}
