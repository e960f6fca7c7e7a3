//! Requests to send, received files, and the QR code.

use std::time::Duration;

use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::states::sharing;
use super::*;
use crate::app::actions::Folder;
use crate::app::model::{Failure, Step};
use crate::sentence;
use landline_engine::error::{ClientError, Failure as TransferFailure};
use landline_engine::server::ServerEvent;
use landline_engine::server::receiving::{Access, Answer, Offer, TrustedDevice};
use landline_engine::transfer::{Checked, Outcome, Protocol, Saved};

/// Longer than a test takes.
const OPEN: Duration = Duration::from_mins(10);

pub(super) fn device(name: &str, key: &str) -> TrustedDevice {
    TrustedDevice {
        name: name.to_owned(),
        key: key.to_owned(),
    }
}

fn offer(device: Option<&str>, can_remember: bool) -> Arc<Offer> {
    let from = "192.168.1.31".parse().unwrap();
    let device = device.map(str::to_owned);
    Arc::new(Offer::new(
        from,
        device,
        can_remember,
        Instant::now() + OPEN,
    ))
}

fn offered(model: &mut Model, offer: &Arc<Offer>) {
    let event = ServerEvent::Offered(Arc::clone(offer));
    model.server.apply("12:03:22".to_owned(), event);
}

/// A share that receives, with three requests and files on their way in both directions.
pub(super) fn receiving() -> Model {
    let mut model = sharing();
    model.settings.access = Access::Both;
    model.downloads = Some("/home/ann/Downloads".into());
    for device in ["Bo’s phone", "Ann", "Cy"] {
        offered(&mut model, &offer(Some(device), true));
    }
    for (name, outcome) in [("slides week 3.pptx", None), ("notes.txt", Some(saved()))] {
        received(&mut model, name, outcome);
    }
    model
}

fn saved() -> Outcome {
    Outcome::Saved(Saved {
        path: "/home/ann/Downloads/notes.txt".into(),
        checked: Checked::Digest,
        skipped: false,
        notes: Vec::new(),
    })
}

/// A file that the server is sent, and that may have ended.
fn received(model: &mut Model, name: &str, outcome: Option<Outcome>) -> Arc<Transfer> {
    let one = transfer(Direction::Download, name);
    one.start(Protocol::Http, Some(100));
    one.advance(40);
    let at = || "12:03:22".to_owned();
    let started = ServerEvent::Started(Arc::clone(&one));
    model.server.apply(at(), started);
    if let Some(outcome) = outcome {
        one.end(outcome);
        let ended = ServerEvent::Ended(Arc::clone(&one));
        model.server.apply(at(), ended);
    }
    one
}

pub(super) fn about_to_receive() -> Model {
    let mut model = filled(Tab::Server);
    model.settings.access = Access::Send;
    model.downloads = Some("/home/ann/Downloads".into());
    model
}

pub(super) fn large_code() -> Model {
    let mut model = receiving();
    model.server.shows_code = true;
    model
}

#[test]
fn what_others_may_do_is_changed_at_once() {
    let mut window = window(vec2(980.0, 900.0), Theme::Light, sharing());
    assert!(window.query_by_label("Received files go to").is_none());
    click(&mut window, "Others may: Both");
    assert_eq!(asked(&mut window), [Action::ApplyReceiving]);
    type_into(&mut window, "Received files go to", "~/in");
    assert_eq!(asked(&mut window), []);
    press(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), [Action::ApplyReceiving]);
    click(&mut window, "Browse for received files…");
    let browse = Action::Browse(Folder::Received);
    // The field has lost the focus.
    assert!(asked(&mut window).contains(&browse));
    click(&mut window, "Others may: Send files to me");
    window.get_by_label("Ready to receive files; nothing is shared");
    assert_eq!(window.state().model.settings.access, Access::Send);
}

#[test]
fn files_can_be_received_without_a_shared_folder() {
    let mut window = usual(Model::default());
    window.get_by_label("Drop a folder here");
    click(&mut window, "Others may: Send files to me");
    // Nobody could download from a folder.
    window.get_by_label("Start sharing to receive files");
    assert!(window.query_by_label("Drop a folder here").is_none());
    click(&mut window, "Start sharing");
    let started = [Action::ApplyReceiving, Action::StartSharing];
    assert_eq!(asked(&mut window), started);
}

#[test]
fn a_folder_that_cannot_receive_is_explained() {
    let mut model = sharing();
    model.settings.access = Access::Both;
    let folder = PathBuf::from("/srv/in");
    model.server.receive_folder.problem = Some(Failure {
        reason: sentence!("target-missing", folder = "/srv/in"),
        steps: vec![Step::CreateFolder(folder.clone())],
    });
    model.server.receive_folder.is_shared = true;
    let mut window = window(vec2(980.0, 900.0), Theme::Light, model);
    window.get_by_label_contains("The folder /srv/in does not exist.");
    click(&mut window, "Create it");
    assert_eq!(asked(&mut window), [Action::CreateFolder(folder)]);
    window.state_mut().model.server.receive_folder.problem = None;
    window.run();
    window.get_by_label_contains("Others can download received files at once.");
    click(&mut window, "Others may: Send files to me");
    let warning = "Others can download received files at once.";
    assert!(window.query_by_label_contains(warning).is_none());
}

#[test]
fn nothing_is_shared_without_a_folder() {
    let mut model = sharing();
    model.settings.access = Access::Both;
    model.settings.folder.clear();
    let problem = |reason| Some(Failure::new(reason));
    model.server.failure = problem(sentence!("no-folder-to-share"));
    model.server.receive_folder.problem = problem(sentence!("target-missing", folder = "/in"));
    let window = window(vec2(980.0, 1000.0), Theme::Light, model);
    window.get_by_label("Ready to receive files; nothing is shared");
    // Each has a button of its own.
    assert_eq!(window.query_all_by_label("Copy this error").count(), 2);
}

#[test]
fn the_oldest_request_is_answered_first() {
    let mut model = sharing();
    let (first, second) = (offer(Some("Bo’s phone"), true), offer(None, false));
    offered(&mut model, &first);
    offered(&mut model, &second);
    let mut window = window(vec2(980.0, 900.0), Theme::Light, model);
    window.get_by_label("Bo’s phone wants to send 0 files (0 B)");
    window.get_by_label("1 more");
    window.get_by_label("192.168.1.31");
    click(&mut window, "Accept");
    let answer = |offer: &Offer, answer| [Action::AnswerOffer(offer.id(), answer)];
    assert_eq!(asked(&mut window), answer(&first, Answer::Accept));
    click(&mut window, "Always from this device");
    click(&mut window, "Accept");
    assert_eq!(asked(&mut window), answer(&first, Answer::AcceptAlways));
    first.answer(Answer::AcceptAlways);
    window.run();
    // Nothing of the first is left for the next one, which cannot be recognised.
    window.get_by_label("192.168.1.31 wants to send 0 files (0 B)");
    assert!(window.query_by_label("Always from this device").is_none());
    assert!(window.query_by_label("1 more").is_none());
    click(&mut window, "Decline");
    assert_eq!(asked(&mut window), answer(&second, Answer::Decline));
    let over = ServerEvent::OfferOver(second.id());
    window.state_mut().model.server.apply(String::new(), over);
    window.run();
    assert!(window.query_by_label("Decline").is_none());
}

#[test]
fn an_answer_is_for_a_request_that_was_read() {
    let mut model = sharing();
    let offers = [offer(None, true), offer(None, true)];
    for offer in &offers {
        offered(&mut model, offer);
    }
    let (now, read) = (Instant::now(), Duration::from_secs(1));
    let [first, second] = &offers;
    let mut answer = |offer: &Offer, at: Instant| {
        model.server.offers.sample(at);
        model.server.offers.answer(offer.id(), Answer::Accept, at);
        offer.answered()
    };
    // It has appeared below a pointer that was about to click something else.
    assert_eq!(answer(first, now), None);
    assert_eq!(answer(first, now + read / 4), None);
    // Not the one that is shown.
    assert_eq!(answer(second, now + read), None);
    assert_eq!(answer(first, now + read), Some(Answer::Accept));
    // The second half of a double click hits the next request.
    assert_eq!(answer(second, now + read), None);
    assert_eq!(answer(second, now + read + read / 4), None);
    assert_eq!(answer(second, now + 2 * read), Some(Answer::Accept));
}

#[test]
fn requests_expire_even_if_nobody_says_so() {
    let mut model = sharing();
    let now = Instant::now();
    let late = Arc::new(Offer::new("::1".parse().unwrap(), None, false, now));
    offered(&mut model, &late);
    model.server.offers.sample(now);
    assert_eq!(model.server.offers.len(), 0);
    // And there is nothing to announce any more.
    assert_eq!(model.take_request(false), None);
    for _ in 0..200 {
        offered(&mut model, &offer(None, false));
    }
    assert_eq!(model.server.offers.len(), 100);
    let stopped = ServerEvent::Stopped(Ok(()));
    model.server.apply(String::new(), stopped);
    assert_eq!(model.server.offers.len(), 0);
}

#[test]
fn a_request_is_announced_once_unless_the_window_is_in_front() {
    let mut model = sharing();
    offered(&mut model, &offer(Some("Bo"), true));
    assert_eq!(model.take_request(true), None);
    assert_eq!(model.take_request(false), None);
    offered(&mut model, &offer(Some("Bo"), true));
    let notice = model.take_request(false).unwrap();
    assert_eq!(notice.title.to_string(), "Bo wants to send 0 files (0 B)");
    assert_eq!(model.take_request(false), None);
}

#[test]
fn the_client_tab_shows_that_somebody_waits() {
    let mut model = receiving();
    model.settings.tab = Tab::Client;
    let mut window = usual(model);
    window.get_by_label("3 requests to send files");
    assert!(window.query_by_label("Accept").is_none());
    click(&mut window, "Server");
    assert!(window.query_by_label("3 requests to send files").is_none());
    window.get_by_label("Accept");
}

#[test]
fn received_files_have_rows_like_downloads() {
    let mut model = sharing();
    received(&mut model, "moves.mkv", None);
    received(&mut model, "notes.txt", Some(saved()));
    let cut = ClientError::Cut {
        host: "192.168.1.9".to_owned(),
        name: "lost.iso".to_owned(),
        arrived: 40,
    };
    let cut = Outcome::Failed(TransferFailure::Fetch(cut));
    received(&mut model, "lost.iso", Some(cut));
    let mut window = window(vec2(980.0, 1400.0), Theme::Light, model);
    window.get_by_label("Cancel moves.mkv");
    assert!(window.query_by_label("Pause moves.mkv").is_none());
    window.get_by_label("saved · SHA-256 verified");
    window.get_by_label_contains("Ask the person there to send it again");
    // It is a button of its own, not that which stops sharing.
    click(&mut window, "1 failed");
    assert_eq!(asked(&mut window), []);
    let path = PathBuf::from("/home/ann/Downloads/notes.txt");
    click(&mut window, "Open notes.txt");
    click(&mut window, "Show in folder: notes.txt");
    assert_eq!(
        asked(&mut window),
        [Action::Open(path.clone()), Action::Reveal(path)]
    );
    let open = window.get_by_label("Open notes.txt").rect();
    let mut senders = window.get_all_by_label("192.168.1.9");
    let is_before_buttons = senders.any(|sender| {
        let sender = sender.rect();
        sender.y_range().contains(open.center().y) && sender.right() < open.left()
    });
    drop(senders);
    assert!(is_before_buttons);
    click(&mut window, "Remove notes.txt");
    assert!(matches!(asked(&mut window)[..], [Action::Remove(_)]));
    click(&mut window, "Show the connection of moves.mkv");
    let opened = asked(&mut window);
    assert!(matches!(opened[..], [Action::OpenLine(Tab::Server, _)]));
    let log = &window.state().model.server.log;
    let received = "received “notes.txt” — 40 B, SHA-256 verified, saved as ";
    assert!(log.text().contains(received));
    assert!(log.text().contains("“lost.iso” — not received: "));
}

#[test]
fn received_files_are_reported_together() {
    let mut model = sharing();
    let now = Instant::now();
    received(&mut model, "notes.txt", Some(saved()));
    model.sample(now);
    // The next file may follow.
    assert_eq!(model.finished.toasts().last(), None);
    received(&mut model, "more.txt", Some(saved()));
    let soon = now + Duration::from_millis(900);
    model.sample(soon);
    assert_eq!(model.take_notification(soon, false), None);
    let later = soon + Duration::from_secs(1);
    model.sample(later);
    let toast = model.finished.toasts().last().unwrap();
    assert_eq!(toast.what.to_string(), "2 files were received");
    let notice = model.take_notification(later, false).unwrap();
    assert_eq!(notice.title.to_string(), "2 files were received");
    // What is sent is not reported.
    let sent = transfer(Direction::Upload, "film.mkv");
    sent.end(Outcome::Sent);
    model.server.apply(String::new(), ServerEvent::Ended(sent));
    model.sample(later + Duration::from_secs(9));
    assert_eq!(model.take_notification(later, false), None);
}

#[test]
fn a_device_is_forgotten() {
    let mut model = sharing();
    model.settings_open = true;
    model.trust(device("Bo’s phone", "1"));
    model.trust(device("Ann", "2"));
    let mut window = window(vec2(980.0, 1200.0), Theme::Light, model);
    click(&mut window, "Forget Bo’s phone");
    let trusted = &window.state().model.settings.trusted;
    assert_eq!(trusted, &[device("Ann", "2")]);
    let changed = asked(&mut window);
    assert!(matches!(changed[..], [Action::SettingsChanged(_)]));
    click(&mut window, "Ask before receiving files");
    window.get_by_label_contains("anyone on this network can store files");
    assert!(window.query_by_label("Forget Ann").is_none());
    let node = window.get_by_label("Ask before receiving files");
    assert_eq!(node.accesskit_node().role(), Role::Switch);
}
