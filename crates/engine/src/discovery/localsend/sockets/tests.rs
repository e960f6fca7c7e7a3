use crossbeam_channel::unbounded;
use if_addrs::{IfAddr, IfOperStatus, Ifv4Addr, Interface};

use super::*;
use crate::localsend::message::{Info, Scheme};

fn fingerprint(of: &str) -> Fingerprint {
    Fingerprint::of(of.as_bytes())
}

fn announcement(of: &str) -> Vec<u8> {
    let info = Info {
        alias: of.to_owned(),
        version: "2.2".to_owned(),
        device_model: None,
        device_type: None,
        fingerprint: fingerprint(of).to_string().to_uppercase(),
        port: Some(4444),
        protocol: Some(Scheme::Https),
        download: false,
    };
    info.to_json()
}

/// An interface with an IPv4 network.
fn links(name: &str, ip: Ipv4Addr, prefixlen: u8) -> Links {
    Links::of(&[Interface {
        name: name.to_owned(),
        addr: IfAddr::V4(Ifv4Addr {
            ip,
            netmask: Ipv4Addr::UNSPECIFIED,
            prefixlen,
            broadcast: None,
        }),
        index: Some(1),
        oper_status: IfOperStatus::Up,
        is_p2p: false,
        #[cfg(windows)]
        adapter_name: String::new(),
    }])
}

#[test]
fn only_what_makes_sense_is_heard() {
    let (heard, _) = unbounded();
    let listener = Listener {
        shared: Arc::new(Shared {
            open: Mutex::default(),
            is_over: AtomicBool::new(false),
        }),
        woken: wake::pair().unwrap().1,
        own: fingerprint("own"),
        heard,
    };
    let links = links("eth0", Ipv4Addr::new(192, 168, 1, 5), 24);
    let read = |bytes: &[u8], from: &str| {
        let claim = listener.read(bytes, from.parse().unwrap(), &links)?;
        assert_eq!(claim.info.identity(), Some(fingerprint("ann")));
        Some(claim.address.to_string())
    };
    let ann = announcement("ann");
    for (from, at) in [
        ("192.168.1.9:9999", Some("192.168.1.9:4444")),
        ("[fe80::9%7]:9999", Some("[fe80::9%7]:4444")),
        // Its network is not ours: the source is forged.
        ("8.8.8.8:53317", None),
        ("127.0.0.1:53317", None),
    ] {
        assert_eq!(read(&ann, from).as_deref(), at, "{from}");
    }
    let near = "192.168.1.9:9999";
    assert_eq!(read(&announcement("own"), near), None);
    let text = String::from_utf8(ann).unwrap();
    for wrong in [
        String::new(),
        "{}".to_owned(),
        "[".repeat(8000),
        text.replace("4444", "0"),
        text.replace("4444", "99999"),
        text.replace("ann", &"a".repeat(INFO_MAX_LEN)),
        text[1..].to_owned(),
    ] {
        let found = read(wrong.as_bytes(), near);
        // Without a port, it is the usual one.
        assert!(found.is_none_or(|at| at.ends_with(":53317")), "{wrong}");
    }
}

/// Over the loopback interface, whose multicast works without a network.
#[cfg(target_os = "linux")]
#[test]
fn an_announcement_reaches_other_programs_and_ends_with_the_socket() {
    let lo = || links("lo", Ipv4Addr::LOCALHOST, 8);
    let start = |own: &str| {
        let (claims, heard) = unbounded();
        let sockets = Sockets::start(fingerprint(own), claims).unwrap();
        assert!(sockets.update(lo()));
        // Nothing new.
        assert!(!sockets.update(lo()));
        (sockets, heard)
    };
    let ((ann, ann_hears), (bo, bo_hears)) = (start("ann"), start("bo"));
    let wait = std::time::Duration::from_secs(20);
    let from = |heard: &crossbeam_channel::Receiver<Claim>, who: &str| loop {
        let claim = heard.recv_timeout(wait).unwrap();
        // Other programs may be heard here, too.
        if claim.info.alias == who {
            assert_eq!(claim.address.to_string(), "127.0.0.1:4444");
            return;
        }
    };
    ann.send(&announcement("ann"));
    from(&bo_hears, "ann");
    bo.send(&announcement("bo"));
    // Not what it has sent itself.
    from(&ann_hears, "bo");
    // The thread ends with the sockets.
    drop(bo);
    let end = loop {
        if let Err(end) = bo_hears.recv_timeout(wait) {
            break end;
        }
    };
    assert!(end.is_disconnected());
}
