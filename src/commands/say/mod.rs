//! `landline say`: sends a message to a raw server and prints its reply, or holds a conversation line by line.

mod conversation;
mod reply;
mod wire;

use std::process::ExitCode;

use crossbeam_channel::unbounded;

use self::wire::Wire;
use super::{fail, print, unless_unprinted, wrong_usage};
use crate::args::Say;
use crate::format::printable;
use crate::text::Describe;
use landline_engine::client::{Client, ClientEvent, Location};
use landline_engine::error::ClientError;
use landline_engine::transport::DEFAULT_PORT;

/// Sends the message and prints the reply; without a message, holds a conversation. Blocks.
pub fn run(args: Say) -> ExitCode {
    let location = match Location::parse(&args.host) {
        Ok(location) => location,
        Err(e) => return wrong_usage(&e.sentence()),
    };
    let (host, port) = (
        location.host,
        args.port.or(location.port).unwrap_or(DEFAULT_PORT),
    );
    let wire = Wire::of(&args);
    let Some(text) = args.text else {
        return conversation::run(host, port, wire);
    };
    let reply = if wire == Wire::default() {
        say(host, port, text)
    } else {
        match wire.encode(&text) {
            Ok(message) => reply::ask(host, port, message).map(|reply| wire.show(&reply)),
            Err(why) => return wrong_usage(&why),
        }
    };
    match reply {
        Ok(reply) => {
            let printed = print(printable(&reply, true).trim_end_matches('\n'));
            unless_unprinted(ExitCode::SUCCESS, printed)
        }
        Err(e) => fail(&e.sentence()),
    }
}

fn say(host: String, port: u16, text: String) -> Result<String, ClientError> {
    let (sender, events) = unbounded();
    let client = Client::new(sender.into());
    client.say(host.clone(), port, text);
    for event in events {
        if let ClientEvent::Replied { reply, .. } = event {
            return reply;
        }
    }
    // The client keeps its end of the channel open until it has reported a result.
    Err(ClientError::NoReply { host })
}
