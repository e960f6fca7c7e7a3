//! A call: the conversation, with its TCP connection beside it. Fills the page of a tab.

mod bubbles;
mod compose;
mod header;

use std::time::Duration;

use egui::{Key, Modifiers, Popup, Rect, ScrollArea, Ui, UiBuilder, pos2};

use super::line::{Drawing, Look};
use super::page::Page;
use super::{error_strip, offer_strip, share_card, widgets};
use crate::app::actions::Action;
use crate::app::model::call::View;
use crate::app::model::{Failure, Model, Step};
use crate::app::theme;
use crate::app::theme::space;
use crate::settings::{Tab, Talk};
use crate::text::Describe as _;
use landline_engine::call::{CallId, CallState};
use landline_engine::printable::printable;
use landline_engine::transport::tcp::TcpState;
use landline_engine::transport::trace::Role;

/// The minimum height of the card; below it, the page scrolls.
const MIN_HEIGHT: f32 = 340.0;
/// Below this width of the page, the diagram is below the conversation, and the page scrolls.
const WIDE: f32 = 800.0;
/// The width of the diagram.
const DIAGRAM: f32 = 290.0;

/// Draws the call with this id; returns where its field and buttons begin, which toasts must not cover.
pub(crate) fn ui(
    ui: &mut Ui,
    page: &mut Page,
    model: &mut Model,
    (tab, id): (Tab, CallId),
    actions: &mut Vec<Action>,
) -> Option<f32> {
    if tab == Tab::Server {
        share_card::folded(ui, page, model, actions);
        offer_strip::ui(ui, page, model, actions);
    }
    let is_dialog = model.has_dialog();
    let calls = match tab {
        Tab::Server => &mut model.server.calls,
        Tab::Client => &mut model.client.calls,
    };
    let callers = match tab {
        Tab::Server => calls.open(),
        Tab::Client => 1,
    };
    if !is_dialog && goes_back(ui) {
        calls.returned = Some(id);
        actions.push(Action::CloseLine(tab));
    }
    let Some(view) = calls.view(id) else {
        // Its row was removed.
        actions.push(Action::CloseLine(tab));
        return None;
    };
    let talk = &mut model.settings.talk;
    view.refresh(talk.joins);
    if let CallState::Failed(why) = view.call.state() {
        let again = (view.call.role() == Role::Client).then_some(Step::CallAgain(id));
        let find_out = why.is_of_connecting().then(|| {
            let host = view.call.host().to_owned();
            Step::FindOutWhy(host, view.call.port())
        });
        let failure = Failure {
            reason: why.sentence(),
            steps: again.into_iter().chain(find_out).collect(),
        };
        let step = error_strip::failure(ui, page, &failure);
        actions.extend(step.and_then(Step::action));
    }
    let card = page.card(ui, page.rest().max(MIN_HEIGHT));
    let inner = card.shrink2(egui::vec2(page.padding(), 0.0));
    let diagram = view.diagram();
    let peer = printable(view.call.host(), false);
    let is_wide = page.width() >= WIDE && diagram.is_some();
    let beside = if is_wide { DIAGRAM + space::L } else { 0.0 };
    let about = (tab, callers, model.dialog_open, beside);
    // Its buttons have slots of their own.
    let builder = UiBuilder::new().max_rect(inner).id_salt("conversation");
    let mut child = ui.new_child(builder);
    let (top, bottom) = conversation(&mut child, inner, page, (view, talk), about, actions);
    let Some(diagram) = &diagram else {
        return Some(bottom);
    };
    let drawing = Drawing::new(diagram, Look::Compact, &peer);
    if is_wide {
        let area = Rect::from_min_max(
            pos2(inner.right() - DIAGRAM, top + space::S),
            pos2(inner.right(), card.bottom() - space::L),
        );
        let x = area.left() - space::L / 2.0;
        let stroke = egui::Stroke::new(1.0, theme::palette(ui).line);
        ui.painter().vline(x, area.y_range(), stroke);
        scrolled(ui, area, drawing);
    } else {
        let card = page.card(ui, drawing.height() + 2.0 * space::L);
        let width = (card.width() - 2.0 * page.padding()).min(DIAGRAM);
        let left = card.center().x - width / 2.0;
        drawing.ui(ui, pos2(left, card.top() + space::L), width);
    }
    Some(bottom)
}

/// Draws the diagram in `area`, scrolled to its end if it is higher.
fn scrolled(ui: &mut Ui, area: Rect, drawing: Drawing<'_>) {
    let builder = UiBuilder::new().max_rect(area).id_salt("diagram");
    let mut inner = ui.new_child(builder);
    ScrollArea::vertical()
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .stick_to_bottom(true)
        .show(&mut inner, |ui| {
            let min = ui.max_rect().min;
            drawing.ui(ui, min, area.width());
        });
}

/// Draws the header, and the bubbles and the field beside what takes `beside` points at the right; returns the top and
/// the bottom of the bubbles.
fn conversation(
    ui: &mut Ui,
    inner: Rect,
    page: &Page,
    (view, talk): (&mut View, &mut Talk),
    (tab, callers, is_dialog_open, beside): (Tab, usize, bool, f32),
    actions: &mut Vec<Action>,
) -> (f32, f32) {
    let about = (tab, is_dialog_open, page.narrow);
    let top = header::ui(ui, inner, (view, talk), about, actions);
    let right = inner.right() - beside;
    let below = compose::height(view, page.narrow);
    let line = inner.bottom() - below;
    let list = Rect::from_min_max(pos2(inner.left(), top), pos2(right, line));
    bubbles::ui(ui, list, view, *talk);
    widgets::line(ui, inner.left(), right, line);
    let field = pos2(inner.left(), line + space::M);
    let field = Rect::from_min_max(field, pos2(right, inner.bottom()));
    let about = (tab, callers, page.narrow);
    compose::ui(ui, field, (view, talk), about, actions);
    repaint(ui, view);
    (top, line)
}

/// Asks for the next frame: for the duration, and for acknowledgements.
fn repaint(ui: &Ui, view: &View) {
    /// As often as the system is asked about the connection.
    const SAMPLE: Duration = Duration::from_millis(250);
    let state = view.call.state();
    if state.is_over() {
        // TIME-WAIT counts down, here or at the other side.
        let states = view.call.trace().map(|trace| trace.states());
        if states.is_some_and(|of| [of.own, of.peer].contains(&TcpState::TimeWait)) {
            ui.ctx().request_repaint_after(Duration::from_secs(1));
        }
        return;
    }
    let sent = view.call.trace().map_or(0, |trace| trace.sent().bytes);
    let is_waiting = view.acknowledged() < sent;
    let after = match state {
        CallState::Open { .. } if !is_waiting => Duration::from_secs(1),
        _ => SAMPLE,
    };
    ui.ctx().request_repaint_after(after);
}

/// Whether Esc was pressed, unless a menu is open, which it closes.
fn goes_back(ui: &Ui) -> bool {
    !Popup::is_any_open(ui.ctx())
        && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
}
