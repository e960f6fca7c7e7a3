//! What is said next in a call: the field, as text or hex, and repeating it.

use egui::{Rect, Ui, pos2, vec2};

use crate::app::actions::{Action, AllCalls, InCall};
use crate::app::model::call::View;
use crate::app::symbols::{ICON_CALL, ICON_REPLAY, ICON_SEND};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::app::ui::entered;
use crate::app::ui::page::Row;
use crate::app::ui::widgets::{Button, Field, Text, segments, switch};
use crate::settings::{Tab, Talk};
use crate::t;
use landline_engine::call::CallState;
use landline_engine::call::encoding::Encoding;
use landline_engine::transport::trace::Role;

/// The width of the choice between text and hex, and of that between the encodings.
const CHOICE: f32 = 120.0;
/// The width of the field with the time between two repetitions.
const INTERVAL: f32 = 84.0;

/// The height below the conversation.
pub(super) fn height(view: &View, narrow: bool) -> f32 {
    let wrong = if view.wrong.is_some() {
        size::LABEL + space::XS
    } else {
        0.0
    };
    let repeats = if view.repeats {
        size::SMALL_CONTROL + space::S
    } else {
        0.0
    };
    let options = if narrow { 2.0 } else { 1.0 };
    space::M
        + size::CONTROL
        + wrong
        + options * (size::SMALL_CONTROL + space::S)
        + repeats
        + space::L
}

/// Draws the field and its options.
pub(super) fn ui(
    ui: &mut Ui,
    area: Rect,
    (view, talk): (&mut View, &mut Talk),
    (tab, callers, narrow): (Tab, usize, bool),
    actions: &mut Vec<Action>,
) {
    if callers < 2 {
        view.sends_to_all = false;
    }
    let mut y = area.top();
    let line =
        |y: f32, height: f32| Rect::from_min_size(pos2(area.left(), y), vec2(area.width(), height));
    field_ui(ui, line(y, size::CONTROL), view, *talk, tab, actions);
    y += size::CONTROL;
    if let Some(wrong) = &view.wrong {
        y += space::XS;
        let wrong = wrong.to_string();
        Text::caption(&wrong, ui)
            .color(theme::palette(ui).error)
            .spoken()
            .show(ui, line(y, size::LABEL));
        y += size::LABEL;
    }
    if view.repeats {
        y += space::S;
        repeat_ui(ui, line(y, size::SMALL_CONTROL), view, *talk, tab, actions);
        y += size::SMALL_CONTROL;
    }
    y += space::S;
    options_ui(
        ui,
        line(y, size::SMALL_CONTROL),
        view,
        talk,
        (callers, narrow),
    );
}

fn field_ui(
    ui: &mut Ui,
    area: Rect,
    view: &mut View,
    talk: Talk,
    tab: Tab,
    actions: &mut Vec<Action>,
) {
    let id = view.id();
    let (can_send, state) = (view.can_send(), view.call.state());
    let is_client = view.call.role() == Role::Client;
    let is_done = !matches!(state, CallState::Connecting | CallState::Open { .. });
    let mut row = Row::new(area, size::CONTROL, space::S);
    let (send, again) = (t!("send"), t!("call-again"));
    let is_again = is_done && is_client;
    let button = if is_again {
        Button::new(&again).icon(ICON_CALL)
    } else {
        let is_ready = can_send && (!view.draft.is_empty() || talk.line_feed);
        Button::primary(&send).icon(ICON_SEND).enabled(is_ready)
    };
    let place = row.right(button.width(ui));
    let hint = match state {
        CallState::Connecting | CallState::Open { sends: true, .. } if talk.hex => {
            "E4 BD A0 0D 0A".to_owned()
        }
        CallState::Connecting | CallState::Open { sends: true, .. } => t!("call-hint"),
        CallState::Open { .. } | CallState::HangingUp => t!("call-hint-stopped"),
        _ => t!("call-hint-over"),
    };
    let label = t!("call-text");
    let field = Field::new(&label).hint(&hint).without_label();
    if std::mem::take(&mut view.wants_keyboard) && !is_done {
        field.focus(ui);
    }
    let response = field
        .enabled(can_send || matches!(state, CallState::Connecting))
        .show(ui, row.rest(), &mut view.draft);
    if response.changed() {
        view.wrong = None;
    }
    let is_entered = entered(ui, &response);
    let is_clicked = button.slot(usize::from(is_again)).show(ui, place).clicked();
    if is_again {
        if is_clicked {
            actions.push(Action::InCall(tab, id, InCall::Again));
        }
        return;
    }
    let is_empty = view.draft.is_empty() && !talk.line_feed;
    if (is_entered || is_clicked)
        && can_send
        && !is_empty
        && let Some(bytes) = view.typed(talk)
    {
        view.draft.clear();
        view.wants_end = true;
        actions.push(if view.sends_to_all {
            Action::AllCalls(tab, AllCalls::Send(bytes))
        } else {
            Action::InCall(tab, id, InCall::Send(bytes))
        });
        if is_clicked {
            // The next message can be typed at once.
            view.wants_keyboard = true;
        }
    }
}

/// Repeats what is in the field.
fn repeat_ui(
    ui: &mut Ui,
    area: Rect,
    view: &mut View,
    talk: Talk,
    tab: Tab,
    actions: &mut Vec<Action>,
) {
    let id = view.id();
    let is_running = view.call.is_repeating();
    let mut row = Row::new(area, size::SMALL_CONTROL, space::S);
    let label = t!("call-interval");
    let caption = Text::caption(&label, ui);
    let place = row.left(caption.width(ui));
    caption.show(ui, place);
    let field = Field::new(&label).without_label().enabled(!is_running);
    let response = field.show(ui, row.left(INTERVAL), &mut view.interval);
    if response.changed() {
        view.wrong = None;
    }
    let (start, stop) = (t!("call-start-repeating"), t!("call-stop-repeating"));
    let is_ready = view.can_send() && (!view.draft.is_empty() || talk.line_feed);
    let button = if is_running {
        Button::new(&stop).small()
    } else {
        Button::new(&start)
            .icon(ICON_REPLAY)
            .small()
            .enabled(is_ready)
    };
    let is_entered = entered(ui, &response) && is_ready && !is_running;
    let place = row.left(button.width(ui));
    let is_clicked = button.slot(2).show(ui, place).clicked();
    if is_running && is_clicked {
        actions.push(Action::InCall(tab, id, InCall::StopRepeating));
    } else if (is_clicked || is_entered)
        && let Some(interval) = view.interval()
        && let Some(bytes) = view.typed(talk)
    {
        actions.push(Action::InCall(tab, id, InCall::Repeat(bytes, interval)));
    }
}

/// Text or hex, the encoding, and the line feed.
fn options_ui(
    ui: &mut Ui,
    area: Rect,
    view: &mut View,
    talk: &mut Talk,
    (callers, narrow): (usize, bool),
) {
    let before = *talk;
    let mut row = Row::new(area, size::SMALL_CONTROL, space::S);
    let about = t!("call-type-as");
    let choices = [(false, t!("call-as-text")), (true, t!("call-as-hex"))];
    let place = row.left(CHOICE);
    if let Some(hex) = segments(
        ui,
        place,
        Some(&about),
        talk.hex,
        &choices,
        &[],
        font::CAPTION,
    ) {
        talk.hex = hex;
    }
    let about = t!("call-encoding");
    let choices = Encoding::ALL.map(|encoding| (encoding, encoding.name().to_owned()));
    let place = row.left(CHOICE);
    let encoding = talk.encoding;
    if let Some(chosen) = segments(
        ui,
        place,
        Some(&about),
        encoding,
        &choices,
        &[],
        font::CAPTION,
    ) {
        talk.encoding = chosen;
    }
    let mut place = if narrow {
        area.translate(vec2(0.0, size::SMALL_CONTROL + space::S))
    } else {
        let mut place = row.rest();
        place.min.x += space::S;
        place
    };
    let line_feed = switch(ui, place, &mut talk.line_feed, &t!("call-line-feed"));
    if callers > 1 {
        place.min.x = line_feed.rect.right() + space::L;
        let all = t!("call-to-all", count = callers);
        switch(ui, place, &mut view.sends_to_all, &all);
    }
    if *talk != before {
        view.wrong = None;
    }
}
