//! The field for the host, and below it the hosts that were used before.

use egui::{
    Align2, Key, Modifiers, Popup, PopupCloseBehavior, Rect, Response, Role, Ui, pos2, vec2,
};
use egui_material_icons::icons::{ICON_ARROW_FORWARD, ICON_HISTORY};

use super::entered;
use super::widgets::{Button, Field};
use crate::app::model::Model;
use crate::app::theme::{size, space};
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
    let button = look_button(ui, rect, model);
    let mut look = entered(ui, &host) || button.clicked();
    model.client.host.typed |= host.changed();
    if host.lost_focus() {
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
    model.client.host.open &= !hosts.is_empty() && !entered(ui, &host);
    let mut chosen = None;
    let name = t!("hosts-used-before");
    Popup::from_response(&host)
        .accessible_name(&name)
        .open_bool(&mut model.client.host.open)
        .close_behavior(PopupCloseBehavior::CloseOnClick)
        .gap(space::XS)
        .show(|ui| {
            // Of popups egui says that they are dialogs.
            let list = Popup::default_response_id(&host);
            ui.ctx()
                .accesskit_node_builder(list, |node| node.set_role(Role::Group));
            ui.spacing_mut().item_spacing.y = 0.0;
            for (index, host) in hosts.iter().enumerate() {
                let button = Button::plain(host).icon(ICON_HISTORY).slot(index).start();
                let wanted = vec2(rect.width() - space::XL, size::SMALL_CONTROL);
                let place = ui.allocate_space(wanted).1;
                let response = button.show(ui, place);
                if down && index == 0 {
                    response.request_focus();
                }
                if response.clicked() {
                    chosen = Some(host.clone());
                }
            }
        });
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
    let enabled = !model.settings.host.trim().is_empty();
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
    let hosts = model.settings.hosts.iter();
    let fits = |host: &&String| {
        let begins = host.get(..typed.len());
        let is_it = host.rsplit_once(':').is_some_and(|(name, _)| name == typed);
        !is_it && begins.is_some_and(|begins| begins.eq_ignore_ascii_case(typed))
    };
    hosts.filter(fits).cloned().collect()
}
