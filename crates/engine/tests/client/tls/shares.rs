//! Shares of Landline that speak TLS.

use std::net::Ipv4Addr;

use landline_engine::client::{CopyNaming, Encryption, Place, SendRequest};
use landline_engine::error::{ClientError, TlsError};
use landline_engine::identity::{Protection, Trust};
use landline_engine::server::ServerEvent;
use landline_engine::server::receiving::{Access, Consent, Receiving};
use landline_engine::transfer::{Checked, Outcome, Protocol};

use super::{error_of, tls_error};
use crate::common::proxy::{Proxy, Script};
use crate::common::tls::identity;
use crate::common::{Shared, noise};
use crate::peer::{Downloader, content, saved};
use crate::receiver::{Sender, assert_sent};
use crate::rig::quick;

fn over_tls(trust: Trust) -> Protection {
    let fingerprint = identity().fingerprint();
    Protection::Tls { fingerprint, trust }
}

fn encrypted_only() -> Shared {
    Shared::encrypted_with(|config| config.privacy.is_encrypted_only = true)
}

#[test]
fn a_file_arrives_and_the_server_is_remembered() {
    let shared = Shared::encrypted();
    let file = noise(3_000_000);
    shared.write("a.bin", &file);
    let port = shared.address.port();
    let downloader = Downloader::new();
    assert_eq!(downloader.known(port), None);
    for trust in [Trust::FirstTime, Trust::Known] {
        let transfer = downloader.get_with(Encryption::Required, port, "a.bin");
        let saved = saved(transfer.outcome().unwrap());
        assert_eq!(saved.checked, Checked::Digest);
        assert!(content(&saved.path) == file);
        assert_eq!(transfer.protection(), Some(over_tls(trust)));
        assert_eq!(downloader.known(port), Some(identity().fingerprint()));
    }
}

#[test]
fn a_share_that_offers_tls_is_asked_over_tls() {
    for shared in [Shared::encrypted(), encrypted_only()] {
        shared.write("a.txt", b"content");
        let port = shared.address.port();
        let downloader = Downloader::new();
        for trust in [Trust::FirstTime, Trust::Known] {
            let transfer = downloader.get_with(Encryption::IfOffered, port, "a.txt");
            let saved = saved(transfer.outcome().unwrap());
            assert_eq!(content(&saved.path), b"content");
            assert_eq!(transfer.protection(), Some(over_tls(trust)));
        }
    }
    let plain = Shared::of(&[("a.txt", b"content")]);
    let downloader = Downloader::new();
    let transfer = downloader.get_with(Encryption::IfOffered, plain.address.port(), "a.txt");
    assert_eq!(transfer.protection(), Some(Protection::None));
}

#[test]
fn a_share_begins_to_send_nothing_before_tls() {
    let shared = Shared::encrypted();
    shared.write("a.bin", &noise(3_000_000));
    let downloader = Downloader::new();
    let port = shared.address.port();
    let transfer = downloader.get_with(Encryption::IfOffered, port, "a.bin");
    assert_eq!(transfer.protection(), Some(over_tls(Trust::FirstTime)));
    // The owner sees one upload, which is whole.
    let first = shared.wait(|event| match event {
        ServerEvent::Ended(upload) => Some(upload),
        ServerEvent::Logged { entry, .. } => panic!("{entry:?}"),
        _ => None,
    });
    assert_eq!(first.outcome(), Some(&Outcome::Sent));
    assert_eq!(first.done(), 3_000_000);
}

#[test]
fn a_download_that_was_cut_goes_on() {
    let shared = Shared::encrypted();
    let file = noise(3_000_000);
    shared.write("a.bin", &file);
    for cut in [Script::reset, Script::fin] {
        let proxy = Proxy::new(shared.address.port());
        proxy.plan(move |connection| match connection {
            0 => cut(Script::pass(), 1_000_000),
            _ => Script::pass(),
        });
        let downloader = Downloader::with(quick());
        let transfer = downloader.get_with(Encryption::Required, proxy.port(), "a.bin");
        let saved = saved(transfer.outcome().unwrap());
        assert!(content(&saved.path) == file);
        assert_eq!(proxy.connections(), 2);
        assert!(proxy.bytes() < 3_500_000, "{}", proxy.bytes());
    }
}

#[test]
fn folders_are_listed_and_arrive() {
    for shared in [Shared::encrypted(), encrypted_only()] {
        for number in 0..30 {
            shared.write(&format!("f/{number}.txt"), format!("{number}").as_bytes());
        }
        shared.write("f/sub/large.bin", &noise(2_000_000));
        let port = shared.address.port();
        let downloader = Downloader::new();
        let folder = downloader.list(port, "f").unwrap();
        assert_eq!(folder.entries.len(), 31);
        assert_eq!(folder.protection, over_tls(Trust::FirstTime));
        let transfer = downloader.get_with(Encryption::IfOffered, port, "f/");
        assert!(matches!(transfer.outcome(), Some(Outcome::Saved(_))));
        assert_eq!(transfer.protection(), Some(over_tls(Trust::Known)));
        let large = downloader.folder.path().join("f/sub/large.bin");
        assert!(content(&large) == noise(2_000_000));
        // Also the names that are suggested.
        let transfer = downloader.get_with(Encryption::IfOffered, port, "f/17.tx");
        let ClientError::NoSuchFile { nearest, .. } = error_of(&transfer) else {
            panic!("{:?}", transfer.outcome());
        };
        assert!(nearest.contains(&"f/17.txt".to_owned()), "{nearest:?}");
    }
}

#[test]
fn files_are_sent_over_tls_where_that_is_offered() {
    for is_encrypted_only in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let shared = Shared::encrypted_with(|config| {
            config.privacy.is_encrypted_only = is_encrypted_only;
            config.access = Access::Send;
            config.receiving = Some(Receiving {
                folder: folder.path().to_owned(),
                consent: Consent::Given,
                copies: CopyNaming::default(),
            });
        });
        let sender = Sender::new();
        let large = noise(9_000_000);
        let mut paths = vec![sender.write("large.bin", &large)];
        for number in 0..20 {
            paths.push(sender.write(&format!("small-{number}"), b"small"));
        }
        let transfer = sender.send(shared.address.port(), &paths);
        assert_sent(&transfer);
        let protection = transfer.protection().unwrap();
        assert_eq!(protection.fingerprint(), Some(identity().fingerprint()));
        assert!(content(&folder.path().join("large.bin")) == large);
        assert_eq!(content(&folder.path().join("small-19")), b"small");
    }
}

#[test]
fn another_attempt_to_send_is_encrypted_as_the_first() {
    let mut request = SendRequest::new("ann", 1, Vec::new(), "bob");
    request.encryption = Encryption::Required;
    let sender = Sender::new();
    let declined = sender.start(1, &[]);
    sender.downloader.wait(declined.id());
    assert_eq!(request.again(&declined).encryption, Encryption::Required);
}

#[test]
fn a_link_or_an_announcement_names_the_server() {
    let shared = Shared::encrypted();
    shared.write("a.txt", b"content");
    let port = shared.address.port();
    let pin = identity().fingerprint().pin();
    for (encryption, trust) in [
        (Encryption::Pinned(pin), Trust::Pinned),
        (Encryption::Announced(pin), Trust::Announced),
    ] {
        let downloader = Downloader::new();
        let transfer = downloader.get_with(encryption, port, "a.txt");
        saved(transfer.outcome().unwrap());
        assert_eq!(transfer.protection(), Some(over_tls(trust)));
        // From now on it is known.
        let transfer = downloader.get_with(Encryption::IfOffered, port, "a.txt");
        assert_eq!(transfer.protection(), Some(over_tls(Trust::Known)));
    }
    let other = super::Certified::new().fingerprint;
    let downloader = Downloader::new();
    for encryption in [
        Encryption::Pinned(other.pin()),
        Encryption::Announced(other.pin()),
    ] {
        let transfer = downloader.get_with(encryption, port, "a.txt");
        let wrong = TlsError::WrongIdentity {
            host: "127.0.0.1".to_owned(),
            port,
            pin: other.pin(),
            found: identity().fingerprint(),
        };
        assert_eq!(tls_error(&transfer), &wrong);
        assert_eq!(downloader.known(port), None);
    }
    // What is remembered counts before what is announced, and a link before what is remembered.
    let identities = &downloader.client.servers().identities;
    identities.remember("127.0.0.1", port, other);
    let transfer = downloader.get_with(Encryption::Announced(pin), port, "a.txt");
    assert!(matches!(
        tls_error(&transfer),
        TlsError::IdentityChanged { known, .. } if *known == other
    ));
    let transfer = downloader.get_with(Encryption::Pinned(pin), port, "a.txt");
    saved(transfer.outcome().unwrap());
    assert_eq!(downloader.known(port), Some(identity().fingerprint()));
}

#[test]
fn raw_requests_are_never_made_where_encryption_is_required() {
    let shared = Shared::encrypted();
    shared.write("a.txt", b"content");
    let downloader = Downloader::new();
    let mut request = downloader.request(shared.address.port(), "a.txt");
    request.protocol = Some(Protocol::Raw);
    request.encryption = Encryption::Required;
    let transfer = downloader.client.download(request);
    downloader.wait(transfer.id());
    assert!(matches!(
        tls_error(&transfer),
        TlsError::RawNotEncrypted { .. }
    ));
}

#[test]
fn a_known_share_that_has_lost_its_identity_is_not_asked() {
    let plain = Shared::of(&[("a.txt", b"content")]);
    let port = plain.address.port();
    let downloader = Downloader::new();
    let known = &downloader.client.servers().identities;
    known.remember("127.0.0.1", port, identity().fingerprint());
    let transfer = downloader.get_with(Encryption::IfOffered, port, "a.txt");
    assert!(matches!(
        tls_error(&transfer),
        TlsError::NotEncrypted { .. }
    ));
}

#[test]
fn addresses_of_ipv6_work_with_and_without_a_zone() {
    let shared = Shared::encrypted_with(|config| {
        config.bind = Some(std::net::Ipv6Addr::LOCALHOST.into());
    });
    shared.write("a.txt", b"content");
    let downloader = Downloader::new();
    for host in ["::1", "localhost"] {
        if host == "localhost"
            && std::net::ToSocketAddrs::to_socket_addrs(&(host, 0))
                .is_ok_and(|mut found| found.all(|one| one.ip() == Ipv4Addr::LOCALHOST))
        {
            continue;
        }
        let mut request = downloader.request(shared.address.port(), "a.txt");
        request.host = host.to_owned();
        request.encryption = Encryption::Required;
        let transfer = downloader.client.download(request);
        downloader.wait(transfer.id());
        saved(transfer.outcome().unwrap());
        assert_eq!(transfer.protection(), Some(over_tls(Trust::FirstTime)));
    }
}

#[test]
fn a_folder_is_browsed_with_the_encryption_of_its_place() {
    let shared = Shared::encrypted();
    shared.write("a.txt", b"content");
    let port = shared.address.port();
    let pin = super::Certified::new().fingerprint.pin();
    let downloader = Downloader::new();
    let place = Place {
        encryption: Encryption::Pinned(pin),
        ..crate::peer::place(port, "")
    };
    downloader.client.list(place);
    let landline_engine::client::ClientEvent::Listed(_, listed) = downloader.event() else {
        panic!("no listing");
    };
    let error = listed.unwrap_err();
    assert!(matches!(
        error,
        ClientError::Tls(TlsError::WrongIdentity { .. })
    ));
}
