//! The password of the share, its links and its identity, in the window.

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::states::sharing;
use super::*;
use crate::app::model::Sharing;
use crate::app::model::privacy::OwnIdentity;
use landline_engine::identity::{Identity, IdentityError};
use landline_engine::password::Password;
use landline_engine::server::receiving::Access;

const HINT: &str = "Enter applies it";
const PASSWORD: &str = "hunter2";

/// A share with a password, links that open without it, and an identity, that receives files as well.
pub(super) fn private() -> Model {
    let mut model = with_password();
    model.settings.access = Access::Both;
    model.downloads = Some("/home/ann/Downloads".into());
    model
}

fn with_password() -> Model {
    with_password_in(sharing())
}

fn with_password_in(mut model: Model) -> Model {
    model.privacy.identity = OwnIdentity::Known(Identity::generate().unwrap());
    PASSWORD.clone_into(&mut model.privacy.typed);
    model.settings.links_carry_token = true;
    model.take_privacy();
    model
}

pub(super) fn wrong_password() -> Model {
    let mut model = private();
    "a\u{7}".clone_into(&mut model.privacy.typed);
    model.privacy.take_password();
    model
}

pub(super) fn without_identity() -> Model {
    let mut model = private();
    let path = "/home/ann/.config/landline/identity.pem".into();
    model.privacy.identity = OwnIdentity::Failed(IdentityError::Exposed { path });
    model
}

pub(super) fn large_code() -> Model {
    with_password_in(super::receiving::large_code())
}

fn field(window: &Window) -> egui_kittest::Node<'_> {
    window.get_by_role_and_label(Role::PasswordInput, "Password")
}

fn type_password(window: &mut Window, text: &str) {
    field(window).click();
    window.run();
    press(window, Modifiers::COMMAND, Key::A);
    window.event(Event::Text(text.to_owned()));
    window.run();
}

#[test]
fn a_password_applies_with_enter_or_when_the_field_is_left() {
    let mut window = window(vec2(980.0, 900.0), Theme::Light, sharing());
    assert!(window.query_by_label(HINT).is_none());
    type_password(&mut window, PASSWORD);
    window.get_by_label(HINT);
    assert_eq!(asked(&mut window), []);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), [Action::ApplyPrivacy]);
    // As the program does.
    window.state_mut().model.take_privacy();
    window.run();
    assert!(window.query_by_label(HINT).is_none());
    window.get_by_label("Password set");
    type_password(&mut window, "other");
    window.get_by_label(HINT);
    asked(&mut window);
    press(&mut window, Modifiers::NONE, Key::Tab);
    assert!(asked(&mut window).contains(&Action::ApplyPrivacy));
    // Before sharing there is nobody to wait for.
    window.state_mut().model.server.sharing = Sharing::Off;
    window.run();
    assert!(window.query_by_label(HINT).is_none());
    type_password(&mut window, "");
    press(&mut window, Modifiers::NONE, Key::Enter);
    window.state_mut().model.take_privacy();
    window.run();
    assert!(window.query_by_label("Password set").is_none());
}

#[test]
fn what_cannot_be_a_password_is_said_below_the_field() {
    let mut window = window(vec2(980.0, 900.0), Theme::Light, with_password());
    let error = "At most 256 bytes, without control characters";
    let long = "x".repeat(Password::MAX_LEN + 1);
    type_password(&mut window, &long);
    assert!(window.query_by_label(error).is_none());
    window.state_mut().model.take_privacy();
    window.run();
    window.get_by_role_and_label(Role::Alert, error);
    window.get_by_label("Password set");
    let privacy = window.state().model.privacy();
    assert_eq!(privacy.password, Password::new(PASSWORD));
    type_password(&mut window, "short");
    assert!(window.query_by_label(error).is_none());
}

/// Everything that a screen reader can read.
fn readable(window: &Window) -> String {
    let nodes = window.root().children_recursive();
    let said = nodes.map(|node| {
        let node = node.accesskit_node();
        let data = node.data();
        format!(
            "{:?} {:?} {:?}",
            data.value(),
            data.label(),
            data.description()
        )
    });
    said.collect::<Vec<_>>().join("\n")
}

#[test]
fn no_screen_reader_reads_the_password_aloud() {
    let model = with_password();
    let token = model.privacy.secrets.token().unwrap().reveal();
    let mut window = window(vec2(980.0, 900.0), Theme::Light, model);
    let check = |window: &Window| {
        let said = readable(window);
        assert!(said.contains("•••••••"), "{said}");
        assert!(!said.contains(PASSWORD) && !said.contains(&token), "{said}");
    };
    check(&window);
    click(&mut window, "Show the password");
    check(&window);
    // The eye keeps the keyboard.
    press(&mut window, Modifiers::NONE, Key::Tab);
    field(&window).focus();
    window.run();
    check(&window);
    click(&mut window, "Hide the password");
    check(&window);
    click(&mut window, "Show large");
    assert!(!readable(&window).contains(&token));
}

#[test]
fn chips_say_how_private_the_share_is() {
    let chips = |model: Model| {
        let window = window(vec2(980.0, 900.0), Theme::Light, model);
        let names = ["Password set", "Encrypted", "Encrypted only"];
        names.map(|name| window.query_by_label(name).is_some())
    };
    assert_eq!(chips(sharing()), [false, false, false]);
    let mut model = with_password();
    model.settings.encrypted_only = true;
    assert_eq!(chips(model), [true, false, true]);
    let mut model = with_password();
    assert_eq!(chips(with_password()), [true, true, false]);
    model.privacy.secrets.set_password(None);
    assert_eq!(chips(model), [false, true, false]);
    let window = window(vec2(980.0, 900.0), Theme::Light, with_password());
    let chip = window.get_by_label("Encrypted");
    let about = chip.accesskit_node().data().description().unwrap();
    assert!(about.contains("Browsers use plain HTTP"), "{about}");
}

#[test]
fn links_open_without_the_password_if_the_user_says_so() {
    let mut window = window(vec2(980.0, 900.0), Theme::Light, with_password());
    let link = |window: &mut Window| {
        let is_idle = window.query_by_label("Copy").is_some();
        click(window, if is_idle { "Copy" } else { "Copied" });
        let copied = asked(window);
        let Some(Action::CopyLink(link)) = copied.last() else {
            panic!("{copied:?}");
        };
        assert!(!format!("{copied:?}").contains("k="));
        window.state().model.link(link)
    };
    let token = window
        .state()
        .model
        .privacy
        .secrets
        .token()
        .unwrap()
        .reveal();
    assert!(link(&mut window).contains(&token));
    // It is not shown.
    window.get_by_label("http://192.168.100.155:8080");
    window.get_by_label("QR code of http://192.168.100.155:8080");
    click(&mut window, "New link");
    assert_eq!(asked(&mut window), [Action::NewLink]);
    click(&mut window, "Links open without the password");
    assert_eq!(asked(&mut window), [Action::ApplyPrivacy]);
    assert!(window.query_by_label("New link").is_none());
    let plain = link(&mut window);
    assert!(!plain.contains(&token) && plain.contains("#fp="), "{plain}");
    window.state_mut().model.privacy.secrets.set_password(None);
    window.run();
    assert!(
        window
            .query_by_label("Links open without the password")
            .is_none()
    );
    window.state_mut().model.settings.encrypted_only = true;
    window.run();
    window.get_by_label("https://192.168.100.155:8080");
    assert!(link(&mut window).starts_with("https://192.168.100.155:8080/#fp="));
}

#[test]
fn the_large_code_says_who_needs_the_password() {
    let mut model = large_code();
    let mut window = usual(large_code());
    window.get_by_label("Whoever types the address needs the password");
    window.get_by_label("http://192.168.100.155:8080");
    model.settings.links_carry_token = false;
    window.state_mut().model = model;
    window.run();
    window.get_by_label("Asks for a password");
}

#[test]
fn the_settings_show_the_identity_of_this_computer() {
    let mut model = with_password();
    model.settings_open = true;
    let fingerprint = model.privacy.identity().unwrap().fingerprint();
    let mut window = window(vec2(980.0, 1600.0), Theme::Light, model);
    window.get_by_label(&fingerprint.words().join(" "));
    let digits = fingerprint.to_string();
    let shown = window.get_by_label_contains(&digits[..4]);
    let shown = shown.accesskit_node().value().unwrap();
    assert_eq!(shown.replace(' ', ""), digits);
    click(&mut window, "Copy the fingerprint");
    let copied = Action::Copy(fingerprint.to_string());
    assert_eq!(asked(&mut window), [copied]);
    for name in ["Encrypted only", "Answer raw requests despite the password"] {
        window.get_by_role_and_label(Role::Switch, name).click();
        window.run();
        let changed = asked(&mut window);
        assert!(
            matches!(changed[..], [Action::SettingsChanged(_)]),
            "{name}"
        );
    }
    let privacy = window.state().model.privacy();
    assert!(privacy.is_encrypted_only && privacy.allows_raw);
}

#[test]
fn an_identity_that_cannot_be_used_is_explained() {
    let mut window = window(vec2(980.0, 1600.0), Theme::Light, without_identity());
    let why = "Other users of this computer can read or write the key";
    window.get_by_label_contains(why);
    assert!(window.query_by_label("Encrypted").is_none());
    click(&mut window, "Settings");
    assert_eq!(window.query_all_by_label_contains(why).count(), 2);
    assert!(window.query_by_label("Copy the fingerprint").is_none());
}
