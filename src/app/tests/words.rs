//! Button texts are never elided, and other elided texts have a tooltip.

use egui::accesskit::Role;
use egui::{Rect, Shape};
use egui_kittest::Node;
use egui_kittest::kittest::NodeT as _;

use super::layout::{Layer, layer};
use super::states::{LOCALSEND, SETTINGS, STATES, everywhere};
use super::*;

/// From this opacity on, a rectangle covers what was drawn before.
const COVERS: u8 = 60;

/// A line of text as drawn.
#[derive(Debug)]
struct Drawn {
    text: String,
    /// The rectangle of its glyphs.
    rect: Rect,
    /// The clip rectangle.
    clip: Rect,
    /// Whether its end is elided.
    is_cut: bool,
}

/// All uncovered text on the screen.
fn drawn(window: &Window) -> Vec<Drawn> {
    let mut found = Vec::new();
    for clipped in &window.output().shapes {
        words(&clipped.shape, clipped.clip_rect, &mut found);
    }
    found
}

/// The uncovered nodes with one of these roles.
fn in_front<'a>(window: &'a Window, roles: &[Role]) -> Vec<Node<'a>> {
    let nodes: Vec<_> = window
        .root()
        .children_recursive()
        .filter(|node| roles.contains(&node.accesskit_node().role()))
        .map(|node| (layer(&node), node))
        .collect();
    let has_dialog = nodes.iter().any(|(layer, _)| *layer == Layer::Dialog);
    let over: Vec<Rect> = nodes
        .iter()
        .filter(|(layer, _)| *layer != Layer::Page)
        .map(|(_, node)| node.rect())
        .collect();
    let is_seen = |(layer, node): &(Layer, Node<'_>)| match layer {
        Layer::Page if has_dialog => false,
        Layer::Page => !over.iter().any(|rect| rect.intersects(node.rect())),
        Layer::Popup | Layer::Toast | Layer::Dialog => true,
    };
    let seen = nodes.into_iter().filter(is_seen);
    seen.map(|(_, node)| node).collect()
}

fn words(shape: &Shape, clip: Rect, found: &mut Vec<Drawn>) {
    match shape {
        Shape::Vec(shapes) => {
            for shape in shapes {
                words(shape, clip, found);
            }
        }
        Shape::Text(text) => {
            let is_icon = |c: char| matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
            let shown = text.galley.text();
            if !shown.is_empty() && !shown.chars().all(is_icon) {
                found.push(Drawn {
                    text: shown.to_owned(),
                    rect: text.galley.rect.translate(text.pos.to_vec2()),
                    clip,
                    is_cut: text.galley.elided,
                });
            }
        }
        Shape::Rect(rect) if rect.fill.a() >= COVERS => {
            found.retain(|words| !rect.rect.contains(words.rect.center()));
        }
        _ => {}
    }
}

impl Drawn {
    /// Whether it is an elided form of `whole`.
    fn has_lost(&self, whole: &str) -> bool {
        let middle = self.text.split_once('…').filter(|_| self.text != whole);
        self.is_cut || middle.is_some_and(|(head, tail)| is_part(whole, head, tail))
    }
}

fn is_part(whole: &str, head: &str, tail: &str) -> bool {
    whole.len() > head.len() + tail.len() && whole.starts_with(head) && whole.ends_with(tail)
}

/// The text drawn inside `node`.
fn inside<'a>(node: &Node<'_>, drawn: &'a [Drawn]) -> impl Iterator<Item = &'a Drawn> {
    let rect = node.rect();
    let is_inside = move |words: &&Drawn| rect.contains(words.rect.center());
    drawn.iter().filter(is_inside)
}

/// Every button is wide enough for its text.
fn buttons_have_room(window: &mut Window, what: &str, _: Vec2) {
    let drawn = drawn(window);
    let mut seen = 0;
    for node in in_front(window, &[Role::Button, Role::Switch]) {
        let own = node.accesskit_node();
        let name = own.label().unwrap_or_default();
        for words in inside(&node, &drawn) {
            seen += 1;
            let Drawn { text, rect, .. } = words;
            // Breadcrumbs may be elided: the tooltip shows the whole name.
            let tip = own.description().unwrap_or_default();
            if words.text.contains('…') && tip.len() > text.len() {
                continue;
            }
            assert!(!words.is_cut, "{text} is cut on {name}, {what}");
            let room = node.rect().expand(0.5);
            let has_room =
                room.x_range().contains(rect.left()) && room.x_range().contains(rect.right());
            assert!(
                has_room,
                "{text} at {rect:?} is wider than {name} at {room:?}, {what}"
            );
        }
    }
    assert!(seen > 0, "{what}");
}

#[test]
fn every_button_fits_its_text() {
    everywhere(STATES, buttons_have_room);
    everywhere(LOCALSEND, buttons_have_room);
    everywhere(SETTINGS, buttons_have_room);
}

/// Elided text is shown in the tooltip.
fn nothing_is_lost(window: &mut Window, what: &str, size: Vec2) {
    let lost: Vec<(String, Rect)> = {
        let drawn = drawn(window);
        let nodes = in_front(window, &[Role::Label, Role::ListBoxOption]);
        nodes
            .into_iter()
            .filter_map(|node| {
                let own = node.accesskit_node();
                let whole = match own.role() {
                    Role::Label => own.value(),
                    _ => own.label(),
                }?;
                // One of several lines scrolls instead.
                let whole = Some(whole).filter(|whole| !whole.contains('\n'))?;
                let mut words = inside(&node, &drawn);
                let words = words.find(|words| words.has_lost(&whole))?;
                let seen = words.rect.intersect(words.clip);
                let screen = Rect::from_min_size(egui::Pos2::ZERO, size);
                let is_seen = screen.contains(seen.center()) && seen.width() > 4.0;
                (is_seen && seen.height() > 4.0).then_some((whole, seen))
            })
            .collect()
    };
    window.ctx.style_mut_of(egui::Theme::Light, instantly);
    window.ctx.style_mut_of(egui::Theme::Dark, instantly);
    for (whole, rect) in lost {
        window.hover_at(rect.center());
        window.run_steps(3);
        let is_told = drawn(window)
            .iter()
            .any(|words| !words.has_lost(&whole) && words.text.contains(&whole));
        assert!(is_told, "{whole:?} at {rect:?} is not told, {what}");
    }
}

fn instantly(style: &mut egui::Style) {
    style.interaction.tooltip_delay = 0.0;
    style.interaction.show_tooltips_only_when_still = false;
}

#[test]
fn elided_text_is_in_the_tooltip() {
    everywhere(STATES, nothing_is_lost);
    everywhere(LOCALSEND, nothing_is_lost);
    everywhere(SETTINGS, nothing_is_lost);
}
