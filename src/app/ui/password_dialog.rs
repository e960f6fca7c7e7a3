//! The dialog that asks for the password of another computer.

use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Align2, Id, Rect, Sense, Ui, pos2, vec2};

use super::dialog::Parts;
use super::page::Row;
use super::widgets::{Button, Field, Text, check_box};
use super::{dialog, entered, widgets};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::password::{PasswordQuestion, Problem, Purpose};
use crate::app::symbols::{ICON_VISIBILITY, ICON_VISIBILITY_OFF};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::t;

/// Wide enough for two lines of text.
const WIDTH: f32 = 380.0;
/// The space for a line about a password that did not help.
const PROBLEM: f32 = 20.0;

/// What was done in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    Cancel,
    Submit,
}

/// Shows the dialog while there is a question for a password, and no other dialog is open.
pub(crate) fn ui(ui: &mut Ui, model: &mut Model, actions: &mut Vec<Action>) {
    let id = Id::unique("password");
    let is_covered = model.settings_open || model.question.is_some() || model.doctor.is_some();
    let question = model.client.password.as_mut().filter(|_| !is_covered);
    let Some(question) = question else {
        dialog::gone(ui, id, None);
        return;
    };
    let was_shown = dialog::is_shown(ui, id);
    let (done, closes) = dialog::show(ui, id, Role::Dialog, |ui| content(ui, question, was_shown));
    match done {
        Some(Done::Submit) => actions.push(Action::SubmitPassword),
        Some(Done::Cancel) => actions.push(Action::DismissPassword),
        None if closes => actions.push(Action::DismissPassword),
        None => {}
    }
}

fn content(ui: &mut Ui, question: &mut PasswordQuestion, was_shown: bool) -> Parts<Option<Done>> {
    let width = WIDTH.min(ui.ctx().content_rect().width() - 4.0 * space::XL);
    let is_pin = question.is_pin;
    let [heading, label, advice] = texts(question);
    let title = Text::new(&heading).font(font::semibold(font::TITLE));
    let title_lines = title.lines(ui, width);
    let now = Instant::now();
    let problem = question
        .problem
        .map(|problem| words(ui, problem, is_pin, now));
    let left = question.problem.and_then(|problem| problem.left(now));
    // Once a minute is often enough to be told.
    let spoken = left.map(|left| wait(left.as_secs().next_multiple_of(60), is_pin));
    let is_waiting = left.is_some();
    let error = Text::caption(problem.as_deref().unwrap_or_default(), ui);
    let error = error.color(theme::palette(ui).error);
    let error_lines = error.lines(ui, width);
    // The line is always there, so that nothing moves under the pointer.
    let below_field = match problem {
        Some(_) => error_lines.size().y.max(PROBLEM),
        None => PROBLEM,
    };
    // A device may have another address tomorrow.
    let keep_height = if is_pin {
        0.0
    } else {
        space::XS + size::SMALL_CONTROL
    };
    let height = title_lines.size().y
        + space::M
        + size::CONTROL
        + space::XS
        + below_field
        + keep_height
        + space::L
        + size::CONTROL;
    let (area, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    let mut y = area.top() + title_lines.size().y + space::M;
    let title = title.show_lines(ui, area.min, title_lines);
    let line = |y: f32, height: f32| Rect::from_min_size(pos2(area.left(), y), vec2(width, height));

    let place = line(y, size::CONTROL);
    let field = Field::new(&label).of("ask").without_label();
    let field = field.secret(question.is_legible);
    let field = field.tail(size::SMALL_CONTROL + space::XS);
    if std::mem::take(&mut question.wants_focus) || !was_shown {
        field.focus(ui);
    }
    let shown = field.show(ui, place, &mut question.typed.0);
    if shown.changed() && !is_waiting {
        question.problem = None;
    }
    let is_entered = entered(ui, &shown);
    eye(ui, place, question);
    y = place.bottom() + space::XS;
    let place_below = line(y, below_field);
    if let Some(problem) = &problem {
        let response = error.show_lines(ui, place_below.min, error_lines);
        widgets::alert(&response, spoken.as_ref().unwrap_or(problem));
    } else {
        Text::caption(&advice, ui).show(ui, place_below.with_max_y(y + size::LABEL));
    }
    if !is_pin {
        keep_ui(
            ui,
            line(y + below_field + space::XS, size::SMALL_CONTROL),
            question,
        );
    }

    let mut row = Row::new(
        line(area.bottom() - size::CONTROL, size::CONTROL),
        size::CONTROL,
        space::S,
    );
    let is_trying = question.tried.is_some();
    let text = match question.purpose {
        _ if is_trying => t!("checking-password"),
        Purpose::Open => t!("open"),
        Purpose::Download => t!("download"),
        Purpose::Send => t!("send-password"),
    };
    let can_submit = !question.typed.0.is_empty() && !is_trying && !is_waiting;
    let submit = Button::primary(&text).slot(1).enabled(can_submit);
    let cancel = t!("cancel");
    let cancel = Button::new(&cancel);
    let submit_rect = row.right(submit.width(ui));
    let cancel_rect = row.right(cancel.width(ui));
    let cancel = cancel.show(ui, cancel_rect).clicked();
    let submit = submit.show(ui, submit_rect).clicked() || is_entered && can_submit;
    Parts {
        title: title.id,
        about: None,
        first: shown.id,
        done: match (cancel, submit) {
            (true, _) => Some(Done::Cancel),
            (false, true) => Some(Done::Submit),
            (false, false) => None,
        },
    }
}

/// The question, the label of the field, and where the answer is found.
fn texts(question: &PasswordQuestion) -> [String; 3] {
    if question.is_pin {
        let heading = t!("pin-question", host = &question.called);
        return [heading, t!("pin"), t!("where-the-pin-is")];
    }
    let heading = t!("password-question", host = &question.host);
    [heading, t!("password"), t!("ask-who-shares")]
}

/// The check box for remembering it.
fn keep_ui(ui: &mut Ui, place: Rect, question: &mut PasswordQuestion) {
    let kept = check_box(ui, place, &mut question.is_kept, &t!("remember-password"));
    if kept.changed() {
        // Whoever uses the pointer goes on with Enter.
        question.wants_focus = ui.input(|input| input.pointer.any_released());
    }
    kept.on_hover_text(t!("what-remembering-does"));
}

/// The button at the end of the field that makes the password legible.
fn eye(ui: &mut Ui, field: Rect, question: &mut PasswordQuestion) {
    let (icon, name) = if question.is_legible {
        (ICON_VISIBILITY_OFF, t!("hide-password"))
    } else {
        (ICON_VISIBILITY, t!("show-password"))
    };
    let right = pos2(field.right() - space::XS, field.center().y);
    let place = vec2(size::SMALL_CONTROL, size::SMALL_CONTROL);
    let place = Align2::RIGHT_CENTER.anchor_size(right, place);
    let button = Button::icon_only(icon, &name).slot(0);
    if button.show(ui, place).clicked() {
        question.is_legible = !question.is_legible;
        // Whoever uses the keyboard may want to press it again.
        question.wants_focus = ui.input(|input| input.pointer.any_released());
    }
}

/// Why the last password did not help.
fn words(ui: &Ui, problem: Problem, is_pin: bool, now: Instant) -> String {
    match problem {
        Problem::Wrong | Problem::Outdated if is_pin => t!("pin-not-accepted"),
        Problem::TooMany(None) if is_pin => t!("pin-wait-a-minute"),
        Problem::Wrong => t!("password-not-accepted"),
        Problem::Outdated => t!("password-outdated"),
        Problem::Unusable => t!("password-unusable"),
        Problem::TooMany(None) => t!("password-wait-a-minute"),
        Problem::TooMany(Some(_)) => match problem.left(now) {
            Some(left) => {
                ui.ctx().request_repaint_after(Duration::from_secs(1));
                wait(left.as_secs(), is_pin)
            }
            None => t!("password-try-again-now"),
        },
    }
}

/// That another one may be tried after this time.
fn wait(secs: u64, is_pin: bool) -> String {
    if is_pin {
        t!("pin-wait", secs = secs)
    } else {
        t!("password-wait", secs = secs)
    }
}
