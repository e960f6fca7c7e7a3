//! Where the keyboard focus is after something that had it is gone.

use super::localsend::{asked_and_told, devices, draft, sending};
use super::*;
use crate::app::model::finished::Topic;
use crate::app::model::localsend::Visibility;
use crate::sentence;

/// Opens the dialog for a text as the program does when that is asked for.
fn write(window: &mut Window, open: impl FnOnce(&mut Window)) {
    open(window);
    assert!(matches!(asked(window)[..], [Action::SendToDevice(..)]));
    window.state_mut().model.localsend.draft = Some(draft("hello"));
    window.run();
    assert_eq!(focused(window).as_deref(), Some("Text"));
}

#[test]
fn the_focus_returns_from_the_dialog_for_a_text() {
    let more = "More to send to Bo’s phone";
    for (modifiers, key) in [
        (Modifiers::NONE, Key::Escape),
        (Modifiers::COMMAND, Key::Enter),
    ] {
        let mut window = usual(devices());
        window.get_by_label(more).focus();
        window.run();
        write(&mut window, |window| {
            press(window, Modifiers::NONE, Key::Space);
            press(window, Modifiers::NONE, Key::ArrowDown);
            press(window, Modifiers::NONE, Key::ArrowDown);
            press(window, Modifiers::NONE, Key::Enter);
        });
        press(&mut window, modifiers, key);
        assert_eq!(asked(&mut window).len(), 1);
        window.state_mut().model.localsend.draft = None;
        window.run();
        assert_eq!(focused(&window).as_deref(), Some(more), "{key:?}");
    }
}

#[test]
fn a_dialog_that_was_opened_by_pointer_and_closed_by_a_key_leaves_the_focus_at_what_opened_it() {
    let more = "More to send to Bo’s phone";
    let mut window = usual(devices());
    write(&mut window, |window| {
        point(window, more);
        point(window, "Send text…");
    });
    press(&mut window, Modifiers::NONE, Key::Escape);
    window.state_mut().model.localsend.draft = None;
    window.run();
    assert_eq!(focused(&window).as_deref(), Some(more));
    // Closed by pointer, there is no ring.
    let mut window = usual(devices());
    write(&mut window, |window| {
        point(window, more);
        point(window, "Send text…");
    });
    point(&mut window, "Cancel");
    window.state_mut().model.localsend.draft = None;
    window.run();
    assert_eq!(focused(&window), None);
    // A click beside a menu is none on its button.
    let mut window = usual(devices());
    point(&mut window, more);
    window.run();
    window.get_by_label("Send text…");
    point(&mut window, "Settings");
    window.run();
    window.get_by_label("Close settings");
    press(&mut window, Modifiers::NONE, Key::Escape);
    window.run();
    assert_eq!(focused(&window).as_deref(), Some("Settings"));
}

/// Moves the pointer there and clicks; returns in the frame of the click.
fn point(window: &mut Window, name: &str) {
    window.run();
    let place = window.get_by_label(name).rect().center();
    window.hover_at(place);
    for pressed in [true, false] {
        window.event(Event::PointerButton {
            pos: place,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        window.step();
    }
}

#[test]
fn the_focus_returns_from_what_has_disappeared() {
    let end = |window: &mut Window| {
        let model = &mut window.state_mut().model;
        model.server.offers.forget_localsend();
        model.localsend.texts.close();
        model.localsend.visibility = Visibility::Hidden;
        model.notices.clear();
        model.finished.dismiss(Topic::Other);
    };
    let before = "Settings";
    for name in [
        "Accept",
        "Decline",
        "Always from this device",
        "Close the text",
        "Copy the text",
        "Turn off Visible to LocalSend",
        "Dismiss this notice",
        "Dismiss",
    ] {
        let mut model = asked_and_told();
        model.notice(sentence!("no-name"));
        model.finished.say(sentence!("no-name"), Instant::now());
        let mut window = window(vec2(980.0, 1400.0), Theme::Light, model);
        window.get_by_label(before).focus();
        window.run();
        window.get_by_label(name).focus();
        window.run();
        end(&mut window);
        window.run();
        assert_eq!(focused(&window).as_deref(), Some(before), "{name}");
    }
    // Unless the user has left it.
    let mut window = usual(asked_and_told());
    window.get_by_label(before).focus();
    window.run();
    window.get_by_label("Accept").focus();
    window.run();
    press(&mut window, Modifiers::NONE, Key::Escape);
    end(&mut window);
    window.run();
    assert_eq!(focused(&window), None);
}

#[test]
fn the_focus_returns_to_a_row_that_goes_on_with_a_pin() {
    let mut window = window(vec2(980.0, 1400.0), Theme::Light, sending());
    let name = "Enter the PIN for sending “film 4.mkv”";
    window.get_by_label(name).focus();
    window.run();
    press(&mut window, Modifiers::NONE, Key::Enter);
    let Some(Action::EnterPassword(waiting)) = asked(&mut window).pop() else {
        panic!("no action");
    };
    let model = &mut window.state_mut().model;
    let rows = &model.client.transfers;
    let row = rows.rows().find(|row| row.wants_pin()).unwrap();
    let (id, request) = (row.transfer.id(), row.delivery.clone().unwrap());
    let again = Transfer::new(
        Direction::Upload,
        row.transfer.name(),
        row.transfer.peer(),
        CancelToken::new(),
    );
    model.ask_for_password(waiting, Instant::now());
    window.run();
    assert_eq!(focused(&window).as_deref(), Some("PIN"));
    let model = &mut window.state_mut().model;
    model.client.password = None;
    model
        .client
        .transfers
        .deliver_again(id, again.into(), request);
    window.run();
    assert_eq!(focused(&window).as_deref(), Some("Cancel film 4.mkv"));
}
