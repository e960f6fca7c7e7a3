//! Locks, words, and computers that have another identity than before.

use egui_kittest::kittest::Queryable as _;

use super::browser::{folder, looking, place};
use super::*;
use crate::app::actions::{Forgotten, Question};
use crate::app::model::known::KnownComputer;
use crate::app::model::request;
use crate::text::Describe as _;
use landline_engine::client::{ClientEvent, Encryption, Place};
use landline_engine::discovery::{BrowseEvent, Device, DeviceKind};
use landline_engine::error::{Failure, TlsError};
use landline_engine::identity::{Fingerprint, Protection, Trust};
use landline_engine::transfer::Outcome;

fn fingerprint(of: &str) -> Fingerprint {
    Fingerprint::of(of.as_bytes())
}

fn words(of: &str) -> String {
    fingerprint(of).words().join(" ")
}

fn changed(host: &str) -> TlsError {
    TlsError::IdentityChanged {
        host: host.to_owned(),
        port: 8080,
        known: fingerprint("ann"),
        found: fingerprint("eve"),
    }
}

/// A listing and a download that met another identity.
pub(super) fn identity_changed() -> Model {
    let mut model = filled(Tab::Client);
    model.client.browse.ask(place(""));
    let error = Err(ClientError::Tls(changed("192.168.1.5")));
    model.client.apply(ClientEvent::Listed(place(""), error));
    let one = model::add(&mut model.client.transfers, "film.mkv");
    let error = ClientError::Tls(changed("box"));
    one.end(Outcome::Failed(Failure::Fetch(error)));
    model
}

/// The question whether to forget an identity.
pub(super) fn about_to_forget() -> Model {
    let mut model = identity_changed();
    model.question = Forgotten::of(&changed("192.168.1.5")).map(Question::Forget);
    model
}

/// The settings with computers that were met.
pub(super) fn known_computers() -> Model {
    let mut model = filled(Tab::Client);
    model.settings_open = true;
    model.known = computers(3);
    model
}

fn computers(count: u8) -> Vec<KnownComputer> {
    (0..count)
        .map(|number| KnownComputer {
            host: match number {
                0 => super::states::long(""),
                _ => format!("192.168.1.{number}"),
            },
            port: 8080,
            identity: (number != 2).then(|| fingerprint(&number.to_string())),
            has_password: number < 2,
        })
        .collect()
}

/// A listing over a connection that is protected in this way.
pub(super) fn protected(protection: Protection) -> Model {
    let mut model = looking("", &[]);
    let mut listed = Arc::unwrap_or_clone(folder("", &["a.txt".to_owned()]));
    listed.protection = protection;
    model.client.browse.ask(place(""));
    let listed = ClientEvent::Listed(place(""), Ok(Arc::new(listed)));
    model.client.apply(listed);
    model
}

pub(super) fn first_visit() -> Model {
    protected(tls(Trust::FirstTime))
}

fn tls(trust: Trust) -> Protection {
    Protection::Tls {
        fingerprint: fingerprint("ann"),
        trust,
    }
}

#[test]
fn an_encrypted_listing_has_a_lock_and_words() {
    for trust in [
        Trust::Pinned,
        Trust::Known,
        Trust::Announced,
        Trust::FirstTime,
    ] {
        let window = usual(protected(tls(trust)));
        window.get_by_label("Encrypted");
        window.get_by_label(&words("ann"));
        let first = window.query_by_label_contains("First visit.");
        assert_eq!(first.is_some(), trust == Trust::FirstTime, "{trust:?}");
    }
    // The words of a public server say nothing that anybody could compare.
    let window = usual(protected(tls(Trust::System)));
    window.get_by_label("Encrypted");
    assert!(window.query_by_label(&words("ann")).is_none());
    let window = usual(protected(Protection::None));
    window.get_by_label("Not encrypted");
    // Where the header has no space, they are below the files.
    let window = super::window(SMALL, Theme::Light, protected(tls(Trust::Known)));
    window.get_by_label(&format!("Encrypted: {}", words("ann")));
}

#[test]
fn another_identity_is_a_warning_with_both_words() {
    let mut window = usual(identity_changed());
    for host in ["192.168.1.5", "box"] {
        let said = changed(host).sentence().to_string();
        let parts = [&*words("ann"), &*words("eve"), "Nothing was sent"];
        assert!(parts.iter().all(|part| said.contains(part)), "{said}");
        window.get_by_label_contains(&said);
    }
    click(&mut window, "Forget the old identity…");
    click(
        &mut window,
        "Forget the old identity of the computer that “film.mkv” comes from",
    );
    let wanted = ["192.168.1.5", "box"].map(|host| Forgotten::of(&changed(host)).unwrap());
    assert_eq!(asked(&mut window), wanted.map(Action::AskToForget));
}

#[test]
fn the_buttons_of_a_long_error_are_reached_in_a_small_window() {
    let mut model = identity_changed();
    model.client.transfers = <_>::default();
    let mut window = super::window(vec2(440.0, 520.0), Theme::Light, model);
    let name = "Forget the old identity…";
    window.get_by_label(name).focus();
    window.run_steps(20);
    let button = window.get_by_label(name).rect();
    let card = window.get_by_role_and_label(egui::accesskit::Role::ListBox, "Files on 192.168.1.5");
    assert!(
        card.rect().contains_rect(button),
        "{button} in {}",
        card.rect()
    );
}

#[test]
fn an_identity_is_kept_unless_the_user_insists() {
    let mut window = usual(about_to_forget());
    window.get_by_label("Forget the identity of 192.168.1.5?");
    window.get_by_label(&words("ann"));
    window.get_by_label(&words("eve"));
    press(&mut window, Modifiers::NONE, Key::Enter);
    press(&mut window, Modifiers::NONE, Key::Escape);
    click(&mut window, "Keep");
    let answers = [false, false, false].map(Action::Answer);
    assert_eq!(asked(&mut window), answers);
    click(&mut window, "Forget");
    assert_eq!(asked(&mut window), [Action::Answer(true)]);
}

#[test]
fn what_was_announced_before_is_forgotten_with_the_identity() {
    let mut model = identity_changed();
    let old = Encryption::Announced(fingerprint("ann").pin());
    let new = Encryption::Announced(fingerprint("eve").pin());
    let announced = Place {
        encryption: old,
        ..place("")
    };
    model.client.browse.ask(announced.clone());
    let error = Err(ClientError::Tls(changed("192.168.1.5")));
    model.client.apply(ClientEvent::Listed(announced, error));
    let (again, rows) = model.refused_identity("192.168.1.5", 8080);
    assert_eq!(again.map(|place| place.encryption), Some(new));
    assert_eq!(rows, []);

    let encryption_of = |model: &Model| {
        let row = model.client.transfers.rows().next().unwrap();
        row.request.as_ref().unwrap().encryption
    };
    let row = model.client.transfers.rows_mut().next().unwrap();
    row.request.as_mut().unwrap().encryption = old;
    let id = row.transfer.id();
    assert_eq!(model.refused_identity("box", 8081), (None, vec![]));
    assert_eq!(encryption_of(&model), old);
    assert_eq!(model.refused_identity("BOX", 8080), (None, vec![id]));
    assert_eq!(encryption_of(&model), new);
}

#[test]
fn a_computer_that_no_longer_encrypts_can_be_forgotten() {
    let mut model = filled(Tab::Client);
    model.client.browse.ask(place(""));
    let error = ClientError::Tls(TlsError::NotEncrypted {
        host: "192.168.1.5".to_owned(),
        port: 8080,
    });
    model
        .client
        .apply(ClientEvent::Listed(place(""), Err(error)));
    let mut window = usual(model);
    // A link required it, and nothing is remembered.
    assert!(window.query_by_label("Forget its identity…").is_none());
    window.state_mut().model.known = vec![KnownComputer {
        host: "192.168.1.5".to_owned(),
        port: 8080,
        identity: Some(fingerprint("ann")),
        has_password: false,
    }];
    window.run();
    click(&mut window, "Forget its identity…");
    let of = Forgotten {
        host: "192.168.1.5".to_owned(),
        port: 8080,
        known: Some(fingerprint("ann")),
        found: None,
    };
    assert_eq!(asked(&mut window), [Action::AskToForget(of)]);
}

#[test]
fn known_computers_are_listed_and_forgotten() {
    let mut model = known_computers();
    model.known = computers(9);
    let mut window = super::window(vec2(980.0, 2000.0), Theme::Light, model);
    window.get_by_label(&format!("{} · password remembered", words("1")));
    click(&mut window, "Forget 192.168.1.1:8080");
    let gone = Action::ForgetComputer("192.168.1.1".to_owned(), 8080);
    assert_eq!(asked(&mut window), [gone]);
    // The list is bounded, however many there are.
    assert!(window.query_by_label("Forget 192.168.1.8:8080").is_none());
    window.state_mut().model.known.clear();
    window.run();
    window.get_by_label_contains("once you have visited them");
}

#[test]
fn a_device_nearby_says_what_it_asks_for_and_who_it_is() {
    let mut model = filled(Tab::Client);
    model.settings.host.clear();
    let pin = fingerprint("ann").pin();
    model.nearby.found(BrowseEvent::Devices(vec![Device {
        id: "ann".to_owned(),
        name: "Ann’s laptop".to_owned(),
        kind: DeviceKind::Landline,
        identity: Some(pin),
        has_password: true,
        addresses: vec!["10.0.0.2:8080".parse().unwrap()],
        is_own: false,
        device_type: <_>::default(),
    }]));
    let window = usual(model);
    window.get_by_label("Ann’s laptop, Landline, 10.0.0.2, asks for a password");
    let mut model = window.into_state().model;
    let opened = model.choose_device("ann").unwrap();
    assert_eq!(opened.encryption, Encryption::Announced(pin));
    assert_eq!(model.whole_place().unwrap(), opened);
}

#[test]
fn how_a_host_is_reached_belongs_to_what_was_pasted() {
    let pin = fingerprint("ann").pin();
    let token = "AAECAwQFBgcICQoLDA0ODw";
    let mut model = filled(Tab::Client);
    model.settings.host = format!("http://ann-pc:8080/a.txt?k={token}#fp={pin}");
    // It may be saved at any time.
    let saved = model.settings.clone().without_tokens();
    assert_eq!(saved.host, "http://ann-pc:8080/a.txt");
    model.spread_host();
    assert_eq!(model.settings.encryption, Encryption::Pinned(pin));
    assert_eq!(model.client.tokens[0].password.reveal(), token);
    assert_eq!(model.settings.query, "");
    let saved = serde_json::to_string(&model.settings).unwrap();
    assert!(!saved.contains(token) && saved.contains(&pin.to_string()));
    // Again, as for a download.
    model.spread_host();
    let wanted = model.download_requests().unwrap();
    assert_eq!(wanted[0].encryption, Encryption::Pinned(pin));
    assert_eq!(wanted[0].query, None);
    assert!(!format!("{model:?}").contains(token));
    let mut window = usual(model);
    type_into(&mut window, "Host", "bo-pc");
    let settings = &window.state().model.settings;
    assert_eq!(settings.encryption, Encryption::IfOffered);
    window.state_mut().model.settings.encryption = Encryption::Required;
    type_into(&mut window, "Port", "8081");
    let settings = &window.state().model.settings;
    assert_eq!(settings.encryption, Encryption::IfOffered);
}

#[test]
fn links_that_are_pasted_together_keep_what_they_say() {
    let pin = fingerprint("ann").pin();
    let token = "AAECAwQFBgcICQoLDA0ODw";
    let mut model = filled(Tab::Client);
    let text = format!("https://example.org/a.txt and http://ann:81/b?k={token}#fp={pin}");
    assert_eq!(model.take_urls(&text), 2);
    let requests = model.pasted_requests().unwrap();
    let how: Vec<_> = requests
        .iter()
        .map(|one| (one.port, one.encryption))
        .collect();
    let expected = [(443, Encryption::Required), (81, Encryption::Pinned(pin))];
    assert_eq!(how, expected);
    model.take_pasted_tokens();
    assert_eq!(model.client.tokens.len(), 1);
}

#[test]
fn a_public_server_is_remembered_with_its_scheme() {
    let mut model = filled(Tab::Client);
    let place = Place {
        host: "example.org".to_owned(),
        port: 443,
        encryption: Encryption::Required,
        path: String::new(),
    };
    model.remember_host(&ClientEvent::Listed(place, Ok(Arc::default())));
    assert_eq!(model.settings.hosts, ["https://example.org:443"]);
    model.settings.host = model.settings.hosts[0].clone();
    model.spread_host();
    assert_eq!(model.settings.encryption, Encryption::Required);
    assert_eq!(request("a").encryption, Encryption::IfOffered);
}
