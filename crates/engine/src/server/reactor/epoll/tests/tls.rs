//! What has to be sent over TLS is sent as soon as the client takes it.

use super::*;
use crate::transport::tls::ClientTls;
use crate::transport::tls::tests::Anyone;

/// A client after its handshake, and the server's end of the connection.
fn connect(rig: &Rig) -> (Stream, Arc<Stream>) {
    let address = rig.listener.local_addr().unwrap();
    let client = Stream::connect(&address, PATIENCE, |_| {}).unwrap();
    client.set_read_timeout(PATIENCE).unwrap();
    let server = rig.accept();
    let tls = ClientTls::new("localhost", Arc::new(Anyone)).unwrap();
    client.connect_tls(tls, PATIENCE).unwrap();
    (client, server)
}

#[test]
fn the_end_is_sent_as_soon_as_it_fits() {
    let rig = Rig::new();
    let (client, server) = connect(&rig);
    let (report_full, is_full) = mpsc::channel();
    *rig.when_sent.lock() = Some(Box::new(move || {
        // Until not a byte more fits.
        while (&*server).write(&[b'x'; 1000]).is_ok() {}
        report_full.send(()).unwrap();
    }));
    (&client)
        .write_all(b"GET /a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .unwrap();
    is_full.recv_timeout(PATIENCE).unwrap();
    // Its worker has tried to say the end.
    let reactor = &rig.reactor;
    while reactor.idle.load(Ordering::Relaxed) < reactor.ready.load(Ordering::Acquire) {
        thread::yield_now();
    }
    let mut answer = Vec::new();
    (&client).read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert!(answer.ends_with(b"xxx"));
}
