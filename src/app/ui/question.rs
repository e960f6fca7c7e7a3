//! The confirmation dialogs.

use std::path::PathBuf;

use egui::accesskit::Role;
use egui::{Id, Key, Modifiers, Rect, Sense, Ui, vec2};

use super::dialog::Parts;
use super::page::Row;
use super::widgets::{Button, Text};
use super::{dialog, forget_question, recipient_question};
use crate::app::actions::{Action, Forgotten, Question};
use crate::app::model::Model;
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::format::printable;
use crate::text::Sentence;
use crate::{format, sentence, t};

/// Wide enough for two lines of text.
const WIDTH: f32 = 380.0;

/// Shows the confirmation dialog, if there is one.
pub(crate) fn ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let id = Id::unique("question");
    let Some(question) = &model.question else {
        dialog::gone(ui, id, None);
        return;
    };
    match question {
        Question::Forget(of) => {
            forget(ui, id, of, actions);
            return;
        }
        Question::SendToWhich(paths, devices) => {
            recipient_question::ui(ui, id, (paths, devices), actions);
            return;
        }
        _ => {}
    }
    let (what, yes, no) = words(question, model);
    let was_shown = dialog::is_shown(ui, id);
    let (answer, closes) = dialog::show(ui, id, Role::AlertDialog, |ui| {
        content(ui, &what, &yes, &no)
    });
    // A key pressed before the dialog was visible was for something else.
    let enter = was_shown && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
    if let Question::SendOrShare(paths, to) = question {
        match answer {
            Some(true) => actions.push(Action::SendFiles(paths.clone(), to.clone())),
            Some(false) => actions.push(Action::ShareDropped(paths.clone())),
            None if closes => actions.push(Action::DismissQuestion),
            None if enter => actions.push(Action::SendFiles(paths.clone(), to.clone())),
            None => {}
        }
        return;
    }
    match answer {
        Some(answer) => actions.push(Action::Answer(answer)),
        None if closes => actions.push(Action::Answer(false)),
        None if enter => actions.push(Action::Answer(true)),
        None => {}
    }
}

/// The default is to keep the identity.
fn forget(ui: &mut Ui, id: Id, of: &Forgotten, actions: &mut Vec<Action>) {
    let was_shown = dialog::is_shown(ui, id);
    let role = Role::AlertDialog;
    let (answer, closes) = dialog::show(ui, id, role, |ui| forget_question::content(ui, of));
    let is_enter = |input: &mut egui::InputState| input.consume_key(Modifiers::NONE, Key::Enter);
    let enter = was_shown && ui.input_mut(is_enter);
    match answer {
        Some(answer) => actions.push(Action::Answer(answer)),
        None if closes || enter => actions.push(Action::Answer(false)),
        None => {}
    }
}

fn words(question: &Question, model: &Model) -> (Sentence, String, String) {
    match question {
        Question::Share(dropped) => {
            let (folder, now) = (dropped.words(), model.shared_words());
            let what = sentence!("share-instead", folder = folder, now = now);
            (what, t!("share-it"), t!("keep-sharing"))
        }
        Question::Close => {
            let (moving, waiting) = model.client.transfers.active();
            let (uploads, _) = model.server.transfers.active();
            let sending = model.client.transfers.deliveries();
            let downloads = (moving + waiting).saturating_sub(sending);
            let what = sentence!(
                "close-now",
                downloads = downloads,
                uploads = uploads,
                sending = sending
            );
            (what, t!("close"), t!("keep-open"))
        }
        // They have a content of their own.
        Question::Forget(_) | Question::SendToWhich(..) => {
            (sentence!("forget-identity"), String::new(), String::new())
        }
        Question::SendOrShare(paths, to) => {
            let host = to.name();
            let what = if to.is_plain() {
                sentence!(
                    "send-or-share-unencrypted",
                    host = host,
                    names = names(paths)
                )
            } else {
                sentence!("send-or-share", host = host, names = names(paths))
            };
            (what, t!("send-to", host = host), t!("share-them"))
        }
    }
}

/// The names of what was dropped.
pub(super) fn names(paths: &[PathBuf]) -> String {
    format::list(paths.iter().map(|path| {
        let name = path.file_name().unwrap_or(path.as_os_str());
        let name = printable(&name.to_string_lossy(), false);
        t!("text-named", text = name)
    }))
}

fn content(ui: &mut Ui, what: &Sentence, yes: &str, no: &str) -> Parts<Option<bool>> {
    let width = WIDTH.min(ui.ctx().content_rect().width() - 4.0 * space::XL);
    let (title, about) = (what.title(), what.hint().unwrap_or_default());
    let title = Text::new(&title).font(font::semibold(font::TITLE));
    let hint = Text::new(&about).color(theme::palette(ui).muted);
    let (above, below) = (title.lines(ui, width), hint.lines(ui, width));
    let heights = [above.size().y, below.size().y];
    let height = heights[0] + space::S + heights[1] + space::XL + size::CONTROL;
    let (area, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    let second = area.top() + heights[0] + space::S;
    let title = title.show_lines(ui, area.min, above);
    hint.show_lines(ui, egui::pos2(area.left(), second), below);
    let buttons = Rect::from_min_max(
        egui::pos2(area.left(), area.bottom() - size::CONTROL),
        area.max,
    );
    let mut row = Row::new(buttons, size::CONTROL, space::S);
    // It may have the name of a device.
    let (yes, no) = (Button::primary(yes).cut(), Button::new(no));
    let yes_width = yes.width(ui).min(width - no.width(ui) - space::S);
    let (yes_rect, no_rect) = (row.right(yes_width), row.right(no.width(ui)));
    let no = no.show(ui, no_rect);
    let yes = yes.show(ui, yes_rect);
    Parts {
        title: title.id,
        about: Some(about),
        // The default button, for the Enter key.
        first: yes.id,
        done: (yes.clicked() || no.clicked()).then_some(yes.clicked()),
    }
}
