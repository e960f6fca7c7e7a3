//! The Server tab: folder, port and uploads.

use egui::{Rect, Response, Ui, pos2};

use super::page::{Page, Row, slot};
use super::share_card::access;
use super::split::Split;
use super::transfer_list::List;
use super::widgets::{Button, Field};
use super::{
    card_header, empty, entered, error_strip, keys, left, localsend_card, log_card, offer_strip,
    share_card, socket_table, text_strip, transfer_list,
};
use crate::app::actions::{Action, Folder};
use crate::app::model::{Model, Sharing, Step};
use crate::app::symbols::{ICON_FOLDER, ICON_SENSORS};
use crate::app::theme::{size, space};
use crate::settings::Tab;
use crate::t;
use landline_engine::server::receiving::Access;
use landline_engine::transport::DEFAULT_PORT;

/// The minimum height of the transfer list; below it, the page scrolls.
const MIN_LIST: f32 = 180.0;
/// The minimum height to which the user can shrink the transfer list: one row.
const MIN_TRANSFERS: f32 = 108.0;

pub(crate) fn ui(ui: &mut Ui, page: &mut Page, model: &mut Model, actions: &mut Vec<Action>) {
    if page.narrow {
        // Further down, nobody would see it.
        offer_strip::ui(ui, page, model, actions);
        text_strip::ui(ui, page, model, actions);
    }
    let button = fields(ui, page, model, actions);
    if let (Some(selection), Sharing::Off) = (&model.server.selection, &model.server.sharing) {
        error_strip::selection(ui, page, selection, actions);
    }
    if let Some(failure) = &model.server.failure {
        let step = error_strip::failure(ui, page, failure);
        if step == Some(Step::ShowLog) {
            model.server.log.expanded = true;
            model.server.log.wanted = true;
        } else if step.is_some() && ui.memory(|memory| memory.focused().is_some()) {
            // The strip disappears.
            button.request_focus();
        }
        actions.extend(step.and_then(Step::action));
    }
    share_card::ui(ui, page, model, actions);
    localsend_card::ui(ui, page, model, actions);
    problems(ui, page, model, actions);
    if !page.narrow {
        offer_strip::ui(ui, page, model, actions);
        text_strip::ui(ui, page, model, actions);
    }

    let has_texts = model.localsend.texts.is_used();
    let server = &mut model.server;
    let off = server.sharing == Sharing::Off;
    // An empty drop area without a log below looks calmer.
    let has_rows = !server.transfers.is_empty() || !server.calls.is_empty();
    let log = !off || server.log.expanded || !server.log.is_empty() && (has_rows || has_texts);
    let is_empty = off && !has_rows;
    let has_sockets = matches!(server.sharing, Sharing::On { .. });
    let sockets = if has_sockets {
        socket_table::height(&server.sockets) + page.gap()
    } else {
        0.0
    };
    let split = Split {
        height: page.rest() - page.gap() - sockets,
        upper: MIN_TRANSFERS,
        lower: log_card::MIN_HEIGHT,
    };
    let has_both = log && !is_empty;
    let chosen = split
        .chosen(model.settings.transfers_share)
        .filter(|_| has_both);
    let log_height = match chosen {
        Some(transfers) => split.height - transfers,
        None => log_card::height(&server.log, page.rest() - sockets - MIN_LIST - page.gap()),
    };
    let below = sockets + if log { log_height + page.gap() } else { 0.0 };
    let height = chosen.unwrap_or_else(|| (page.rest() - below).max(MIN_LIST));
    if is_empty {
        let area = page.area(height);
        if model.settings.access.downloads() {
            empty::drop_area(ui, area);
            let (title, lines) = (t!("drop-a-folder"), t!("what-sharing-does"));
            empty::ui(ui, area, ICON_FOLDER, &title, &lines);
        } else {
            let (title, lines) = (t!("start-to-receive"), t!("what-receiving-does"));
            empty::ui(ui, area, ICON_SENSORS, &title, &lines);
        }
    } else {
        transfers(ui, page, height, model, actions);
    }
    if has_both {
        let (name, gap) = (t!("log-divider"), page.last_gap());
        split.ui(ui, gap, &name, height, &mut model.settings.transfers_share);
    }
    if log && log_card::ui(ui, page, log_height, &mut model.server.log) {
        model.settings.transfers_share = None;
    }
    if has_sockets {
        socket_table::ui(ui, page, &mut model.server.sockets, actions);
    }
}

/// Says what is wrong with the identity of this computer and with the folder for received files.
fn problems(ui: &mut Ui, page: &mut Page, model: &Model, actions: &mut Vec<Action>) {
    let is_off = model.server.sharing == Sharing::Off;
    if is_off && !model.settings.localsend {
        return;
    }
    if let Some(problem) = model.not_encrypted().filter(|_| !is_off) {
        error_strip::failure(ui, page, &problem);
    }
    if let Some(problem) = &model.server.receive_folder.problem {
        let step = error_strip::failure(ui, page, problem);
        actions.extend(step.and_then(Step::action));
    } else if model.shows_received() {
        error_strip::received_is_shared(ui, page);
    }
}

fn transfers(
    ui: &mut Ui,
    page: &mut Page,
    height: f32,
    model: &mut Model,
    actions: &mut Vec<Action>,
) {
    let card = page.card(ui, height);
    let list = &mut List {
        tab: Tab::Server,
        transfers: &mut model.server.transfers,
        calls: &mut model.server.calls,
        encoding: model.settings.talk.encoding,
    };
    transfer_list::served(ui, card, page, list, actions);
    if list.transfers.is_empty() && list.calls.is_empty() {
        let (title, lines) = match model.settings.access {
            Access::Download => (t!("nobody-yet"), t!("how-to-reach")),
            Access::Send => (t!("nothing-received"), t!("how-to-send")),
            Access::Both => (t!("nothing-transferred"), t!("how-to-reach")),
        };
        let mut rest = card;
        rest.min.y += card_header::MIDDLE;
        empty::ui(ui, rest, ICON_SENSORS, &title, &lines);
    } else {
        transfer_list::ui(ui, card, page, list, actions);
    }
}

/// Draws the fields; returns the button that starts and stops sharing.
fn fields(ui: &mut Ui, page: &mut Page, model: &mut Model, actions: &mut Vec<Action>) -> Response {
    let off = model.server.sharing == Sharing::Off;
    let label = size::LABEL + space::XS;
    let row_height = label + size::CONTROL;
    let rows = if page.narrow { 2.0 } else { 1.0 };
    let own_height = rows * (row_height + space::M) - space::M;
    let inner_width = page.width() - 2.0 * page.padding();
    // While sharing, it is in the card with the addresses.
    let access = off.then(|| access::height(ui, inner_width, model));
    let height = own_height + access.map_or(0.0, |height| space::M + height);
    let card = page.card(ui, 2.0 * space::L + height);
    let inner = card.shrink2(egui::vec2(page.padding(), space::L));
    let gap = if page.narrow { space::S } else { space::M };
    let boxes = |y: f32| Rect::from_min_max(pos2(inner.left(), y + label), inner.max);

    let (browse, sharing) = (t!("browse"), sharing_text(model));
    let elsewhere = t!("dialog-is-open");
    let browse_tip = keys::tip(ui, &t!("choose-a-folder"), keys::BROWSE);
    let browse = Button::new(&browse)
        .tooltip(&browse_tip)
        .enabled(off)
        .unless(model.dialog_open, &elsewhere);
    let mut row = Row::new(boxes(inner.top()), size::CONTROL, gap);
    let second = inner.top() + row_height + space::M;
    let mut second_row = Row::new(boxes(second), size::CONTROL, gap);
    let start_width = sharing_button(model, &sharing, "").width(ui);
    let (start_rect, port_rect) = if page.narrow {
        let port = second_row.left(size::PORT_FIELD);
        (second_row.rest(), port)
    } else {
        let start = row.right(start_width);
        (start, row.right(size::PORT_FIELD))
    };
    let browse_rect = row.right(browse.width(ui));

    let is_whole = model.server.selection.is_none();
    let mut words = model.shared_words();
    let text = if is_whole {
        &mut model.settings.folder
    } else {
        &mut words
    };
    let folder = Field::new(&t!("shared-folder"))
        .hint(&t!("choose-a-folder"))
        .enabled(off && is_whole)
        .show(ui, row.rest(), text);
    let mut start = entered(ui, &folder);
    let mut changed = folder.changed();
    if browse.show(ui, browse_rect).clicked() {
        actions.push(Action::Browse(Folder::Shared));
    }
    let (label, hint) = (t!("port"), DEFAULT_PORT.to_string());
    let port = Field::new(&label).of("server").enabled(off).hint(&hint);
    let port = port.show(ui, port_rect, &mut model.settings.port);
    start |= entered(ui, &port);
    changed |= port.changed();
    if changed {
        model.server.failure = None;
    }
    if left(ui, &folder) || left(ui, &port) || start {
        model.check_share_fields();
    }

    let why = t!("no-folder");
    let button = sharing_button(model, &sharing, &why).slot(slot::SHARING);
    let button = button.show(ui, start_rect);
    if access.is_some() {
        let top = inner.top() + own_height + space::M;
        let area = Rect::from_min_max(pos2(inner.left(), top), inner.max);
        access::ui(ui, area, model, actions);
    }
    if start && model.can_share() {
        // The fields are disabled while sharing.
        button.request_focus();
    }
    if button.clicked() {
        start |= off;
        if !off {
            actions.push(Action::StopSharing);
        }
    }
    // If the folder is missing, the action reports it.
    if start {
        actions.push(Action::StartSharing);
    }
    button
}

fn sharing_text(model: &Model) -> String {
    match model.server.sharing {
        Sharing::Off => t!("start-sharing"),
        Sharing::Starting | Sharing::On { .. } | Sharing::Stopping => t!("stop-sharing"),
    }
}

fn sharing_button<'a>(model: &Model, text: &'a str, why_not: &'a str) -> Button<'a> {
    match model.server.sharing {
        Sharing::Off if model.can_share() => Button::primary(text),
        Sharing::Off => Button::primary(text).enabled(false).tooltip(why_not),
        Sharing::Starting | Sharing::On { .. } => Button::new(text),
        Sharing::Stopping => Button::new(text).enabled(false),
    }
}
