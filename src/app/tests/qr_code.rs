//! The QR code of the address, and the address that is shown.

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::states::sharing;
use super::*;
use landline_engine::server::ServerEvent;

#[test]
fn the_code_fills_the_window_and_closes_by_keyboard() {
    let mut window = window(vec2(980.0, 900.0), Theme::Dark, sharing());
    window.get_by_label("QR code of http://192.168.100.155:8080");
    window.get_by_label("Show large").focus();
    window.run();
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.get_by_label("Scan, or type this address");
    window.get_by_label("http://192.168.100.155:8080");
    assert!(window.query_by_label("Stop sharing").is_none());
    assert_eq!(focused(&window).as_deref(), Some("Close"));
    // Nothing happens behind it.
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    assert_eq!(asked(&mut window), []);
    press(&mut window, Modifiers::NONE, Key::Escape);
    window.get_by_label("Stop sharing");
    assert_eq!(focused(&window).as_deref(), Some("Show large"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    click(&mut window, "Close");
    window.get_by_label("Stop sharing");
    window
        .get_by_label("QR code of http://192.168.100.155:8080")
        .click();
    window.run();
    window.get_by_label("Scan, or type this address");
    window
        .state_mut()
        .model
        .server
        .apply(String::new(), ServerEvent::Stopped(Ok(())));
    window.run();
    window.get_by_label("Start sharing");
}

#[test]
fn another_address_is_shown_and_copied_when_it_is_clicked() {
    let mut window = window(vec2(980.0, 900.0), Theme::Light, sharing());
    click(&mut window, "Show http://10.8.0.2:8080 and its QR code");
    window.get_by_label("QR code of http://10.8.0.2:8080");
    click(&mut window, "Copy");
    let copied = asked(&mut window);
    let [Action::CopyLink(link)] = &copied[..] else {
        panic!("{copied:?}");
    };
    assert_eq!(link.address.url(), "http://10.8.0.2:8080");
    // The best one is among the others now.
    click(
        &mut window,
        "Show http://192.168.100.155:8080 and its QR code",
    );
    window.get_by_label("QR code of http://192.168.100.155:8080");
}

#[test]
fn only_this_computer_has_no_code() {
    let mut model = sharing();
    model.server.chosen_address = "127.0.0.1".parse().ok();
    let window = usual(model);
    assert!(window.query_by_role(Role::Image).is_none());
    assert!(window.query_by_label("Show large").is_none());
}
