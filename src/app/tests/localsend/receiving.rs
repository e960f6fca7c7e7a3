//! Whether LocalSend devices see this computer, and what they send.

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
use crate::app::actions::Folder;
use crate::app::ui::keys;
use landline_engine::server::receiving::Answer;

#[test]
fn the_setting_says_what_it_means_and_what_is_wrong() {
    let mut window = usual(visible());
    press(
        &mut window,
        keys::SETTINGS.modifiers,
        keys::SETTINGS.logical_key,
    );
    let switch = window.get_by_role_and_label(Role::Switch, "Visible to LocalSend");
    assert!(switch.accesskit_node().toggled().is_some());
    window.get_by_label_contains("Those that you accept go to /home/ann/Downloads");
    window.state_mut().model.settings.asks_first = false;
    window.run();
    window.get_by_label_contains("saved in /home/ann/Downloads without asking");
    let taken = ServerError::PortTaken {
        port: 53317,
        free: None,
    };
    let stopped = ServerEvent::Stopped(Err(taken));
    window.state_mut().model.localsend_event(at(), stopped);
    window.run();
    let said = window.query_all_by_label_contains("uses port 53317 on this computer");
    // In the settings, and behind them with the button that helps.
    assert_eq!(said.count(), 2);
    let node = window.get_by_role_and_label(Role::Switch, "Visible to LocalSend");
    node.click();
    window.run();
    assert!(!window.state().model.settings.localsend);
}

#[test]
fn without_a_share_the_tab_says_who_sees_this_computer() {
    let mut window = usual(visible());
    window.get_by_label("Visible to LocalSend as “Ann’s laptop”");
    window.get_by_label("Phones and computers can offer you files.");
    window.get_by_role_and_label(Role::TextInput, "Received files go to");
    click(&mut window, "Turn off Visible to LocalSend");
    assert_eq!(asked(&mut window), [Action::SetVisible(false)]);
    let model = &mut window.state_mut().model;
    "1234".clone_into(&mut model.privacy.typed);
    model.take_privacy();
    window.run();
    window.get_by_label_contains("The password is the PIN.");
}

#[test]
fn a_chip_of_the_share_says_it_too() {
    let mut window = window(vec2(980.0, 1000.0), Theme::Light, asked_while_sharing());
    window.get_by_label("Visible to LocalSend");
    assert!(
        window
            .query_by_label("Turn off Visible to LocalSend")
            .is_none()
    );
    window.get_by_role_and_label(Role::TextInput, "Received files go to");
    // The end of the share is not the end of what waits here.
    let stopped = ServerEvent::Stopped(Ok(()));
    window.state_mut().model.server.apply(at(), stopped);
    window.run();
    assert_eq!(window.state().model.server.offers.len(), 1);
    window.get_by_label_contains("Visible to LocalSend as");
    let stopped = ServerEvent::Stopped(Ok(()));
    window.state_mut().model.localsend_event(at(), stopped);
    window.run();
    assert_eq!(window.state().model.server.offers.len(), 0);
}

#[test]
fn a_taken_port_is_explained_with_what_to_do() {
    let mut window = usual(failed());
    window.get_by_label_contains("LocalSend itself, or another program, uses port 53317");
    click(&mut window, "Use port 53318");
    click(&mut window, "Try again");
    let expected = [
        Action::BecomeVisible(Some(53318)),
        Action::BecomeVisible(None),
    ];
    assert_eq!(asked(&mut window), expected);
    // A folder that is missing has a button that chooses another one.
    let mut model = visible();
    let path = "/nowhere".into();
    let stopped = ServerEvent::Stopped(Err(ServerError::NotAFolder { path }));
    model.localsend_event(at(), stopped);
    let mut window = usual(model);
    click(&mut window, "Choose another folder…");
    assert_eq!(asked(&mut window), [Action::Browse(Folder::Received)]);
}

#[test]
fn a_request_says_how_it_came_and_who_has_proved_to_be_whom() {
    let mut model = visible();
    let certified = offer(OfferedBy::LocalSend(Some(fingerprint())));
    let plain = offer(OfferedBy::LocalSend(None));
    let offers = &mut model.server.offers;
    offers.add_from(Arc::clone(&certified), Some(DeviceType::Desktop));
    offers.add_from(Arc::clone(&plain), None);
    // What it says about itself counts, not its name.
    assert!(!offers.is_phone(&certified) && offers.is_phone(&plain));
    let mut window = usual(model);
    let words = fingerprint().words().join(" ");
    window.get_by_label("Bo’s phone wants to send 0 files (0 B)");
    window.get_by_label("LocalSend");
    window.get_by_label(&words);
    assert!(window.query_by_label("192.168.1.9").is_none());
    window.get_by_label("Always from this device");
    certified.answer(Answer::Decline);
    window.run();
    // It cannot be recognised.
    window.get_by_label("LocalSend");
    window.get_by_label("192.168.1.9");
    assert!(window.query_by_label(&words).is_none());
    assert!(window.query_by_label("Always from this device").is_none());
}

#[test]
fn received_files_are_from_a_device_by_its_name() {
    for size in [vec2(1200.0, 900.0), vec2(440.0, 520.0)] {
        let mut model = visible();
        receive(
            &mut model,
            "film.mkv",
            "Bo’s phone",
            Some(saved("film.mkv")),
        );
        let now = Instant::now();
        model.sample(now);
        model.sample(now + Duration::from_secs(2));
        let toast = model.finished.toasts().last().unwrap();
        let said = "film.mkv was received from Bo’s phone";
        assert_eq!(toast.what.to_string(), said);
        let notice = model.take_notification(now + Duration::from_secs(2), false);
        assert_eq!(notice.unwrap().title.to_string(), said);
        let window = window(size, Theme::Light, model);
        window.get_by_label("Bo’s phone");
        // Only in the log.
        let row = window.get_by_label("Bo’s phone").rect();
        // As wide as it is: not cut off where the numbers leave it space.
        assert!(row.width() > 50.0, "{row:?}");
        for address in window.query_all_by_label_contains(ADDRESS) {
            assert!(address.rect().top() > row.bottom());
        }
    }
}

#[test]
fn a_text_is_shown_until_it_is_closed() {
    let mut model = visible();
    text(&mut model, "https://example.org/a?b=c");
    text(&mut model, "see https://example.org");
    let notice = model.take_request(false).unwrap();
    assert_eq!(notice.title.to_string(), "Bo’s phone sent a text");
    assert_eq!(notice.body.unwrap().to_string(), "see https://example.org");
    let mut window = usual(model);
    window.get_by_label("Bo’s phone sent a text");
    window.get_by_label("1 more");
    // It is in the log, too.
    window.get_by_label_contains("Bo’s phone: https://example.org/a?b=c");
    click(&mut window, "Copy the text");
    click(&mut window, "Open link");
    click(&mut window, "Close the text");
    let link = "https://example.org/a?b=c".to_owned();
    let expected = [
        Action::Copy(link.clone()),
        Action::OpenLink(link),
        Action::CloseText,
    ];
    assert_eq!(asked(&mut window), expected);
    window.state_mut().model.localsend.texts.close();
    window.run();
    window.get_by_label("see https://example.org");
    assert!(window.query_by_label("Open link").is_none());
    // On the other tab, a mark says that there is one.
    click(&mut window, "Client");
    window.get_by_label("1 text from another device");
}

#[test]
fn a_link_that_is_not_seen_as_a_whole_is_not_opened() {
    let mut model = visible();
    let long = format!("https://example.org/{}", "a".repeat(3000));
    text(&mut model, &long);
    let window = usual(model);
    window.get_by_label("Copy the text");
    assert!(window.query_by_label("Open link").is_none());
}
