//! `landline say`: a message to a raw server, and its reply.

use std::io::Write;

use crossbeam_channel::unbounded;

use super::printable;
use crate::client::{Client, ClientError, ClientEvent, Location};
use crate::net::DEFAULT_PORT;

/// What the command line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SayOptions {
    /// A host, or a host with a port.
    pub to: String,
    /// What to say.
    pub text: String,
    /// The TCP port, instead of the one in `to` and of 8080.
    pub port: Option<u16>,
}

/// Say it, and write the reply to `out` with a line break at its end, or one line to `err` that says
/// what failed. Returns the exit status: 0 done, 1 failed.
pub fn say(options: &SayOptions, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    // A closed pipe changes nothing about what was said.
    match run(options) {
        Ok(reply) => {
            let _ = writeln!(out, "{}", printable(&reply, true).trim_end_matches('\n'));
            0
        }
        Err(error) => {
            let _ = writeln!(err, "{}", printable(&error.to_string(), false));
            1
        }
    }
}

fn run(options: &SayOptions) -> Result<String, ClientError> {
    let location = Location::parse(&options.to)?;
    let port = options.port.or(location.port).unwrap_or(DEFAULT_PORT);
    let (sender, events) = unbounded();
    let client = Client::new(sender.into());
    client.say(location.host, port, options.text.clone());
    for event in events {
        if let ClientEvent::Replied { reply, .. } = event {
            return reply;
        }
    }
    // The client holds the other end of the channel, so it always says something.
    Err(ClientError::NoReply {
        host: options.to.clone(),
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    fn answer(reply: &'static [u8]) -> (u8, String, String) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let mut said = [0; 1024];
            let len = socket.read(&mut said).unwrap();
            socket.write_all(reply).unwrap();
            String::from_utf8_lossy(&said[..len]).into_owned()
        });
        let options = SayOptions {
            to: format!("127.0.0.1:{port}"),
            text: "你好".to_owned(),
            port: None,
        };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let status = say(&options, &mut out, &mut err);
        assert_eq!(server.join().unwrap(), "你好");
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status, text(out), text(err))
    }

    #[test]
    fn the_reply_is_printed() {
        let (status, out, err) = answer(b"thanks\x1b[2J\n");
        assert_eq!(
            (status, out.as_str(), err.as_str()),
            (0, "thanks [2J\n", "")
        );
    }

    #[test]
    fn no_reply_is_a_failure() {
        let (status, out, err) = answer(b"");
        assert_eq!((status, out.as_str()), (1, ""));
        assert_eq!(err.matches('\n').count(), 1, "{err}");
    }
}
