//! The header of a call: who it is with, its state, and what can be done.

use std::time::Duration;

use egui::{Align2, Color32, Rect, Ui, pos2, vec2};

use crate::app::actions::{Action, InCall};
use crate::app::model::call::{View, words};
use crate::app::symbols::{
    ICON_ARROW_BACK, ICON_CALL, ICON_CALL_END, ICON_CLOSE, ICON_DELETE, ICON_DRAFT, ICON_MORE_VERT,
    ICON_REPLAY,
};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::app::ui::card_header;
use crate::app::ui::widgets::menu::{self, Entry};
use crate::app::ui::widgets::{self, Button, Text};
use crate::settings::{Tab, Talk};
use crate::{format, t};
use landline_engine::call::{CallState, EntryKind};

/// From the top of the card to the line below the header.
const HEIGHT: f32 = 46.0;
/// The height of the second line in a narrow window.
const SECOND: f32 = 24.0;

/// Draws the header at the top of `area`; returns its bottom.
pub(super) fn ui(
    ui: &mut Ui,
    area: Rect,
    (view, talk): (&mut View, &mut Talk),
    (tab, is_dialog_open, narrow): (Tab, bool, bool),
    actions: &mut Vec<Action>,
) -> f32 {
    let palette = theme::palette(ui);
    let (id, state) = (view.id(), view.call.state());
    let middle = area.top() + HEIGHT / 2.0;
    let at = |x: f32, width: f32| {
        Align2::LEFT_CENTER.anchor_size(pos2(x, middle), vec2(width, size::SMALL_CONTROL))
    };
    let name = t!("call-back");
    let back = Button::icon_only(ICON_ARROW_BACK, &name);
    let back = back.show(ui, at(area.left() - space::XS, size::SMALL_CONTROL));
    if back.clicked() {
        actions.push(Action::CloseLine(tab));
    }

    let name = t!("call-more");
    let more = Rect::from_min_size(
        pos2(
            area.right() - size::SMALL_CONTROL + space::XS,
            middle - size::SMALL_CONTROL / 2.0,
        ),
        vec2(size::SMALL_CONTROL, size::SMALL_CONTROL),
    );
    let mut right = more.left();
    let hang_up = t!("call-hang-up");
    let button = if narrow {
        Button::icon_only(ICON_CALL_END, &hang_up)
    } else {
        Button::new(&hang_up).icon(ICON_CALL_END).small()
    };
    let can_hang_up = matches!(state, CallState::Connecting | CallState::Open { .. });
    let hang_up = can_hang_up.then(|| {
        let width = button.width(ui);
        right -= space::XS + width;
        at(right, width)
    });

    let icon = back.rect.right() + space::S;
    card_header::glyph(ui, icon, middle, ICON_CALL, palette.accent);
    let left = icon + card_header::ICON_COLUMN;
    let mut x = left;
    let peer = words::peer(&view.call);
    let title = Text::new(&peer).font(font::semibold(font::BODY)).middle();
    let (status, color) = status(view, &state, palette);
    let status_width = if narrow {
        0.0
    } else {
        status_width(ui, &status, &state)
    };
    let most = (right - space::M - x - status_width).max(0.0);
    let title = title.show(ui, at(x, most.min(title_width(ui, &peer))));
    x = title.rect.right() + space::L;
    let mut bottom = area.top() + HEIGHT;
    if narrow {
        let y = bottom - space::S;
        status_ui(
            ui,
            left,
            y + SECOND / 2.0 - space::XS,
            (&status, color),
            &state,
        );
        bottom += SECOND - space::S;
    } else {
        status_ui(ui, x, middle, (&status, color), &state);
    }

    if let Some(place) = hang_up
        && button.show(ui, place).clicked()
    {
        actions.push(Action::InCall(tab, id, InCall::HangUp));
    }
    let button = Button::icon_only(ICON_MORE_VERT, &name).show(ui, more);
    let entries = || entries(view, &state, *talk, is_dialog_open);
    match menu::dropdown(&button, entries) {
        None => {}
        Some(Chosen::Join) => talk.joins = !talk.joins,
        Some(Chosen::Repeat) => view.repeats = true,
        Some(Chosen::Do(action)) => actions.push(Action::InCall(tab, id, action)),
    }
    widgets::line(ui, area.left(), area.right(), bottom);
    bottom
}

/// An entry of the menu.
#[derive(Clone, Debug)]
enum Chosen {
    Do(InCall),
    /// Join the pieces of a side, or no longer.
    Join,
    /// Show the field for repeating.
    Repeat,
}

fn entries(view: &View, state: &CallState, talk: Talk, is_dialog_open: bool) -> Vec<Entry<Chosen>> {
    let mut entries = Vec::new();
    if !state.is_over() {
        let can_send = view.can_send();
        entries.push(
            Entry::new(t!("call-stop-sending"), Chosen::Do(InCall::StopSending)).enabled(can_send),
        );
        entries.push(Entry::new(t!("call-reset-it"), Chosen::Do(InCall::Reset)).icon(ICON_CLOSE));
        entries.push(
            Entry::new(t!("call-send-file"), Chosen::Do(InCall::ChooseFile))
                .icon(ICON_DRAFT)
                .enabled(can_send && !is_dialog_open),
        );
        entries.push(
            Entry::new(t!("call-repeat"), Chosen::Repeat)
                .icon(ICON_REPLAY)
                .enabled(can_send && !view.repeats),
        );
    }
    let join = if talk.joins {
        t!("call-split")
    } else {
        t!("call-join")
    };
    entries.push(Entry::new(join, Chosen::Join));
    entries.push(Entry::new(t!("call-save"), Chosen::Do(InCall::Save)).enabled(!is_dialog_open));
    if state.is_over() {
        entries.push(Entry::new(t!("call-remove"), Chosen::Do(InCall::Remove)).icon(ICON_DELETE));
    }
    entries
}

/// The state in words, with the duration, and its colour.
fn status(view: &View, state: &CallState, palette: &theme::Palette) -> (String, Color32) {
    let took = duration(view);
    match state {
        CallState::Connecting => (t!("call-connecting"), palette.muted),
        CallState::Open { .. } => (t!("call-connected", time = took), palette.good),
        CallState::HangingUp => (t!("call-hanging-up"), palette.muted),
        CallState::Ended | CallState::Withdrawn => {
            (t!("call-ended-after", time = took), palette.muted)
        }
        CallState::Reset => (t!("call-was-reset"), palette.error),
        CallState::Failed(_) => (t!("failed"), palette.error),
    }
}

/// How long it has been, or was, connected, in minutes and seconds.
fn duration(view: &View) -> String {
    let entries = view.entries();
    let is_start = |kind: &EntryKind| matches!(kind, EntryKind::Connected(_));
    let start = entries.iter().find(|entry| is_start(&entry.kind));
    let start = start.map_or(Duration::ZERO, |entry| entry.at);
    let now = if view.call.state().is_over() {
        entries.last().map(|entry| entry.at)
    } else {
        let trace = view.call.trace();
        trace.map(|trace| trace.started().elapsed())
    };
    let secs = now.unwrap_or(start).saturating_sub(start).as_secs();
    format::clock(secs)
}

/// Whether one direction is closed.
fn is_half_closed(state: &CallState) -> bool {
    matches!(
        state,
        CallState::Open { sends, receives } if !sends || !receives
    )
}

fn title_width(ui: &Ui, title: &str) -> f32 {
    Text::new(title).font(font::semibold(font::BODY)).width(ui) + 1.0
}

/// The width of the dot, the words and the tag.
fn status_width(ui: &Ui, status: &str, state: &CallState) -> f32 {
    let tag = is_half_closed(state).then(|| t!("call-half-closed"));
    let tag = tag.map_or(0.0, |tag| widgets::tag_width(ui, &tag) + space::S);
    space::L + space::L + Text::new(status).tabular().width(ui) + tag
}

fn status_ui(ui: &mut Ui, x: f32, y: f32, (words, color): (&str, Color32), state: &CallState) {
    let palette = theme::palette(ui);
    let soft = if color == palette.good {
        palette.soft_good
    } else if color == palette.error {
        palette.soft_error
    } else {
        palette.background
    };
    widgets::dot(ui, pos2(x + space::S, y), color, soft);
    let left = x + space::S + space::M;
    let text = Text::new(words).font(font::regular(font::NUMBER)).tabular();
    let width = text.width(ui);
    let place = Rect::from_min_size(pos2(left, y - 10.0), vec2(width + 1.0, 20.0));
    let shown = text.show(ui, place);
    if is_half_closed(state) {
        let word = t!("call-half-closed");
        let colors = (palette.accent, palette.soft_accent);
        let more = t!("what-half-closed-means");
        widgets::tag_with(
            ui,
            shown.rect.right() + space::S,
            y,
            &word,
            colors,
            Some(&more),
        );
    }
}
