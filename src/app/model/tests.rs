//! Tests of the model as a whole.

use std::sync::Arc;

use super::*;
use landline_engine::error::{ClientError, Failure};
use landline_engine::transfer::{Direction, Outcome, Transfer};
use landline_engine::transport::CancelToken;

#[test]
fn a_tilde_is_the_home_directory() {
    let model = Model {
        home: Some(PathBuf::from("/home/ann")),
        ..Model::default()
    };
    for (typed, path) in [
        ("~", "/home/ann"),
        (" ~/Photos ", "/home/ann/Photos"),
        ("~bob", "~bob"),
        ("/srv", "/srv"),
        ("\"~/a b\"", "/home/ann/a b"),
    ] {
        assert_eq!(model.path(typed), Ok(PathBuf::from(path)));
    }
}

#[test]
fn a_port_is_a_number_from_1_to_65535() {
    for typed in [" 8080 ", "８０８０", "８０80", "", "　"] {
        assert_eq!(port(typed), Ok(8080), "{typed:?}");
    }
    for wrong in ["８０８０。", "²", "0", "65536", "-1", "http"] {
        assert!(port(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn only_a_few_notices_pile_up() {
    let mut model = Model::default();
    for _ in 0..10 {
        model.notice(crate::sentence!("no-dialog"));
    }
    assert_eq!(model.notices.len(), NOTICES_KEPT);
}

#[test]
fn downloads_are_reported_and_uploads_are_not() {
    let (mut model, now) = (Model::default(), Instant::now());
    let begin = |transfers: &mut transfers::Transfers, direction| {
        let one = Transfer::new(direction, "film.mkv", "box", CancelToken::new());
        let one = Arc::new(one);
        transfers.add(Arc::clone(&one), None);
        one
    };
    let upload = begin(&mut model.server.transfers, Direction::Upload);
    let [one, other] = [(); 2].map(|()| begin(&mut model.client.transfers, Direction::Download));
    upload.end(Outcome::Failed(Failure::Fetch(ClientError::NoName)));
    model.sample(now);
    assert_eq!(model.finished.toasts().last(), None);
    one.end(Outcome::Failed(Failure::Fetch(ClientError::NoName)));
    model.sample(now);
    // The other one is still queued.
    assert_eq!(model.finished.toasts().last(), None);
    assert_eq!(model.take_notification(now, false), None);
    other.end(Outcome::Failed(Failure::Fetch(ClientError::NoName)));
    assert_eq!(model.sample(now), Some(finished::TOAST));
    let toast = model.finished.toasts().last().unwrap();
    assert_eq!(toast.what.to_string(), "2 of 2 downloads failed");
    let notice = model.take_notification(now, false).unwrap();
    assert_eq!(notice.title.to_string(), "2 of 2 downloads failed");
    // Then the window is idle.
    let later = now + finished::TOAST;
    model.take_notification(later, false);
    assert_eq!(model.sample(later), None);
}
