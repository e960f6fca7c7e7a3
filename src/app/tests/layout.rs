//! At every size, in both themes and both languages everything is there, named, and beside each other.

use egui::Rect;
use egui::accessibility::is_input;
use egui_kittest::kittest::NodeT as _;

use super::*;
use crate::app::model::{Failure, Sharing, Step};
use crate::net::addresses::{Address, Reach};
use crate::sentence;
use crate::settings::Language;
use crate::text::set_language;

/// Everything that can be used: its name and its place.
fn parts(window: &Window) -> Vec<(String, Rect)> {
    window
        .root()
        .children_recursive()
        .filter(|node| is_input(node.accesskit_node().role()))
        .map(|node| {
            let name = node.accesskit_node().label().unwrap_or_default();
            (name, node.rect())
        })
        .collect()
}

/// `height` is enough to show everything without scrolling.
fn check(model: Model, width: f32, height: f32, theme: Theme) {
    let window = window(vec2(width, height), theme, model);
    let parts = parts(&window);
    assert!(parts.len() > 5);
    let screen = Rect::from_min_size(egui::Pos2::ZERO, vec2(width, height));
    for (index, (name, rect)) in parts.iter().enumerate() {
        assert!(!name.is_empty(), "no name at {rect:?}");
        assert!(screen.contains_rect(*rect), "{name} at {rect:?}");
        assert!(
            rect.width() >= 24.0 && rect.height() >= 24.0,
            "{name} at {rect:?}"
        );
        for (other, place) in &parts[index + 1..] {
            assert_ne!(name, other);
            let common = rect.intersect(*place);
            assert!(
                !common.is_positive(),
                "{name} at {rect:?} is over {other} at {place:?}"
            );
        }
    }
}

fn everywhere(model: impl Fn() -> Model, heights: (f32, f32)) {
    for language in [Language::English, Language::Chinese] {
        set_language(language);
        for theme in [Theme::Light, Theme::Dark] {
            check(model(), 980.0, heights.0, theme);
            check(model(), 440.0, heights.1, theme);
            check(model(), 1600.0, heights.0.max(1000.0), theme);
        }
    }
}

#[test]
fn the_empty_tabs() {
    everywhere(Model::default, (700.0, 520.0));
    everywhere(|| filled(Tab::Client), (700.0, 520.0));
}

#[test]
fn sharing_with_all_that_can_be_there() {
    let model = || {
        let mut model = filled(Tab::Server);
        model.settings.answering = true;
        let ips = [
            "192.168.100.155",
            "10.8.0.2",
            "172.17.0.1",
            "fe80::dead:beef:1234:5678",
        ];
        let addresses = ips.map(|ip| Address {
            ip: ip.parse().unwrap(),
            port: 8080,
            reach: Reach::Loopback,
        });
        model.server.sharing = Sharing::On {
            addresses: addresses.to_vec(),
            files: Some((1_204, true)),
        };
        for name in ["film.mkv", "IMG_2041.raw"] {
            let one = transfer(Direction::Upload, name);
            one.moving(crate::net::Dialect::Http, Some(10));
            model.server.transfers.add(one, None);
        }
        model
    };
    everywhere(model, (800.0, 900.0));
}

#[test]
fn failures_with_their_buttons() {
    let model = || {
        let mut model = filled(Tab::Server);
        model.server.failure = Some(Failure {
            reason: sentence!("port-taken", port = 8080_u16),
            steps: vec![Step::UsePort(8081), Step::ShowLog],
        });
        model.notice(sentence!("panicked", what = "server: no message"));
        model
    };
    everywhere(model, (700.0, 700.0));
}

#[test]
fn downloads_in_every_state() {
    let model = || {
        let mut model = filled(Tab::Client);
        model.client.messages_open = true;
        super::downloads::in_every_state(&mut model);
        model
    };
    everywhere(model, (2000.0, 2600.0));
}

#[test]
fn in_the_smallest_window_the_page_scrolls() {
    let mut model = filled(Tab::Client);
    model.client.messages_open = true;
    super::downloads::in_every_state(&mut model);
    let window = window(SMALL, Theme::Light, model);
    for (name, rect) in parts(&window) {
        assert!(rect.left() >= 0.0 && rect.right() <= SMALL.x, "{name}");
    }
}

#[test]
fn nothing_is_drawn_while_nothing_happens() {
    let mut window = usual(filled(Tab::Client));
    assert_eq!(window.run(), 1);
    window.step();
    let delay = window.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
    assert_eq!(delay, std::time::Duration::MAX);
}
