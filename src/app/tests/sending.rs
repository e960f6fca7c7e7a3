//! Sending files to the share of another computer.

use egui_kittest::kittest::Queryable as _;

use super::*;
use crate::app::actions::Question;
use crate::app::model::client::ClientModel;
use crate::app::model::finished::Tone;
use crate::app::model::send_to::SendTo;
use crate::text::Describe as _;
use landline_engine::client::{Place, SendRequest};
use landline_engine::error::{DeliveryError, PasswordError};
use landline_engine::transfer::{
    Files, Incomplete, Note, Outcome, Protocol, TransferId, TransferState,
};

/// A tab with rows of what is sent: one that its owner is asked about, one in motion, a declined and a sent one.
pub(super) fn in_every_state() -> Model {
    let mut model = filled(Tab::Client);
    let long = super::states::long(".mkv");
    let add = |model: &mut Model, name: &str, host: &str, prepare: &dyn Fn(&Transfer)| {
        let paths = vec![PathBuf::from("/home/bo").join(name)];
        let request = SendRequest::new(host, 8080, paths, "Bo");
        let cancel = CancelToken::new();
        let one = Transfer::new(Direction::Upload, request.shown(), host, cancel);
        one.set_total(Some(4_200_000_000));
        prepare(&one);
        let transfers = &mut model.client.transfers;
        transfers.add_delivery(Arc::new(one), request);
    };
    let asking = |one: &Transfer| one.set_state(TransferState::Asking);
    add(&mut model, "asked.mkv", "ann-pc", &asking);
    add(&mut model, "slow.mkv", "192.168.100.155", &|one| {
        one.start(Protocol::Http, Some(4_200_000_000));
        one.advance(2_600_000_000);
    });
    add(&mut model, &long, "ann-pc", &|one| {
        let host = "ann-pc".to_owned();
        let declined = DeliveryError::Declined { host };
        one.end(Outcome::Failed(ClientError::from(declined).into()));
    });
    add(&mut model, "sent.mkv", "ann-pc", &|one| {
        one.start(Protocol::Http, Some(1000));
        one.advance(1000);
        one.end(Outcome::Sent);
    });
    model.client.transfers.sample(Instant::now());
    model
}

/// The question about a file that was dropped while `ann-pc` is shown.
pub(super) fn send_or_share(name: &str) -> Model {
    let mut model = filled(Tab::Client);
    let paths = vec![PathBuf::from("/home/bo").join(name)];
    model.question = Some(Question::SendOrShare(paths, ann_pc()));
    model
}

/// A window with a row of what is sent to `ann-pc`.
fn sending(prepare: impl FnOnce(&Transfer)) -> (Window, TransferId) {
    let paths = vec![PathBuf::from("/home/bo/film.mkv")];
    let request = SendRequest::new("ann-pc", 8080, paths, "Bo");
    let cancel = CancelToken::new();
    let one = Transfer::new(Direction::Upload, request.shown(), "ann-pc", cancel);
    one.set_total(Some(1000));
    prepare(&one);
    let (mut model, id) = (filled(Tab::Client), one.id());
    let ClientModel { transfers, .. } = &mut model.client;
    transfers.add_delivery(Arc::new(one), request);
    (usual(model), id)
}

fn ann_pc() -> SendTo {
    SendTo::share(Place {
        host: "ann-pc".to_owned(),
        port: 8080,
        encryption: <_>::default(),
        path: String::new(),
    })
}

#[test]
fn several_files_are_named_as_in_any_list() {
    let paths =
        ["a.jpg", "b.jpg", "c.jpg", "d.jpg"].map(|name| PathBuf::from("/home/bo").join(name));
    let request = SendRequest::new("ann-pc", 8080, paths.to_vec(), "Bo");
    let one = Transfer::new(
        Direction::Upload,
        request.shown(),
        "ann-pc",
        CancelToken::new(),
    );
    let mut model = filled(Tab::Client);
    model.client.transfers.add_delivery(Arc::new(one), request);
    let window = usual(model);
    window.get_by_label("a.jpg, b.jpg, c.jpg and 1 more");
}

#[test]
fn files_are_sent_to_the_host_in_the_fields() {
    let mut window = usual(filled(Tab::Client));
    click(&mut window, "Send files…");
    assert_eq!(asked(&mut window), [Action::ChooseFilesToSend]);
    let mut without = filled(Tab::Client);
    without.settings.host.clear();
    let mut window = usual(without);
    click(&mut window, "Send files…");
    assert_eq!(asked(&mut window), []);
}

#[test]
fn what_was_dropped_is_sent_or_shared_or_neither() {
    let paths = vec![PathBuf::from("/home/bo/a.txt"), PathBuf::from("/home/bo/b")];
    let to = ann_pc();
    let question = || {
        let mut model = filled(Tab::Client);
        model.question = Some(Question::SendOrShare(paths.clone(), to.clone()));
        usual(model)
    };
    let mut window = question();
    window.get_by_label("Send “a.txt”, “b” to ann-pc?");
    click(&mut window, "Send to ann-pc");
    assert_eq!(
        asked(&mut window),
        [Action::SendFiles(paths.clone(), to.clone())]
    );
    let mut window = question();
    click(&mut window, "Share");
    assert_eq!(asked(&mut window), [Action::ShareDropped(paths.clone())]);
    let mut window = question();
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert_eq!(asked(&mut window), [Action::DismissQuestion]);
}

#[test]
fn a_row_says_that_the_owner_is_asked() {
    let (mut window, id) = sending(|one| one.set_state(TransferState::Asking));
    window.get_by_label("Waiting for ann-pc to accept");
    assert!(window.query_by_label("Pause film.mkv").is_none());
    click(&mut window, "Cancel film.mkv");
    assert_eq!(asked(&mut window), [Action::Cancel(id)]);
    click(&mut window, "Show the connection of film.mkv");
    let line = Action::OpenLine(Tab::Client, crate::app::model::Opened::Line(id));
    assert_eq!(asked(&mut window), [line]);
}

#[test]
fn the_list_is_called_after_what_is_in_it() {
    let window = usual(in_every_state());
    window.get_by_label("Transfers");
    assert!(window.query_by_label("Downloads").is_none());
    // Two are active, but what is sent cannot be paused.
    assert!(window.query_by_label("Pause all").is_none());
    // It is not cut off.
    let waiting = window.get_by_label("Waiting for ann-pc to accept").rect();
    assert!(waiting.width() > 150.0, "{waiting:?}");
    // Nothing was sent, as the reason says.
    assert!(window.query_by_label_contains("files sent").is_none());
}

#[test]
fn what_was_refused_can_be_sent_again() {
    let host = || "ann-pc".to_owned();
    for why in [
        DeliveryError::Declined { host: host() },
        DeliveryError::Off { host: host() },
    ] {
        let text = why.sentence().to_string();
        let (mut window, id) = sending(|one| {
            one.end(Outcome::Failed(ClientError::from(why).into()));
        });
        window.get_by_label(&text);
        click(&mut window, "Try again: film.mkv");
        assert_eq!(asked(&mut window), [Action::Again(id)]);
    }
}

#[test]
fn why_a_host_cannot_be_reached_is_found_out() {
    let (mut window, _) = sending(|one| {
        let (host, port) = ("ann-pc".to_owned(), 8080);
        let error = ClientError::NoAnswer { host, port };
        one.end(Outcome::Failed(error.into()));
    });
    click(&mut window, "Find out why “film.mkv” cannot be sent");
    let peer = Some(("ann-pc".to_owned(), 8080));
    assert_eq!(asked(&mut window), [Action::FindOutWhy(peer)]);
    let (window, _) = sending(|one| {
        let host = "ann-pc".to_owned();
        let error = ClientError::from(DeliveryError::Declined { host });
        one.end(Outcome::Failed(error.into()));
    });
    let why = window.query_by_label_contains("cannot be sent");
    assert!(why.is_none());
}

#[test]
fn what_was_sent_says_what_it_is_called_there() {
    let (window, _) = sending(|one| {
        one.start(Protocol::Http, Some(1000));
        one.advance(1000);
        one.end(Outcome::Sent);
    });
    window.get_by_label("sent");
    let note = Note::HiddenLeftOut { count: 2 };
    assert_eq!(
        note.sentence().title(),
        "Left out 2 hidden files and folders."
    );
    let (window, _) = sending(|one| {
        one.set_files(Files {
            done: 2,
            total: 3,
            failed: 1,
            is_counted: true,
        });
        one.end(Outcome::Cancelled);
    });
    window.get_by_label("2 of 3 files sent; 1 failed");
}

#[test]
fn closing_the_window_says_that_sending_stops() {
    let (mut window, _) = sending(|one| one.set_state(TransferState::Moving));
    window.state_mut().model.question = Some(Question::Close);
    window.run();
    window.get_by_label_contains("Files are still being sent; what has arrived");
    assert!(window.query_by_label_contains("download").is_none());
}

/// The notification about deliveries that ended like this, and the last toast.
fn told(ends: &[(&str, Option<&str>, Outcome)]) -> (Option<(String, String)>, String) {
    let (mut model, now) = (filled(Tab::Client), Instant::now());
    for (name, text, outcome) in ends {
        let paths = vec![PathBuf::from("/home/bo").join(name)];
        let mut request = SendRequest::new("ann-pc", 8080, paths, "Bo");
        request.text = text.map(str::to_owned);
        let cancel = CancelToken::new();
        let one = Arc::new(Transfer::new(Direction::Upload, *name, "ann-pc", cancel));
        let transfers = &mut model.client.transfers;
        transfers.add_delivery(Arc::clone(&one), request);
        one.end(outcome.clone());
        model.delivery_ended(&one, now);
    }
    let notice = model.take_notification(now, false).map(|notice| {
        let body = notice.body.map(|body| body.to_string());
        (notice.title.to_string(), body.unwrap_or_default())
    });
    assert_eq!(model.take_notification(now, false), None);
    let toast = model.finished.toasts().last();
    let is_good = toast.is_some_and(|toast| toast.tone == Tone::Good);
    let last = ends.last().map(|(.., outcome)| outcome);
    assert_eq!(is_good, matches!(last, Some(Outcome::Sent)));
    (
        notice,
        toast.map_or_else(String::new, |toast| toast.what.title()),
    )
}

#[test]
fn a_notification_says_how_sending_has_ended() {
    let host = || "ann-pc".to_owned();
    let failed = |error: ClientError| Outcome::Failed(error.into());
    let declined = failed(DeliveryError::Declined { host: host() }.into());
    let password = failed(ClientError::Password(PasswordError::Required {
        host: host(),
        port: 8080,
        is_pin: false,
    }));
    let incomplete = Outcome::Incomplete(Incomplete {
        path: PathBuf::from("/home/bo/photos"),
        failed: 2,
        examples: Vec::new(),
        notes: Vec::new(),
    });
    let see = "See the list on the Client tab for details.";
    let could_not = "“a” could not be sent to ann-pc";
    let sent = "Sent “a” to ann-pc.";
    for (text, outcome, title, body, toast) in [
        (None, Outcome::Sent, sent, "", sent),
        (
            Some("hi"),
            Outcome::Sent,
            "Sent the text to ann-pc.",
            "",
            "Sent the text to ann-pc.",
        ),
        (
            None,
            incomplete.clone(),
            "2 files could not be sent.",
            see,
            "2 files could not be sent.",
        ),
        (
            None,
            declined.clone(),
            could_not,
            "ann-pc declined the files.",
            "ann-pc declined the files.",
        ),
        // The window has a dialog for it.
        (None, password, could_not, "ann-pc asks for a password.", ""),
    ] {
        let (notice, said) = told(&[("a", text, outcome)]);
        let (is, why) = notice.unwrap();
        assert_eq!((&*is, &*said), (title, toast));
        assert!(
            why.starts_with(body) && why.is_empty() == body.is_empty(),
            "{why}"
        );
    }
    let several = [("a", None, Outcome::Sent), ("b", None, Outcome::Sent)];
    let both = ("2 transfers finished".to_owned(), String::new());
    assert_eq!(told(&several).0, Some(both));
    let failed = [("a", None, declined.clone()), ("b", None, incomplete)];
    let none = "2 of 2 transfers failed".to_owned();
    assert_eq!(told(&failed).0, Some((none, see.to_owned())));
    let partly = [("a", None, Outcome::Sent), ("b", None, declined)];
    let one = "1 of 2 transfers finished, 1 failed".to_owned();
    assert_eq!(told(&partly).0, Some((one, see.to_owned())));
    // The user has cancelled it.
    let cancelled = told(&[("a", None, Outcome::Cancelled)]);
    assert_eq!(cancelled, (None, String::new()));
}
