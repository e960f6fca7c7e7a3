//! The states of the Server tab.

use super::long;
use crate::app::model::{Counted, Failure, Selection, Sharing, Step};
use crate::app::tests::*;
use crate::sentence;
use landline_engine::doctor::firewall::{Firewall, FirewallKind};
use landline_engine::server::{LogEntry, ServerEvent};
use landline_engine::transfer::Protocol;
use landline_engine::transport::addresses::{Address, Reach};

pub(crate) fn sharing() -> Model {
    let mut model = filled(Tab::Server);
    model.settings.answering = true;
    let ips = [
        "192.168.100.155",
        "10.8.0.2",
        "172.17.0.1",
        "fe80::dead:beef:1234:5678",
        "127.0.0.1",
    ];
    let reach = [
        Reach::Lan,
        Reach::Vpn,
        Reach::Container,
        Reach::LinkLocal,
        Reach::Loopback,
    ];
    let addresses = ips.iter().zip(reach).map(|(ip, reach)| Address {
        ip: ip.parse().unwrap(),
        port: 8080,
        reach,
    });
    model.server.sharing = Sharing::On {
        addresses: addresses.collect(),
        files: Some(Counted {
            files: 1_204,
            omitted: 0,
            more: true,
        }),
    };
    for name in ["film.mkv", "IMG_2041.raw"] {
        let one = transfer(Direction::Upload, name);
        one.start(Protocol::Http, Some(10));
        model.server.transfers.add(one, None);
    }
    model
}

pub(super) fn firewall() -> Model {
    let mut model = sharing();
    model.server.firewall = Some(Firewall {
        kind: FirewallKind::Ufw,
        blocks: None,
    });
    let counted = ServerEvent::Counted {
        files: 1_204_000,
        omitted: 1_204,
        more: false,
    };
    model.server.apply("12:03:22".to_owned(), counted);
    model
}

pub(super) fn offered() -> Model {
    let mut model = sharing();
    model.server.offered = Some((model.shared_folder(), long(".mkv")));
    model
}

pub(super) fn selection() -> Model {
    let mut model = filled(Tab::Server);
    model.server.selection = Some(Selection {
        folder: format!("/home/ann/{}", long("")).into(),
        names: ["a", "b", "c"].map(str::to_owned).into(),
        folders: 1,
        in_folder: Some((12_345, false)),
    });
    model
}

pub(super) fn server_failed() -> Model {
    let mut model = filled(Tab::Server);
    model.server.failure = Some(Failure {
        reason: sentence!("port-taken", port = 8080_u16),
        steps: vec![Step::UsePort(8081), Step::ShowLog],
    });
    model.notice(sentence!("panicked", what = "server: no message"));
    model
}

pub(super) fn log() -> Model {
    let mut model = sharing();
    model.server.log.expanded = true;
    let peer = "192.168.1.7".parse().unwrap();
    for number in 0..8 {
        let name = long(&number.to_string());
        let entry = LogEntry::NotFound { name };
        let logged = ServerEvent::Logged { peer, entry };
        model.server.apply("12:03:22".to_owned(), logged);
    }
    model
}
