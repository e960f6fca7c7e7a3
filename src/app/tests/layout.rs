//! At every size, in both themes and both languages, all widgets are visible, named, and do not
//! overlap.

use egui::Rect;
use egui::accessibility::is_input;
use egui::accesskit::Role;
use egui_kittest::Node;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::states::{LOCALSEND, SETTINGS, STATES, everywhere};
use super::*;

/// The layer of a widget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    Page,
    /// The recent hosts below their field.
    Popup,
    Toast,
    Dialog,
}

/// An interactive widget.
#[derive(Debug)]
struct Part {
    layer: Layer,
    role: Role,
    name: String,
    /// The visible part.
    rect: Rect,
}

/// The layer of a node.
pub(super) fn layer(node: &Node<'_>) -> Layer {
    let mut around = node.parent();
    while let Some(outer) = around {
        match outer.accesskit_node().role() {
            Role::Group => return Layer::Popup,
            Role::Status => return Layer::Toast,
            Role::Dialog | Role::AlertDialog => return Layer::Dialog,
            _ => around = outer.parent(),
        }
    }
    Layer::Page
}

/// All interactive widgets; behind a dialog there are none.
fn parts(window: &Window) -> Vec<Part> {
    let nodes = window.root().children_recursive();
    let inputs = nodes.filter(|node| is_input(node.accesskit_node().role()));
    let mut parts: Vec<Part> = inputs
        .filter_map(|node| {
            let own = node.accesskit_node();
            let mut rect = node.rect();
            if own.role() == Role::ListBoxOption {
                // The first and the last row may be cut off.
                let mut lists = window.query_all_by_role(Role::ListBox);
                rect = rect.intersect(lists.next().map_or(rect, |list| list.rect()));
            }
            rect.is_positive().then(|| Part {
                layer: layer(&node),
                role: own.role(),
                name: own.label().unwrap_or_default(),
                rect,
            })
        })
        .collect();
    if parts.iter().any(|part| part.layer == Layer::Dialog) {
        parts.retain(|part| part.layer == Layer::Dialog);
    }
    parts
}

/// In a window that is high enough.
fn everything_has_its_place(window: &mut Window, what: &str, size: Vec2) {
    let parts = parts(window);
    assert!(parts.len() > 1, "{what}");
    let screen = Rect::from_min_size(egui::Pos2::ZERO, size);
    for (index, part) in parts.iter().enumerate() {
        let Part { name, rect, .. } = part;
        assert!(!name.is_empty(), "no name at {rect:?}, {what}");
        assert!(screen.contains_rect(*rect), "{name} at {rect:?}, {what}");
        let is_large = rect.width() >= 24.0 && rect.height() >= 24.0;
        let is_cut = part.role == Role::ListBoxOption;
        assert!(is_large || is_cut, "{name} at {rect:?}, {what}");
        for other in &parts[index + 1..] {
            let is_twin = (part.role, name) == (other.role, &other.name);
            assert!(!is_twin, "{name} twice, {what}");
            let common = rect.intersect(other.rect);
            let is_over = part.layer == other.layer && common.is_positive();
            assert!(!is_over, "{part:?} is over {other:?}, {what}");
        }
    }
}

#[test]
fn everything_has_its_own_place_and_name() {
    everywhere(STATES, everything_has_its_place);
    everywhere(LOCALSEND, everything_has_its_place);
    everywhere(SETTINGS, everything_has_its_place);
}

#[test]
fn in_the_smallest_window_the_page_scrolls() {
    for state in STATES.iter().chain(LOCALSEND) {
        let window = state.window(SMALL, Theme::Light);
        for Part { name, rect, .. } in parts(&window) {
            let is_inside = rect.left() >= 0.0 && rect.right() <= SMALL.x;
            assert!(is_inside, "{name} at {rect:?} in {}", state.name);
        }
    }
}

#[test]
fn in_the_smallest_window_the_settings_scroll() {
    for state in SETTINGS {
        let mut window = state.window(SMALL, Theme::Light);
        let dialog = window.get_by_role(Role::Dialog).rect();
        assert!(Rect::from_min_size(egui::Pos2::ZERO, SMALL).contains_rect(dialog));
        let mut seen = 0;
        // The tab cycle starts at the close button and returns to it.
        for _ in 0..parts(&window).len() {
            let name = focused(&window).unwrap();
            let here = parts(&window).into_iter().find(|part| part.name == name);
            let rect = here.unwrap().rect;
            assert!(dialog.contains_rect(rect), "{name} at {rect:?}");
            let close = window.get_by_label("Close settings").rect();
            assert!(dialog.contains_rect(close));
            seen += 1;
            press(&mut window, Modifiers::NONE, Key::Tab);
        }
        assert!(seen > 15);
    }
}

#[test]
fn an_idle_window_is_not_redrawn() {
    let mut window = usual(filled(Tab::Client));
    assert_eq!(window.run(), 1);
    window.step();
    let delay = window.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
    assert_eq!(delay, std::time::Duration::MAX);
}
