//! Shares of this program that have a password.

use landline_engine::identity::{Identity, Protection};
use landline_engine::password::{LinkToken, Password};
use landline_engine::server::{Config, Privacy};
use landline_engine::transfer::Outcome;

use super::know;
use crate::common::Shared;
use crate::peer::{Downloader, content, failure, saved};
use crate::rig::quick;

fn privacy(password: &str) -> Privacy {
    Privacy {
        password: Password::new(password),
        ..Privacy::default()
    }
}

fn share(configure: impl Fn(&mut Config)) -> Shared {
    let shared = Shared::with(|config| {
        config.privacy = privacy("secret");
        configure(config);
    });
    for number in 0..20 {
        shared.write(&format!("f/{number}.txt"), b"hello");
    }
    shared
}

#[test]
fn a_share_lets_in_who_knows_the_password() {
    for has_identity in [false, true] {
        let shared = share(|config| {
            config.identity = has_identity.then(|| Identity::generate().unwrap());
        });
        let (port, downloader) = (shared.address.port(), Downloader::new());
        for name in ["f/1.txt", "f/"] {
            assert_eq!(failure(&downloader.get(port, name)), "required");
        }
        know(&downloader, port, "sesame");
        assert_eq!(failure(&downloader.get(port, "f/1.txt")), "wrong");
        know(&downloader, port, "secret");
        let transfer = downloader.start(port, "f/1.txt");
        assert_eq!(
            content(&saved(&downloader.wait(transfer.id())).path),
            b"hello"
        );
        let is_encrypted = transfer
            .protection()
            .as_ref()
            .is_some_and(Protection::is_encrypted);
        assert_eq!(is_encrypted, has_identity);
        let outcome = downloader.get(port, "f/");
        assert_eq!(
            std::fs::read_dir(&saved(&outcome).path).unwrap().count(),
            20
        );
        assert_eq!(downloader.list(port, "f").unwrap().entries.len(), 20);
    }
}

#[test]
fn the_token_of_a_link_counts_as_the_password() {
    let token = LinkToken::random();
    let shared = share(|config| config.privacy.token = Some(token));
    let (port, downloader) = (shared.address.port(), Downloader::new());
    know(&downloader, port, &token.reveal());
    saved(&downloader.get(port, "f/1.txt"));
}

#[test]
fn after_ten_wrong_passwords_the_right_one_has_to_wait() {
    let shared = share(|_| {});
    let (port, downloader) = (shared.address.port(), Downloader::with(quick()));
    for number in 0..10 {
        know(&downloader, port, &format!("wrong {number}"));
        let ended = failure(&downloader.get(port, "f/1.txt"));
        assert!(
            ended == "wrong" || number == 9 && ended == "too-many",
            "{number}: {ended}"
        );
    }
    know(&downloader, port, "secret");
    assert_eq!(failure(&downloader.get(port, "f/1.txt")), "too-many");
}

#[test]
fn a_new_password_stops_what_the_old_one_began() {
    let shared = share(|_| {});
    let (port, downloader) = (shared.address.port(), Downloader::new());
    know(&downloader, port, "secret");
    saved(&downloader.get(port, "f/1.txt"));
    shared
        .server
        .as_ref()
        .unwrap()
        .set_privacy(privacy("changed"));
    assert!(matches!(downloader.get(port, "f/"), Outcome::Failed(_)));
    know(&downloader, port, "changed");
    saved(&downloader.get(port, "f/"));
}
