//! The Client tab: the form, the remote folder and the downloads.

use egui::{Rect, Response, Ui, pos2, vec2};

use super::page::{Page, Row, slot};
use super::split::Split;
use super::transfer_list::List;
use super::widgets::menu::{self, Entry};
use super::widgets::{Button, Field, Text, field_height, segments};
use super::{
    browser, entered, error_strip, host_field, keys, left, nearby, send_button, transfer_list,
};
use crate::app::actions::{Action, Folder};
use crate::app::model::{Model, Step};
use crate::app::symbols::{ICON_ARROW_DOWNWARD, ICON_CALL, ICON_CLOSE, ICON_HISTORY, ICON_TUNE};
use crate::app::theme::{font, size, space};
use crate::settings::{ProtocolChoice, Tab};
use crate::{t, text};
use landline_engine::transport::DEFAULT_PORT;

/// The minimum height of the lists; below it, the page scrolls.
const MIN_LIST: f32 = 168.0;
/// The downloads' maximum share of the height next to the remote folder, unless that is less than
/// [`MIN_LIST`].
const DOWNLOADS_SHARE: f32 = 0.45;
/// The minimum height of the downloads: one row.
const MIN_DOWNLOADS: f32 = 108.0;
/// The width of the protocol switch.
const PROTOCOLS: f32 = 240.0;

pub(crate) fn ui(ui: &mut Ui, page: &mut Page, model: &mut Model, actions: &mut Vec<Action>) {
    fields(ui, page, model, actions);
    if let Some(failure) = &model.client.failure {
        let step = error_strip::failure(ui, page, failure);
        actions.extend(step.and_then(Step::action));
    }
    error_strip::pasted(ui, page, &mut model.client.pasted, actions);
    let is_looking = !model.shows_nearby();
    let has_downloads = !model.client.transfers.is_empty() || !model.client.calls.is_empty();
    if !is_looking && !has_downloads {
        let height = page.rest().max(MIN_LIST);
        if model.nearby.devices().is_empty() {
            nothing_yet(ui, page, height, model, actions);
        } else {
            nearby::ui(ui, page, height, model, actions);
        }
        return;
    }
    if !is_looking {
        let most = page.rest() - page.gap() - MIN_LIST;
        let height = nearby::wanted_height(page, model, most);
        nearby::ui(ui, page, height, model, actions);
    }
    let split = Split {
        height: page.rest() - page.gap(),
        upper: browser::SPLIT_HEIGHT,
        lower: MIN_DOWNLOADS,
    };
    let has_both = is_looking && has_downloads;
    let files = split
        .chosen(model.settings.files_share)
        .filter(|_| has_both);
    let downloads = if let Some(files) = files {
        split.height - files
    } else if !is_looking {
        page.rest().max(MIN_LIST)
    } else if has_downloads {
        let share = (page.rest() - page.gap()) * DOWNLOADS_SHARE;
        let (most, width) = (
            share.floor().max(MIN_LIST),
            page.width() - 2.0 * page.padding(),
        );
        let rows = (&model.client.transfers, &model.client.calls);
        let wanted = transfer_list::wanted_height(ui, width, rows, most);
        wanted.max(MIN_DOWNLOADS)
    } else {
        0.0
    };
    if is_looking {
        let below = if has_downloads {
            downloads + page.gap()
        } else {
            0.0
        };
        let height = files.unwrap_or_else(|| (page.rest() - below).max(browser::MIN_HEIGHT));
        browser::ui(ui, page, height, model, actions);
        if has_both {
            let (name, gap) = (t!("files-divider"), page.last_gap());
            split.ui(ui, gap, &name, height, &mut model.settings.files_share);
        }
    }
    if has_downloads {
        downloads_card(ui, page, downloads, model, actions);
    }
}

/// The empty state, with the recent hosts.
fn nothing_yet(
    ui: &mut Ui,
    page: &mut Page,
    height: f32,
    model: &mut Model,
    actions: &mut Vec<Action>,
) {
    let card = page.card(ui, height);
    let below = nearby::nobody(ui, card, model, actions);
    let mut widths = 0.0;
    let mut hosts = Vec::new();
    for host in &model.settings.hosts {
        let button = Button::new(host).icon(ICON_HISTORY).small();
        let width = button.width(ui) + space::S;
        if widths + width > page.width() - 2.0 * page.padding() {
            break;
        }
        widths += width;
        hosts.push((host.clone(), width - space::S));
    }
    let mut x = card.center().x - (widths - space::S) / 2.0;
    for (host, width) in hosts {
        let rect = Rect::from_min_size(pos2(x, below), vec2(width, size::SMALL_CONTROL));
        x = rect.right() + space::S;
        let name = t!("look-at-host", host = &host);
        let button = Button::new(&host).icon(ICON_HISTORY).small().name(&name);
        if rect.bottom() >= card.bottom() {
            break;
        }
        let button = button.show(ui, rect);
        let forget = || vec![Entry::new(t!("forget-host", host = &host), ()).icon(ICON_CLOSE)];
        if menu::context(&button, forget).is_some() {
            model.settings.forget_host(&host);
        }
        if button.clicked() {
            model.settings.host.clone_from(&host);
            model.settings.encryption = <_>::default();
            actions.push(Action::List);
            model.client.browse.wants_keyboard |= button.has_focus();
        }
    }
}

fn downloads_card(
    ui: &mut Ui,
    page: &mut Page,
    height: f32,
    model: &mut Model,
    actions: &mut Vec<Action>,
) {
    let card = page.card(ui, height);
    let list = &mut List {
        tab: Tab::Client,
        transfers: &mut model.client.transfers,
        calls: &mut model.client.calls,
        encoding: model.settings.talk.encoding,
    };
    transfer_list::downloads(ui, card, page, list, actions);
    transfer_list::ui(ui, card, page, list, actions);
}

fn fields(ui: &mut Ui, page: &mut Page, model: &mut Model, actions: &mut Vec<Action>) {
    let label_height = size::LABEL + space::XS;
    let rows = 2.0 * field_height() + space::M;
    // Settings other than the default are always visible.
    let more = model.client.more || model.settings.protocol != ProtocolChoice::Automatic;
    let below = if more {
        space::M + size::SMALL_CONTROL
    } else {
        0.0
    };
    let card = page.card(ui, 2.0 * space::L + rows + below);
    let inner = card.shrink2(vec2(page.padding(), space::L));
    let gap = if page.narrow { space::S } else { space::M };
    let boxes = |y: f32| Rect::from_min_max(pos2(inner.left(), y + label_height), inner.max);

    let mut row = Row::new(boxes(inner.top()), size::CONTROL, gap);
    let share = if page.narrow { 0.42 } else { 0.34 };
    let host_rect = row.left((inner.width() * share).floor());
    let port_rect = row.left(if page.narrow { 72.0 } else { size::PORT_FIELD });
    let host = host_field::ui(ui, host_rect, model);
    let (label, hint) = (t!("port"), DEFAULT_PORT.to_string());
    let port = Field::new(&label).hint(&hint);
    let port = port.show(ui, port_rect, &mut model.settings.host_port);
    let is_asked = host.look || entered(ui, &port);
    model.client.host.typed |= port.changed();
    if port.changed() {
        model.settings.encryption = <_>::default();
    }
    let mut changed = host.changed || port.changed();
    let file = file_field(ui, row.rest(), model);
    changed |= file.changed();
    let can_list = model.can_list();
    let mut download = entered(ui, &file) || is_asked && !can_list;

    let second = inner.top() + field_height() + space::M;
    let mut row = Row::new(boxes(second), size::CONTROL, gap);
    let (browse, text) = (t!("browse"), t!("download"));
    let elsewhere = t!("dialog-is-open");
    let browse_tip = keys::tip(ui, &t!("choose-a-folder"), keys::BROWSE);
    let browse = Button::new(&browse).tooltip(&browse_tip);
    let browse = browse.unless(model.dialog_open, &elsewhere);
    let why = text::unwrapped(&t!("what-to-type"));
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
    if changed || save.changed() {
        model.client.failure = None;
    }
    if left(ui, &port) || left(ui, &save) {
        model.check_client_fields();
    }
    if browse.show(ui, browse_rect).clicked() {
        actions.push(Action::Browse(Folder::SaveTo));
    }
    download |= button.show(ui, download_rect).clicked();
    let is_naming = file.changed() || file.clicked() || download;
    if is_asked && can_list || is_naming && model.lists_automatically() {
        model.client.host.typed = false;
        actions.push(Action::List);
        // Move the keyboard to the list that the user asked for.
        model.client.browse.wants_keyboard |= is_asked && model.whole_place().is_ok();
    }
    // If a field is missing, the action reports which.
    if download {
        actions.push(Action::Download);
    }
    let toggle = Rect::from_min_max(
        pos2(inner.right() - size::SMALL_CONTROL, second - space::S),
        pos2(inner.right(), second + size::LABEL + space::XS),
    );
    let before = toggle.translate(vec2(-toggle.width() - space::XS, 0.0));
    let call = Button::plain(&t!("call")).icon(ICON_CALL).width(ui);
    let first = before.translate(vec2(-call - space::XS, 0.0));
    send_button::ui(ui, first, model, actions);
    call_button(ui, before, model, actions);
    more_button(ui, toggle, model);
    if more {
        let options =
            Rect::from_min_max(pos2(inner.left(), inner.top() + rows + space::M), inner.max);
        options_row(ui, options, page.narrow, model);
    }
}

/// The field for the file name, or the number of selected entries.
fn file_field(ui: &mut Ui, rect: Rect, model: &mut Model) -> Response {
    let chosen = model.selected_count();
    let hint = if chosen > 1 {
        t!("chosen", count = chosen)
    } else {
        t!("file-name-hint")
    };
    let file =
        Field::new(&t!("file-name"))
            .hint(&hint)
            .show(ui, rect, &mut model.settings.file_name);
    if file.changed() {
        model.choose_typed();
    }
    file
}

/// The button that calls the host, with its right edge at that of `place`.
fn call_button(ui: &mut Ui, place: Rect, model: &Model, actions: &mut Vec<Action>) {
    let (text, about) = (t!("call"), t!("what-a-call-does"));
    let button = Button::plain(&text).icon(ICON_CALL).tooltip(&about);
    let is_named = !model.settings.host.trim().is_empty();
    let why = t!("no-host");
    let button = button.unless(!is_named, &why);
    let width = button.width(ui);
    let place = place.with_min_x(place.right() - width);
    if button.show(ui, place).clicked() {
        actions.push(Action::Call);
    }
}

/// The button that shows or hides the advanced fields.
fn more_button(ui: &mut Ui, rect: Rect, model: &mut Model) {
    let name = if model.client.more {
        t!("fewer-options")
    } else {
        t!("more-options")
    };
    let button = Button::icon_only(ICON_TUNE, &name).slot(slot::OPTIONS);
    if button.show(ui, rect).clicked() {
        model.client.more = !model.client.more;
    }
}

/// The row with the protocol.
fn options_row(ui: &mut Ui, row: Rect, narrow: bool, model: &mut Model) {
    let mut left = row.left();
    if !narrow {
        let text = t!("ask-over");
        let caption = Text::caption(&text, ui);
        let rect = Rect::from_min_size(row.min, vec2(caption.width(ui), row.height()));
        left = caption.show(ui, rect).rect.right() + space::S;
    }
    let choices = [
        (ProtocolChoice::Automatic, t!("automatic")),
        (ProtocolChoice::Http, t!("http")),
        (ProtocolChoice::Raw, t!("only-raw")),
    ];
    let rect = Rect::from_min_size(
        pos2(left, row.top() - 2.0),
        vec2(PROTOCOLS, row.height() + 4.0),
    );
    let chosen = model.settings.protocol;
    if let Some(protocol) = segments(ui, rect, None, chosen, &choices, &[], font::CAPTION) {
        model.settings.protocol = protocol;
    }
}
