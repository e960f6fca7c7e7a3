//! What is sent to LocalSend devices.

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::app::model::send_to::Sent;
use landline_engine::client::{Encryption, Place, Recipient};

#[test]
fn files_a_folder_and_a_text_are_sent_to_a_device() {
    let mut window = usual(devices());
    let sent = |what| [Action::SendToDevice("Bo’s phone".to_owned(), what)];
    for name in [
        // The row itself.
        "Bo’s phone, LocalSend, 192.168.1.9",
        "Send files to Bo’s phone",
    ] {
        click(&mut window, name);
        assert_eq!(asked(&mut window), sent(Sent::Files), "{name}");
    }
    for (entry, what) in [("Send folder…", Sent::Folder), ("Send text…", Sent::Text)] {
        click(&mut window, "More to send to Bo’s phone");
        click(&mut window, entry);
        assert_eq!(asked(&mut window), sent(what));
    }
    // The same on a right click.
    let row = window.get_by_label("Bo’s phone, LocalSend, 192.168.1.9");
    row.click_secondary();
    window.run();
    click(&mut window, "Send text…");
    assert_eq!(asked(&mut window), sent(Sent::Text));
    // Others are opened.
    click(&mut window, "Ann’s laptop, Landline, 192.168.1.5");
    let opened = Action::OpenDevice("Ann’s laptop".to_owned());
    assert_eq!(asked(&mut window), [opened]);
}

#[test]
fn nothing_is_chosen_twice_at_once() {
    let mut model = devices();
    model.dialog_open = true;
    let mut window = usual(model);
    click(&mut window, "Send files to Bo’s phone");
    assert_eq!(asked(&mut window), []);
}

#[test]
fn who_is_hidden_and_finds_no_phone_is_told_why() {
    let link = "Turn on “Visible to LocalSend”";
    let mut empty = filled(Tab::Client);
    empty.settings.host.clear();
    for model in [empty, nearby()] {
        let mut window = usual(model);
        click(&mut window, link);
        assert_eq!(asked(&mut window), [Action::SetVisible(true)]);
        window.state_mut().model.settings.localsend = true;
        window.run();
        assert!(window.query_by_label(link).is_none());
    }
    let window = usual(devices());
    assert!(window.query_by_label(link).is_none());
}

#[test]
fn a_text_is_written_and_sent() {
    let mut model = devices();
    model.localsend.draft = Some(Draft {
        to: phone(),
        text: String::new(),
    });
    let mut window = usual(model);
    window.get_by_label("Send a text to Bo’s phone");
    // Nothing to send.
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert_eq!(asked(&mut window), []);
    window.event(Event::Text("hello".to_owned()));
    window.run();
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.event(Event::Text("world".to_owned()));
    window.run();
    let draft = window.state().model.localsend.draft.as_ref();
    assert_eq!(draft.unwrap().text, "hello\nworld");
    press(&mut window, Modifiers::COMMAND, Key::Enter);
    assert_eq!(asked(&mut window), [Action::SendText]);
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(asked(&mut window), [Action::DismissText]);
}

#[test]
fn rows_name_the_device_and_say_pin() {
    let mut window = window(vec2(980.0, 1400.0), Theme::Light, sending());
    window.get_by_label("Preparing…");
    window.get_by_label("Waiting for Bo’s phone to accept");
    window.get_by_label("PIN needed");
    window.get_by_label_contains("Bo’s phone asks for a PIN.");
    window.get_by_label_contains("Bo’s phone is receiving files from somebody else.");
    assert!(window.query_by_label_contains("password").is_none());
    click(&mut window, "Enter the PIN for sending “film 4.mkv”");
    let asked = asked(&mut window);
    assert!(matches!(asked[..], [Action::EnterPassword(_)]));
}

#[test]
fn the_dialog_asks_for_a_pin_which_is_not_kept() {
    let mut window = usual(pin());
    window.get_by_label("Bo’s phone asks for a PIN");
    window.get_by_role_and_label(Role::PasswordInput, "PIN");
    window.get_by_label("It is in the settings of LocalSend on that device.");
    assert!(window.query_by_label("Remember on this computer").is_none());
    window.event(Event::Text("1234".to_owned()));
    window.run();
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), [Action::SubmitPassword]);
}

#[test]
fn what_is_dropped_may_be_sent_to_a_device() {
    let mut model = devices();
    assert_eq!(model.drop_recipients().len(), 2);
    let only = device("Bo’s phone", DeviceType::Mobile, None);
    model.nearby.found(BrowseEvent::Devices(vec![only]));
    let to = model.drop_recipients().pop().unwrap();
    assert_eq!(to.name(), "Bo’s phone");
    assert_eq!(to.place.encryption, Encryption::IfOffered);
    let request = to.request(vec!["/a".into()], "Ann".to_owned());
    assert_eq!(request.to, Recipient::LocalSend);
    model.settings.tab = Tab::Server;
    assert_eq!(model.drop_recipients(), []);
    // A host that is shown comes first.
    model.settings.tab = Tab::Client;
    let shown = Place {
        host: "box".to_owned(),
        port: 8080,
        encryption: <_>::default(),
        path: String::new(),
    };
    model.client.browse.ask(shown.clone());
    model.settings.host = "box".to_owned();
    assert_eq!(model.drop_recipients(), [SendTo::share(shown)]);
}

#[test]
fn one_of_several_devices_is_chosen() {
    let paths = vec![PathBuf::from("/home/bo/a.txt")];
    let mut window = usual(choosing());
    window.get_by_label("Send “a.txt” to which device?");
    click(&mut window, "Bo’s phone");
    let sent = Action::SendFiles(paths.clone(), phone());
    assert_eq!(asked(&mut window), [sent]);
    click(&mut window, "Share");
    assert_eq!(asked(&mut window), [Action::ShareDropped(paths)]);
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(asked(&mut window), [Action::DismissQuestion]);
}

#[test]
fn who_does_not_encrypt_is_marked_before_anything_is_sent() {
    let plain = || device("Cy’s TV", DeviceType::Desktop, None);
    let with = |model: &mut Model| {
        let pin = Some(fingerprint().pin());
        let safe = device("Bo’s phone", DeviceType::Mobile, pin);
        let all = BrowseEvent::Devices(vec![safe, plain()]);
        model.nearby.found(all);
    };
    let mut model = devices();
    with(&mut model);
    let to = model.localsend_device("Cy’s TV").unwrap();
    let mut window = usual(model);
    window.get_by_label("Bo’s phone, LocalSend, 192.168.1.9");
    window.get_by_label("Cy’s TV, LocalSend, 192.168.1.9, not encrypted");
    // The dialog for a text.
    let draft = |to: &SendTo| {
        Some(Draft {
            to: to.clone(),
            text: String::new(),
        })
    };
    for (to, is_marked) in [(&phone(), false), (&to, true)] {
        window.state_mut().model.localsend.draft = draft(to);
        window.run();
        assert_eq!(locks(&window), usize::from(is_marked));
    }
    window.state_mut().model.localsend.draft = None;
    // The questions about what was dropped.
    let paths = vec![PathBuf::from("/home/bo/a.txt")];
    for (to, is_marked) in [(phone(), false), (to, true)] {
        let question = Question::SendOrShare(paths.clone(), to);
        window.state_mut().model.question = Some(question);
        window.run();
        let says = window.query_by_label_contains("others on this network can read");
        assert_eq!(says.is_some(), is_marked);
    }
    let model = &mut window.state_mut().model;
    let recipients = model.drop_recipients();
    model.question = Some(Question::SendToWhich(paths, recipients));
    window.run();
    assert_eq!(locks(&window), 1);
    let lock = window
        .get_by_role_and_label(Role::Image, "Not encrypted")
        .rect();
    let button = window.get_by_role_and_label(Role::Button, "Cy’s TV").rect();
    assert!(button.y_range().contains(lock.center().y) && button.right() < lock.left());
}

/// How many open locks there are.
fn locks(window: &Window) -> usize {
    let all = window.query_all_by_role_and_label(Role::Image, "Not encrypted");
    all.count()
}
