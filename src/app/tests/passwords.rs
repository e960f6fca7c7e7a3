//! The question for the password of another computer.

use std::time::Duration;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::browser::place;
use super::*;
use crate::app::model::password::{PasswordQuestion, Problem, Purpose, Waiting};
use crate::app::model::request;
use landline_engine::client::{ClientEvent, Place, RemoteFolder, SendRequest};
use landline_engine::error::{Failure, PasswordError};
use landline_engine::password::Password;
use landline_engine::transfer::{Outcome, Protocol};

fn required(host: &str) -> ClientError {
    ClientError::Password(PasswordError::Required {
        host: host.to_owned(),
        port: 8080,
        is_pin: false,
    })
}

fn wrong(host: &str) -> ClientError {
    ClientError::Password(PasswordError::Wrong {
        host: host.to_owned(),
        port: 8080,
        is_pin: false,
    })
}

/// The user has asked for a listing, and a password is needed.
pub(super) fn asking() -> Model {
    let mut model = filled(Tab::Client);
    model.client.browse.ask(place(""));
    model.may_ask("192.168.1.5", 8080);
    hears(
        &mut model,
        &listed(&place(""), Err(required("192.168.1.5"))),
    );
    model
}

fn listed(place: &Place, answer: Result<RemoteFolder, ClientError>) -> ClientEvent {
    ClientEvent::Listed(place.clone(), answer.map(Arc::new))
}

/// What the program does with an event.
fn hears(model: &mut Model, event: &ClientEvent) {
    model.client.apply(event.clone());
    model.heard_of_password(event, Instant::now());
}

/// A download from `box` that ends with this error.
fn refused(model: &mut Model, name: &str, error: ClientError) -> Arc<Transfer> {
    let cancel = CancelToken::new();
    let one = Transfer::new(Direction::Download, name, "box", cancel);
    let one = Arc::new(one);
    let transfers = &mut model.client.transfers;
    transfers.add(Arc::clone(&one), Some(request(name)));
    one.end(Outcome::Failed(Failure::Fetch(error)));
    model.sample(Instant::now());
    hears(model, &ClientEvent::Ended(Arc::clone(&one)));
    one
}

fn question(window: &Window) -> &PasswordQuestion {
    window.state().model.client.password.as_ref().unwrap()
}

/// Everything that a screen reader may say.
fn said(window: &Window) -> String {
    let nodes = window.root().children_recursive();
    let texts = nodes.flat_map(|node| {
        let node = node.accesskit_node();
        [
            node.label(),
            node.value(),
            node.data().value().map(str::to_owned),
        ]
    });
    texts.flatten().collect::<Vec<_>>().join("\n")
}

#[test]
fn a_password_is_typed_and_submitted_by_keyboard() {
    let mut window = usual(asking());
    window.get_by_label("192.168.1.5 asks for a password");
    assert_eq!(question(&window).purpose, Purpose::Open);
    assert_eq!(focused(&window).as_deref(), Some("Password"));
    // There is nothing to submit.
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), []);
    window.event(Event::Text("hunter two".to_owned()));
    window.run();
    assert_eq!(&**question(&window).typed.0, "hunter two");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), [Action::SubmitPassword]);
    click(&mut window, "Remember on this computer");
    assert!(question(&window).is_kept);
    assert_eq!(focused(&window).as_deref(), Some("Password"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), [Action::SubmitPassword]);
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(asked(&mut window), [Action::DismissPassword]);
}

#[test]
fn a_password_is_neither_said_nor_copied_even_if_it_is_legible() {
    let mut window = usual(asking());
    window.event(Event::Text("hunter two".to_owned()));
    window.run();
    assert!(!said(&window).contains("hunter"));
    window.get_by_role_and_label(Role::PasswordInput, "Password");
    click(&mut window, "Show the password");
    assert!(question(&window).is_legible);
    assert!(!said(&window).contains("hunter"), "{}", said(&window));
    window
        .get_by_role_and_label(Role::PasswordInput, "Password")
        .focus();
    press(&mut window, Modifiers::COMMAND, Key::A);
    window.event(Event::Copy);
    window.event(Event::Cut);
    window.step();
    let copied = window.output().platform_output.commands.iter();
    let copied = copied.filter(|command| matches!(command, egui::OutputCommand::CopyText(_)));
    assert_eq!(copied.count(), 0);
    assert!(!format!("{:?}", question(&window)).contains("hunter"));
    click(&mut window, "Hide the password");
    assert!(!question(&window).is_legible);
}

#[test]
fn a_wrong_password_is_said_in_the_dialog() {
    let mut model = asking();
    let open = model.client.password.as_mut().unwrap();
    open.typed.0.push_str("wrong");
    open.tried = Some(Instant::now());
    model.client.browse.ask(place(""));
    let mut window = usual(model);
    let answer = listed(&place(""), Err(wrong("192.168.1.5")));
    hears(&mut window.state_mut().model, &answer);
    window.run();
    window.get_by_role(Role::Alert);
    window.get_by_label("Wrong password. Ask the person who shares the folder.");
    assert_eq!(focused(&window).as_deref(), Some("Password"));
    assert_eq!(question(&window).tried, None);
    // What is typed next is another one.
    window.event(Event::Text("x".to_owned()));
    window.run();
    assert_eq!(question(&window).problem, None);
}

#[test]
fn too_many_wrong_ones_have_to_wait() {
    let mut model = asking();
    let open = model.client.password.as_mut().unwrap();
    open.typed.0.push_str("wrong");
    let until = Instant::now() + Duration::from_secs(42);
    open.problem = Some(Problem::TooMany(Some(until)));
    let mut window = usual(model);
    // A screen reader does not say every second.
    window.get_by_label("Too many wrong passwords. Try again in 60 s.");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), []);
    let open = window.state_mut().model.client.password.as_mut().unwrap();
    open.problem = Some(Problem::TooMany(Some(Instant::now())));
    window.run();
    window.get_by_label("You can try again now.");
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), [Action::SubmitPassword]);
}

#[test]
fn no_toast_repeats_what_the_dialog_says() {
    let mut model = filled(Tab::Client);
    model.may_ask("box", 8080);
    let refused = |model: &mut Model, name| {
        let cancel = CancelToken::new();
        let one = Arc::new(Transfer::new(Direction::Download, name, "box", cancel));
        let transfers = &mut model.client.transfers;
        transfers.add(Arc::clone(&one), Some(request(name)));
        one.end(Outcome::Failed(Failure::Fetch(required("box"))));
        hears(model, &ClientEvent::Ended(one));
        model.sample(Instant::now());
    };
    refused(&mut model, "asked for");
    assert!(model.client.password.is_some());
    assert_eq!(model.finished.toasts().last(), None);
    // Whoever has left the window is told.
    assert!(model.take_notification(Instant::now(), false).is_some());
    model.client.password = None;
    refused(&mut model, "later");
    assert!(model.finished.toasts().last().is_some());
}

#[test]
fn only_what_the_user_has_just_asked_for_opens_the_dialog() {
    let mut model = filled(Tab::Client);
    refused(&mut model, "by itself", required("box"));
    assert_eq!(model.client.password, None);
    model.may_ask("BOX", 8080);
    refused(&mut model, "a", required("box"));
    let open = model.client.password.clone().unwrap();
    assert_eq!((&*open.host, open.purpose), ("box", Purpose::Download));
    // Others of the same host wait for the same answer, and those of another host have a button.
    refused(&mut model, "b", required("box"));
    model.may_ask("192.168.1.5", 8080);
    hears(
        &mut model,
        &listed(&place(""), Err(required("192.168.1.5"))),
    );
    assert_eq!(model.client.password.as_ref(), Some(&open));
    assert_eq!(model.waiting_for_password("Box", 8080).len(), 3);
    assert_eq!(model.waiting_for_password("box", 8081).len(), 0);
    // Cancelled: it does not come back by itself.
    model.client.password = None;
    refused(&mut model, "c", required("box"));
    assert_eq!(model.client.password, None);
    // Once it was let in, a password that is missing later is news.
    model.may_ask("box", 8080);
    let moving = model::add(&mut model.client.transfers, "moving");
    moving.start(Protocol::Http, Some(100));
    hears(&mut model, &ClientEvent::Changed(moving));
    refused(&mut model, "d", wrong("box"));
    assert_eq!(model.client.password, None);
    // The one of a link, or of an earlier visit: the user has not typed any.
    model.may_ask("box", 8080);
    refused(&mut model, "e", wrong("box"));
    let open = model.client.password.as_ref().unwrap();
    assert_eq!(open.problem, Some(Problem::Outdated));
}

#[test]
fn a_download_that_went_on_by_itself_does_not_ask() {
    let mut model = filled(Tab::Client);
    model.may_ask("box", 8080);
    let one = model::add(&mut model.client.transfers, "a");
    one.back_off(no_answer(), Instant::now() + Duration::from_secs(9));
    model.sample(Instant::now());
    one.end(Outcome::Failed(Failure::Fetch(required("box"))));
    model.sample(Instant::now());
    hears(&mut model, &ClientEvent::Ended(one));
    assert_eq!(model.client.password, None);
}

#[test]
fn a_row_and_the_card_have_a_button_for_it() {
    let mut model = asking();
    model.client.password = None;
    let one = refused(&mut model, "film.mkv", required("box"));
    let paths = vec![PathBuf::from("/home/bo/a.txt")];
    let sent = transfer(Direction::Upload, "a.txt");
    let delivery = SendRequest::new("ann-pc", 8080, paths, "Bo");
    let transfers = &mut model.client.transfers;
    transfers.add_delivery(Arc::clone(&sent), delivery);
    sent.end(Outcome::Failed(Failure::Fetch(required("ann-pc"))));
    let mut window = usual(model);
    click(&mut window, "Enter password…");
    click(&mut window, "Enter the password for “film.mkv”");
    click(&mut window, "Enter the password for sending “a.txt”");
    let waiting = [
        Waiting::Listing(place("")),
        Waiting::Row(one.id()),
        Waiting::Row(sent.id()),
    ];
    assert_eq!(
        asked(&mut window),
        waiting.clone().map(Action::EnterPassword)
    );
    for (waiting, button) in waiting.into_iter().zip(["Open", "Download", "Send"]) {
        let model = &mut window.state_mut().model;
        model.ask_for_password(waiting, Instant::now());
        window
            .state_mut()
            .model
            .client
            .password
            .as_mut()
            .unwrap()
            .typed
            .0
            .push('x');
        window.run();
        let buttons = window.get_all_by_role_and_label(Role::Button, button);
        assert!(buttons.count() > 0, "{button}");
    }
}

#[test]
fn a_password_counts_as_accepted_once_there_is_an_answer() {
    let mut model = asking();
    let now = Instant::now();
    assert!(!model.is_let_in(now));
    model.client.password.as_mut().unwrap().tried = Some(now);
    // The thread has not set it yet.
    assert!(!model.is_let_in(now));
    model.client.browse.ask(place(""));
    assert!(!model.is_let_in(now));
    hears(&mut model, &listed(&place(""), Ok(RemoteFolder::default())));
    assert!(model.is_let_in(now));
    // Of a download: when it moves, or has waited for long.
    let mut model = filled(Tab::Client);
    model.may_ask("box", 8080);
    let one = refused(&mut model, "a", required("box"));
    let again = Arc::new(Transfer::new(
        Direction::Download,
        "a",
        "box",
        CancelToken::new(),
    ));
    let transfers = &mut model.client.transfers;
    transfers.continue_with(one.id(), Arc::clone(&again));
    model.client.password.as_mut().unwrap().tried = Some(now);
    assert!(!model.is_let_in(now));
    assert!(model.is_let_in(now + Duration::from_secs(3)));
    again.start(Protocol::Http, Some(9));
    assert!(model.is_let_in(now));
}

#[test]
fn what_is_no_password_is_not_submitted() {
    assert!(Password::new("a\u{7}").is_none());
    let mut model = asking();
    model
        .client
        .password
        .as_mut()
        .unwrap()
        .failed(Problem::Unusable);
    let window = usual(model);
    window.get_by_label("A password has 1 to 256 bytes and no control characters.");
}
