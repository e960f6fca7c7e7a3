//! LocalSend in the window: the states that its tests look at.

mod receiving;
mod sending;

use std::time::Duration;

use super::states::client::nearby;
use super::states::{long, sharing};
use super::*;
use crate::app::actions::Question;
use crate::app::model::localsend::{Draft, Visibility};
use crate::app::model::send_to::SendTo;
use landline_engine::client::ClientEvent;
use landline_engine::discovery::{BrowseEvent, Device, DeviceKind};
use landline_engine::error::{DeliveryError, PasswordError, ServerError};
use landline_engine::identity::{Fingerprint, Pin};
use landline_engine::localsend::DeviceType;
use landline_engine::server::ServerEvent;
use landline_engine::server::receiving::{Offer, OfferedBy};
use landline_engine::transfer::{Checked, Outcome, Protocol, Saved, TransferState};

/// The address of Bo's phone.
const ADDRESS: &str = "192.168.1.9";

fn at() -> String {
    "12:03:22".to_owned()
}

fn fingerprint() -> Fingerprint {
    "ab".repeat(32).parse().unwrap()
}

fn device(name: &str, device_type: DeviceType, identity: Option<Pin>) -> Device {
    Device {
        id: name.to_owned(),
        name: name.to_owned(),
        kind: DeviceKind::LocalSend,
        device_type,
        addresses: vec!["192.168.1.9:53317".parse().unwrap()],
        is_own: false,
        identity,
        has_password: false,
    }
}

/// Devices nearby, with and without LocalSend.
pub(super) fn devices() -> Model {
    let mut model = nearby();
    let mut all = model.nearby.devices().to_vec();
    let pin = Some(fingerprint().pin());
    all.insert(1, device("Bo’s phone", DeviceType::Mobile, pin));
    all.push(device(&long("电脑"), DeviceType::Desktop, None));
    model.nearby.found(BrowseEvent::Devices(all));
    model
}

/// This computer is visible, and nothing is shared.
pub(super) fn visible() -> Model {
    let mut model = Model {
        downloads: Some("/home/ann/Downloads".into()),
        ..Model::default()
    };
    model.settings.localsend = true;
    model.settings.name = "Ann’s laptop".to_owned();
    model.localsend.visibility = Visibility::Starting;
    model.localsend_event(at(), ServerEvent::Listening(Vec::new()));
    model
}

fn offer(by: OfferedBy) -> Arc<Offer> {
    let from = "192.168.1.9".parse().unwrap();
    let until = Instant::now() + Duration::from_mins(10);
    let name = Some("Bo’s phone".to_owned());
    let can_remember = by == OfferedBy::LocalSend(Some(fingerprint()));
    Arc::new(Offer::new(from, name, can_remember, until).offered_by(by))
}

fn text(model: &mut Model, text: &str) {
    let message = ServerEvent::Message {
        peer: "192.168.1.9".parse().unwrap(),
        name: Some("Bo’s phone".to_owned()),
        text: text.to_owned(),
    };
    model.localsend_event(at(), message);
}

/// A request and texts, a long one and one with a long name.
pub(super) fn asked_and_told() -> Model {
    let mut model = visible();
    let offer = offer(OfferedBy::LocalSend(Some(fingerprint())));
    model
        .server
        .offers
        .add_from(offer, Some(DeviceType::Mobile));
    text(
        &mut model,
        &format!("https://example.org/{}", "a".repeat(90)),
    );
    text(&mut model, &long("\n").repeat(20));
    model
}

/// The same while a folder is shared.
pub(super) fn asked_while_sharing() -> Model {
    let mut model = sharing();
    model.downloads = Some("/home/ann/Downloads".into());
    model.settings.localsend = true;
    model.localsend_event(at(), ServerEvent::Listening(Vec::new()));
    let offer = offer(OfferedBy::LocalSend(None));
    model.server.offers.add_from(offer, None);
    text(&mut model, &long("\n").repeat(20));
    model
}

/// Files from devices, on their way and here.
pub(super) fn received() -> Model {
    let mut model = visible();
    for (device, from) in ["Bo’s phone".to_owned(), long("电脑")].iter().enumerate() {
        for name in [format!("film {device}.mkv"), long(&format!("{device}.txt"))] {
            receive(&mut model, &name, from, None);
            let name = format!("a {name}");
            receive(&mut model, &name, from, Some(saved(&name)));
        }
    }
    model
}

fn receive(model: &mut Model, name: &str, from: &str, outcome: Option<Outcome>) {
    let one = Transfer::new(Direction::Download, name, ADDRESS, CancelToken::new());
    let one = Arc::new(one.called(Some(from.to_owned())));
    one.start(Protocol::Http, Some(4_200_000_000));
    one.advance(2_600_000_000);
    model.localsend_event(at(), ServerEvent::Started(Arc::clone(&one)));
    if let Some(outcome) = outcome {
        one.end(outcome);
        model.localsend_event(at(), ServerEvent::Ended(one));
    }
}

fn saved(name: &str) -> Outcome {
    Outcome::Saved(Saved {
        path: PathBuf::from("/home/ann/Downloads").join(name),
        checked: Checked::Digest,
        skipped: false,
        notes: Vec::new(),
    })
}

pub(super) fn failed() -> Model {
    let mut model = visible();
    let taken = ServerError::PortTaken {
        port: 53317,
        free: Some(53318),
    };
    model.localsend_event(at(), ServerEvent::Stopped(Err(taken)));
    model
}

pub(super) fn in_settings() -> Model {
    let mut model = failed();
    model.settings_open = true;
    model
}

fn phone() -> SendTo {
    devices().localsend_device("Bo’s phone").unwrap()
}

pub(super) fn writing() -> Model {
    let mut model = devices();
    // A longer one scrolls in its field, which no rectangle of the tree tells.
    model.localsend.draft = Some(draft("The password of the Wi-Fi:\n海边 2026"));
    model
}

/// The same for a device that does not encrypt.
pub(super) fn writing_unencrypted() -> Model {
    let mut model = devices();
    let to = model.localsend_device(&long("电脑")).unwrap();
    let text = String::new();
    model.localsend.draft = Some(Draft { to, text });
    model
}

/// The question whether to send what was dropped to such a device.
pub(super) fn unencrypted() -> Model {
    let mut model = devices();
    let to = model.localsend_device(&long("电脑")).unwrap();
    let paths = vec![PathBuf::from("/home/bo/a.txt")];
    model.question = Some(Question::SendOrShare(paths, to));
    model
}

pub(super) fn draft(text: &str) -> Draft {
    Draft {
        to: phone(),
        text: text.to_owned(),
    }
}

/// Adds a row of what is sent to the phone.
fn add(model: &mut Model, text: Option<&str>, prepare: impl Fn(&Transfer)) -> Arc<Transfer> {
    let path = match model.client.transfers.rows().count() {
        0 => "/home/bo/film.mkv".to_owned(),
        before => format!("/home/bo/film {before}.mkv"),
    };
    let paths = text.is_none().then(|| PathBuf::from(path));
    let mut request = phone().request(paths.into_iter().collect(), "Ann".to_owned());
    request.text = text.map(str::to_owned);
    let (shown, cancel) = (request.shown(), CancelToken::new());
    let one = Transfer::new(Direction::Upload, shown, request.recipient(), cancel);
    prepare(&one);
    let one = Arc::new(one);
    let transfers = &mut model.client.transfers;
    transfers.add_delivery(Arc::clone(&one), request);
    one
}

fn pin_needed() -> Outcome {
    let (host, port) = ("192.168.1.9".to_owned(), 53317);
    let error = ClientError::Password(PasswordError::Required {
        host,
        port,
        is_pin: true,
    });
    Outcome::Failed(error.into())
}

/// Rows of what is sent to a device, in every state.
pub(super) fn sending() -> Model {
    let mut model = devices();
    add(&mut model, None, |one| {
        one.set_state(TransferState::Preparing);
    });
    add(&mut model, None, |one| one.set_state(TransferState::Asking));
    add(&mut model, None, |one| {
        one.start(Protocol::Http, Some(4_200_000_000));
        one.advance(2_600_000_000);
    });
    add(&mut model, Some(&long("\n")), |one| one.end(Outcome::Sent));
    add(&mut model, None, |one| one.end(pin_needed()));
    add(&mut model, None, |one| {
        let host = "Bo’s phone".to_owned();
        let error = ClientError::from(DeliveryError::InUse { host });
        one.end(Outcome::Failed(error.into()));
    });
    model.client.transfers.sample(Instant::now());
    model
}

/// The question for the PIN of a device.
pub(super) fn pin() -> Model {
    let mut model = devices();
    model.may_ask("192.168.1.9", 53317);
    let one = add(&mut model, None, |one| one.end(pin_needed()));
    model.client.transfers.sample(Instant::now());
    model.heard_of_password(&ClientEvent::Ended(one), Instant::now());
    model
}

/// The question to which device to send what was dropped.
pub(super) fn choosing() -> Model {
    let mut model = devices();
    let paths = vec![PathBuf::from("/home/bo/a.txt")];
    let recipients = model.drop_recipients();
    model.question = Some(Question::SendToWhich(paths, recipients));
    model
}
