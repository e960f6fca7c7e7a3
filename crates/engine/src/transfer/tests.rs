use super::*;

#[test]
fn the_first_end_counts() {
    let transfer = Transfer::new(Direction::Upload, "a", "host", CancelToken::new());
    assert_eq!(transfer.state(), TransferState::Queued);
    transfer.start(Protocol::Raw, Some(10));
    transfer.advance(5);
    assert_eq!(
        (transfer.state(), transfer.fraction()),
        (TransferState::Moving, Some(0.5))
    );
    transfer.end(Outcome::Cancelled);
    transfer.end(Outcome::Sent);
    assert_eq!(
        (transfer.state(), transfer.outcome()),
        (TransferState::Ended, Some(&Outcome::Cancelled))
    );
}

#[test]
fn a_files_bytes_count_for_its_folder() {
    let folder = Transfer::new(Direction::Download, "d", "host", CancelToken::new());
    let folder = Arc::new(folder);
    let files = ["a", "b"].map(|name| Transfer::of_file(&folder, name));
    files[0].set_done(100);
    files[0].advance(5);
    files[1].advance(20);
    assert_eq!((folder.done(), folder.moved()), (125, 25));
    files[0].set_done(0);
    assert_eq!((folder.done(), folder.moved()), (20, 25));
    folder.pause();
    assert!(files[1].is_pausing() && files[1].cancel().is_cancelled());
}

#[test]
fn an_unknown_total_has_no_fraction() {
    let transfer = Transfer::new(Direction::Download, "a", "host", CancelToken::new());
    transfer.start(Protocol::Raw, None);
    assert_eq!((transfer.total(), transfer.fraction()), (None, None));
}

#[test]
fn the_expected_length_counts_until_the_peer_states_one() {
    let one = Transfer::new(Direction::Download, "film.mkv", "box", CancelToken::new());
    one.expect(7);
    assert_eq!(one.total(), Some(7));
    one.start(Protocol::Http, Some(9));
    one.expect(7);
    assert_eq!(one.total(), Some(9));
    one.start(Protocol::Raw, None);
    assert_eq!(one.total(), None);
}
