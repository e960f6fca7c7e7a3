//! The field for the host, and below it the hosts that were used before.

use egui::{
    Align2, Key, Modifiers, Popup, PopupCloseBehavior, Rect, Response, Role, Ui, pos2, vec2,
};

use super::widgets::{Button, Field};
use super::{entered, keys};
use crate::app::model::Model;
use crate::app::symbols::{ICON_ARROW_FORWARD, ICON_HISTORY};
use crate::app::theme::{size, space};
use crate::client::authority;
use crate::settings::Protocol;
use crate::t;

/// What was done in the field.
pub(crate) struct HostField {
    /// Something else was typed.
    pub changed: bool,
    /// The user asked what the host shares.
    pub look: bool,
    /// It, or what belongs to it, has the keyboard.
    pub has_keyboard: bool,
}

/// Draw it into `rect`.
pub(crate) fn ui(ui: &mut Ui, rect: Rect, model: &mut Model) -> HostField {
    let (label, hint) = (t!("host"), t!("host-hint"));
    let tail = size::SMALL_CONTROL + space::XS;
    let field = Field::new(&label).hint(&hint).tail(tail);
    let host = field.show(ui, rect, &mut model.settings.host);
    let host = host.on_hover_text(keys::tip(ui, &t!("what-host-is"), keys::HOST));
    let button = look_button(ui, rect, model);
    let is_entered = entered(ui, &host);
    let mut look = is_entered || button.clicked();
    model.client.host.typed |= host.changed();
    if is_entered || host.lost_focus() {
        model.spread_host();
    }
    let hosts = suggestions(model);
    let has_keyboard = ui.memory(|memory| memory.has_focus(host.id));
    if host.changed() || has_keyboard && host.clicked() {
        model.client.host.open = true;
    }
    let mut down = false;
    if has_keyboard {
        down = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::ArrowDown));
        model.client.host.open |= down;
    }
    model.client.host.open &= !hosts.is_empty() && !is_entered;
    let mut chosen = None;
    let mut on_list = down;
    let name = t!("hosts-used-before");
    let popup = Popup::from_response(&host)
        .accessible_name(&name)
        .open_bool(&mut model.client.host.open)
        .close_behavior(PopupCloseBehavior::CloseOnClick)
        .gap(space::XS);
    popup.show(|ui| {
        // Of popups egui says that they are dialogs.
        let list = Popup::default_response_id(&host);
        ui.ctx()
            .accesskit_node_builder(list, |node| node.set_role(Role::Group));
        ui.spacing_mut().item_spacing.y = 0.0;
        let button = |host, index| Button::plain(host).icon(ICON_HISTORY).slot(index).start();
        let widths = hosts.iter().map(|host| button(host, 0).width(ui));
        let width = widths.fold(rect.width() - space::XL, f32::max);
        for (index, host) in hosts.iter().enumerate() {
            let place = ui.allocate_space(vec2(width, size::SMALL_CONTROL)).1;
            let response = button(host, index).show(ui, place);
            if down && index == 0 {
                response.request_focus();
            }
            on_list |= ui.memory(|memory| memory.has_focus(response.id));
            if response.clicked() {
                chosen = Some(host.clone());
            }
        }
    });
    // Who goes on to another field has seen enough of them.
    model.client.host.open &= has_keyboard || on_list;
    if let Some(host) = chosen {
        model.client.host.open = false;
        model.settings.host = host;
        model.spread_host();
        look = true;
    }
    let on_button = ui.memory(|memory| memory.has_focus(button.id));
    HostField {
        changed: host.changed(),
        look,
        has_keyboard: has_keyboard || on_button || model.client.host.open,
    }
}

/// The same as Enter, for who uses the pointer.
fn look_button(ui: &mut Ui, field: Rect, model: &Model) -> Response {
    let name = t!("show-its-files");
    let tip = t!("tip", text = &name, keys = t!("key-enter"));
    // A raw server has no list, and would take the question for a file's name.
    let enabled =
        !model.settings.host.trim().is_empty() && model.settings.protocol != Protocol::Raw;
    let button = Button::icon_only(ICON_ARROW_FORWARD, &name);
    let right = pos2(field.right() - space::XS, field.center().y);
    let place = vec2(size::SMALL_CONTROL, size::SMALL_CONTROL);
    let place = Align2::RIGHT_CENTER.anchor_size(right, place);
    let button = button.enabled(enabled).tooltip(&tip);
    button.show(ui, place)
}

/// Hosts that go on as what was typed begins. What is there already is no suggestion.
fn suggestions(model: &Model) -> Vec<String> {
    let typed = model.settings.host.trim();
    let port = model.settings.host_port.trim().parse();
    let here = port.map(|port| authority(typed, port)).unwrap_or_default();
    let begins = |host: &str| {
        let begins = host.get(..typed.len());
        begins.is_some_and(|begins| begins.eq_ignore_ascii_case(typed))
    };
    let hosts = model.settings.hosts.iter();
    // An address of version 6 is typed without its brackets, too.
    let fits = |host: &&String| begins(host) || begins(host.trim_start_matches('['));
    hosts
        .filter(fits)
        .filter(|host| **host != here)
        .cloned()
        .collect()
}
