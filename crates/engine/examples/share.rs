//! A share for the tests of the page: `share FOLDER RECEIVED NAME`. Prints its port; answers offers as told on stdin
//! (`accept` or `decline`, in the order of the offers).

use std::net::Ipv4Addr;

use landline_engine::client::CopyNaming;
use landline_engine::server::receiving::{Access, Answer, Consent, Receiving};
use landline_engine::server::{Config, Server, ServerEvent};
use landline_engine::transfer::Reporter;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().unwrap_or_default();
    let mut config = Config::new(next());
    config.port = 0;
    config.bind = Some(Ipv4Addr::LOCALHOST.into());
    config.access = Access::Both;
    config.receiving = Some(Receiving {
        folder: next().into(),
        consent: Consent::Ask {
            trusted: Vec::new(),
        },
        copies: CopyNaming::default(),
    });
    config.name = next();
    let (sender, events) = crossbeam_channel::bounded(10_000);
    let _server = Server::start(config, Reporter::from(sender));
    for event in events {
        match event {
            ServerEvent::Listening(addresses) => println!("{}", addresses[0].port),
            ServerEvent::Offered(offer) => {
                let device = offer.device().unwrap_or_default();
                println!("{} files from {device}", offer.count());
                let mut line = String::new();
                let is_read = std::io::stdin().read_line(&mut line);
                offer.answer(match (is_read, line.trim()) {
                    (Ok(_), "accept") => Answer::Accept,
                    _ => Answer::Decline,
                });
            }
            _ => {}
        }
    }
}
