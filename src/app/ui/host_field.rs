//! The field for the host, and below it the hosts that were used before.

use egui::{Key, Modifiers, Popup, PopupCloseBehavior, Rect, Response, Role, Ui, vec2};
use egui_material_icons::icons::ICON_HISTORY;

use super::entered;
use super::widgets::{Button, Field};
use crate::app::model::Model;
use crate::app::theme::{size, space};
use crate::t;

/// Draw it into `rect`; whether the user asked what the host shares.
pub(crate) fn ui(ui: &mut Ui, rect: Rect, model: &mut Model) -> (Response, bool) {
    let (label, hint) = (t!("host"), t!("host-hint"));
    let field = Field::new(&label).hint(&hint);
    let host = field.show(ui, rect, &mut model.settings.host);
    let mut look = entered(ui, &host);
    model.client.host_typed |= host.changed();
    if host.lost_focus() {
        model.spread_host();
    }
    let hosts = suggestions(model);
    let has_keyboard = ui.memory(|memory| memory.has_focus(host.id));
    if host.changed() || has_keyboard && host.clicked() {
        model.client.hosts_open = true;
    }
    let mut down = false;
    if has_keyboard {
        down = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::ArrowDown));
        model.client.hosts_open |= down;
    }
    model.client.hosts_open &= !hosts.is_empty() && !entered(ui, &host);
    let mut chosen = None;
    let name = t!("hosts-used-before");
    Popup::from_response(&host)
        .accessible_name(&name)
        .open_bool(&mut model.client.hosts_open)
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
        model.client.hosts_open = false;
        model.settings.host = host;
        model.spread_host();
        look = true;
    }
    (host, look)
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
