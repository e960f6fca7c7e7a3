//! A share for the tests of the page: `share FOLDER RECEIVED NAME [PASSWORD [TOKEN]]`. Prints its port; answers offers as
//! told on stdin (`accept` or `decline`, in the order of the offers), and changes the password (`password NEW`). With a
//! password, it also speaks TLS.

#![expect(
    clippy::disallowed_methods,
    reason = "it has no window, and waits for the tests"
)]

use std::net::Ipv4Addr;

use landline_engine::client::CopyNaming;
use landline_engine::identity::Identity;
use landline_engine::password::Password;
use landline_engine::server::receiving::{Access, Answer, Consent, Receiving};
use landline_engine::server::{Config, Privacy, Server, ServerEvent};
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
    config.privacy = Privacy {
        password: Password::new(&next()),
        token: next().parse().ok(),
        ..Privacy::default()
    };
    if config.privacy.password.is_some() {
        config.identity = Identity::generate().ok();
    }
    let mut privacy = config.privacy.clone();
    let (sender, events) = crossbeam_channel::bounded(10_000);
    let server = Server::start(config, Reporter::from(sender));
    let (answer, answers) = crossbeam_channel::unbounded();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if let Some(new) = line.strip_prefix("password ") {
                privacy.password = Password::new(new);
                server.set_privacy(privacy.clone());
                println!("changed");
            } else if answer.send(line == "accept").is_err() {
                break;
            }
        }
    });
    for event in events {
        match event {
            ServerEvent::Listening(addresses) => println!("{}", addresses[0].port),
            ServerEvent::Offered(offer) => {
                let device = offer.device().unwrap_or_default();
                println!("{} files from {device}", offer.count());
                offer.answer(match answers.recv() {
                    Ok(true) => Answer::Accept,
                    _ => Answer::Decline,
                });
            }
            _ => {}
        }
    }
}
