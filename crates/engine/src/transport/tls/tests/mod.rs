//! Sessions against raw peers over loopback.

mod ending;
mod handshake;
mod hostile;
mod peer;
mod reading;
mod writing;

use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

pub(crate) use self::peer::{Anyone, server_tls};
use self::peer::{Peer, Version, client_config, connected};
use super::{ClientTls, HandshakeError};
use crate::transport::{Stream, is_timeout};

/// Longer than anything takes.
const LONG: Duration = Duration::from_secs(20);

#[test]
fn both_ends_understand_each_other() {
    let (client, server) = Stream::both_ends();
    let server = std::thread::spawn(move || {
        server.accept_tls(&server_tls(), b"").unwrap();
        let mut got = [0; 4];
        (&server).read_exact(&mut got).unwrap();
        (&server).write_all(&got).unwrap();
        got
    });
    let tls = ClientTls::new("127.0.0.1", Arc::new(Anyone)).unwrap();
    client.connect_tls(tls, LONG).unwrap();
    assert!(client.is_encrypted());
    (&client).write_all(b"ping").unwrap();
    let mut got = [0; 4];
    (&client).read_exact(&mut got).unwrap();
    assert_eq!(&got, b"ping");
    assert_eq!(&server.join().unwrap(), b"ping");
}
