//! The host field with its list of recent hosts.

use egui::{
    Align2, EventFilter, Key, Modifiers, Popup, PopupCloseBehavior, Rect, Response, Role, Ui, pos2,
    vec2,
};

use super::widgets::{Button, Field};
use super::{entered, keys, left};
use crate::app::model::{Model, port};
use crate::app::symbols::{ICON_ARROW_FORWARD, ICON_CLOSE, ICON_HISTORY};
use crate::app::theme;
use crate::app::theme::{radius, size, space};
use crate::settings::HTTPS;
use crate::t;
use landline_engine::client::authority;

/// The result of a frame.
pub(crate) struct HostField {
    /// Whether the text changed.
    pub changed: bool,
    /// Whether the user asked for the listing of the host.
    pub look: bool,
}

/// Draws the field into `rect`.
pub(crate) fn ui(ui: &mut Ui, rect: Rect, model: &mut Model) -> HostField {
    let (label, hint) = (t!("host"), t!("host-hint"));
    let tail = size::SMALL_CONTROL + space::XS;
    let field = Field::new(&label).hint(&hint).tail(tail);
    if field.has_keyboard(ui) {
        walk(ui, model);
    }
    let host = field.show(ui, rect, &mut model.settings.host);
    let host = host.on_hover_text(keys::tip(ui, &t!("what-host-is"), keys::HOST));
    let button = look_button(ui, rect, model);
    let is_entered = entered(ui, &host);
    if is_entered || left(ui, &host) {
        model.check_client_fields();
    }
    let hosts = suggestions(model);
    let has_keyboard = ui.memory(|memory| memory.has_focus(host.id));
    let state = &mut model.client.host;
    state.typed |= host.changed();
    if host.changed() {
        model.settings.encryption = <_>::default();
    }
    if host.changed() || has_keyboard && host.clicked() {
        state.open = true;
        state.at = None;
    }
    let at = state.at.filter(|_| state.open);
    let mut chosen = at.filter(|_| is_entered);
    let mut forgotten = None;
    state.open &= !hosts.is_empty() && !is_entered;
    let name = t!("hosts-used-before");
    let popup = Popup::from_response(&host)
        .accessible_name(&name)
        .open_bool(&mut state.open)
        .close_behavior(PopupCloseBehavior::CloseOnClick)
        .gap(space::XS);
    popup.show(|ui| {
        // egui exposes popups as dialogs.
        let list = Popup::default_response_id(&host);
        ui.ctx()
            .accesskit_node_builder(list, |node| node.set_role(Role::Group));
        ui.spacing_mut().item_spacing.y = 0.0;
        let button = |host, index| Button::plain(host).icon(ICON_HISTORY).slot(index).start();
        let widths = hosts
            .iter()
            .map(|host| button(host, 0).width(ui) + size::SMALL_CONTROL);
        let width = widths.fold(rect.width() - space::XL, f32::max);
        for (index, suggestion) in hosts.iter().enumerate() {
            let place = ui.allocate_space(vec2(width, size::SMALL_CONTROL)).1;
            if at == Some(index) {
                let ground = theme::palette(ui).soft_accent;
                ui.painter().rect_filled(place, radius::KNOB, ground);
            }
            let (name, key) = (t!("forget-host", host = suggestion), t!("key-delete"));
            let tip = t!("tip", text = &name, keys = key);
            let forget = Button::icon_only(ICON_CLOSE, &name).tooltip(&tip);
            let (place, end) = place.split_left_right_at_x(place.right() - size::SMALL_CONTROL);
            if forget.show(ui, end).clicked() {
                forgotten = Some(index);
            }
            let response = button(suggestion, index).show(ui, place);
            if response.clicked() {
                chosen = Some(index);
            }
            if at == Some(index) {
                // The field keeps the focus, but the suggestion is announced.
                ui.ctx().accesskit_node_builder(host.id, |node| {
                    node.set_active_descendant(response.id.accesskit_id());
                });
            }
        }
    });
    // Closed when the focus moves to another field.
    state.open &= has_keyboard;
    if let Some(index) = forgotten {
        model.settings.forget_host(&hosts[index]);
        // The click has taken the focus and closed the list.
        host.request_focus();
        state.open = true;
        state.at = None;
    }
    let filter = EventFilter {
        horizontal_arrows: true,
        vertical_arrows: true,
        escape: state.open,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(host.id, filter));
    let chosen = chosen.and_then(|index| hosts.into_iter().nth(index));
    let mut look = is_entered || button.clicked();
    if let Some(chosen) = chosen {
        state.open = false;
        model.settings.host = chosen;
        model.settings.encryption = <_>::default();
        model.client.failure = None;
        model.spread_host();
        // A listing does not help a user who wants a single file.
        look = model.can_list();
    }
    HostField {
        changed: host.changed(),
        look,
    }
}

/// Handles the arrow keys, which move through the suggestions, Delete, which removes one, and Escape, which closes
/// them.
fn walk(ui: &mut Ui, model: &mut Model) {
    let hosts = suggestions(model);
    let Some(last) = hosts.len().checked_sub(1) else {
        return;
    };
    let state = &mut model.client.host;
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::ArrowDown) {
        let at = state.at.filter(|_| state.open);
        state.at = Some(at.map_or(0, |at| at + 1).min(last));
        state.open = true;
    }
    if state.open && pressed(Key::ArrowUp) {
        // Above the first one is the field itself.
        state.at = state.at.and_then(|at| at.checked_sub(1));
    }
    if let Some(at) = state.at.filter(|_| state.open)
        && let Some(host) = hosts.get(at)
        && pressed(Key::Delete)
    {
        model.settings.forget_host(host);
        state.at = last.checked_sub(1).map(|last| at.min(last));
    }
    if state.open && pressed(Key::Escape) {
        state.open = false;
    }
}

/// A button with the effect of the Enter key.
fn look_button(ui: &mut Ui, field: Rect, model: &Model) -> Response {
    let name = t!("show-its-files");
    let tip = t!("tip", text = &name, keys = t!("key-enter"));
    let enabled = !model.settings.host.trim().is_empty() && model.can_list();
    let button = Button::icon_only(ICON_ARROW_FORWARD, &name);
    let right = pos2(field.right() - space::XS, field.center().y);
    let place = vec2(size::SMALL_CONTROL, size::SMALL_CONTROL);
    let place = Align2::RIGHT_CENTER.anchor_size(right, place);
    let button = button.enabled(enabled).tooltip(&tip);
    button.show(ui, place)
}

/// Recent hosts that start with the typed text, without an exact match.
fn suggestions(model: &Model) -> Vec<String> {
    let typed = model.settings.host.trim();
    let port = port(&model.settings.host_port);
    let here = port.map(|port| authority(typed, port)).unwrap_or_default();
    let begins = |host: &str| {
        let begins = host.get(..typed.len());
        begins.is_some_and(|begins| begins.eq_ignore_ascii_case(typed))
    };
    let hosts = model.settings.hosts.iter();
    // An IPv6 address may be typed without brackets, and `https://` is rarely typed.
    let fits = |host: &&String| {
        let bare = host.strip_prefix(HTTPS).unwrap_or(host);
        begins(host) || begins(bare) || begins(bare.trim_start_matches('['))
    };
    hosts
        .filter(fits)
        .filter(|host| !host.eq_ignore_ascii_case(&here))
        .cloned()
        .collect()
}
