//! The Client tab: from where, which file, to where, and what comes in.

use egui::{Align2, Event, Rect, Ui, pos2, vec2};
use egui_material_icons::icons::{ICON_ARROW_DOWNWARD, ICON_CHAT_BUBBLE, ICON_DOWNLOAD};

use super::page::{Page, Row};
use super::widgets::{Button, Field, Text, field_height, segments};
use super::{empty, entered, error_strip, message_card, transfer_list};
use crate::app::actions::{Action, Folder};
use crate::app::model::Model;
use crate::app::theme::{font, size, space};
use crate::settings::Protocol;
use crate::t;

/// The list of downloads is never lower: the page scrolls instead.
const MIN_LIST: f32 = 180.0;
/// The switch between the ways to ask.
const PROTOCOLS: f32 = 240.0;

pub(crate) fn ui(ui: &mut Ui, page: &mut Page, model: &mut Model, actions: &mut Vec<Action>) {
    fields(ui, page, model, actions);
    if let Some(failure) = &model.client.failure {
        error_strip::failure(ui, page, failure);
    }
    if model.client.messages_open {
        message_card::ui(ui, page, model, actions);
    }
    let card = page.card(ui, page.rest().max(MIN_LIST));
    let transfers = &mut model.client.transfers;
    if transfers.is_empty() {
        let (title, lines) = (t!("nothing-downloaded"), t!("what-to-type"));
        empty::ui(ui, card, ICON_DOWNLOAD, &title, &lines);
        return;
    }
    transfer_list::downloads(ui, card, page, transfers, actions);
    transfer_list::ui(ui, card, page, transfers, actions);
}

fn fields(ui: &mut Ui, page: &mut Page, model: &mut Model, actions: &mut Vec<Action>) {
    let label = size::LABEL + space::XS;
    let rows = 2.0 * (field_height() + space::M);
    let card = page.card(ui, space::L + rows + size::SMALL_CONTROL + space::M);
    let inner = card.shrink2(vec2(page.padding(), space::L));
    let gap = if page.narrow { space::S } else { space::M };
    let boxes = |y: f32| Rect::from_min_max(pos2(inner.left(), y + label), inner.max);

    let mut row = Row::new(boxes(inner.top()), size::CONTROL, gap);
    let share = if page.narrow { 0.36 } else { 0.34 };
    let host_rect = row.left((inner.width() * share).floor());
    let port_rect = row.left(if page.narrow { 72.0 } else { size::PORT_FIELD });
    let host = Field::new(&t!("host")).hint(&t!("host-hint")).show(
        ui,
        host_rect,
        &mut model.settings.host,
    );
    let pasted = host.has_focus()
        && ui.input(|input| {
            let is_paste = |event: &Event| matches!(event, Event::Paste(_));
            input.events.iter().any(is_paste)
        });
    if pasted || host.lost_focus() {
        model.spread_host();
    }
    let mut download = entered(ui, &host);
    let port = Field::new(&t!("port")).show(ui, port_rect, &mut model.settings.host_port);
    download |= entered(ui, &port);
    let file = Field::new(&t!("file-name"))
        .hint(&t!("file-name-hint"))
        .show(ui, row.rest(), &mut model.settings.file_name);
    download |= entered(ui, &file);

    let second = inner.top() + field_height() + space::M;
    let mut row = Row::new(boxes(second), size::CONTROL, gap);
    let (browse, text) = (t!("browse"), t!("download"));
    let elsewhere = t!("dialog-is-open");
    let browse = Button::new(&browse).unless(model.dialog_open, &elsewhere);
    let why = t!("what-to-type").replace('\n', " ");
    let button = Button::primary(&text).icon(ICON_ARROW_DOWNWARD);
    let button = if model.can_download() {
        button
    } else {
        button.enabled(false).tooltip(&why)
    };
    let download_rect = row.right(button.width(ui));
    let browse_rect = row.right(browse.width(ui));
    let save = Field::new(&t!("save-to"))
        .hint(&t!("choose-a-folder"))
        .show(ui, row.rest(), &mut model.settings.save_to);
    download |= entered(ui, &save);
    if browse.show(ui, browse_rect).clicked() {
        actions.push(Action::Browse(Folder::SaveTo));
    }
    download |= button.show(ui, download_rect).clicked();
    // With a field missing the action finds out which, and says so.
    if download {
        actions.push(Action::Download);
    }
    let y = inner.top() + rows;
    let options = Rect::from_min_size(
        pos2(inner.left(), y),
        vec2(inner.width(), size::SMALL_CONTROL),
    );
    options_row(ui, options, page.narrow, model);
}

/// How to ask, and whether messages can be written.
fn options_row(ui: &mut Ui, row: Rect, narrow: bool, model: &mut Model) {
    let mut left = row.left();
    if !narrow {
        let text = t!("ask-over");
        let caption = Text::caption(&text, ui);
        let rect = Rect::from_min_size(row.min, vec2(caption.width(ui), row.height()));
        left = caption.show(ui, rect).rect.right() + space::S;
    }
    let choices = [
        (Protocol::Automatic, t!("automatic")),
        (Protocol::Http, t!("http")),
        (Protocol::Raw, t!("only-raw")),
    ];
    let rect = Rect::from_min_size(
        pos2(left, row.top() - 2.0),
        vec2(PROTOCOLS, row.height() + 4.0),
    );
    let chosen = model.settings.protocol;
    if let Some(protocol) = segments(ui, rect, chosen, &choices, font::CAPTION) {
        model.settings.protocol = protocol;
    }
    let text = t!("message");
    let button = Button::new(&text).icon(ICON_CHAT_BUBBLE).small();
    let size = vec2(button.width(ui), size::SMALL_CONTROL);
    let place = Align2::RIGHT_CENTER.anchor_size(pos2(row.right(), row.center().y), size);
    let about = t!("what-a-message-does");
    if button.tooltip(&about).show(ui, place).clicked() {
        model.client.messages_open = !model.client.messages_open;
    }
}
