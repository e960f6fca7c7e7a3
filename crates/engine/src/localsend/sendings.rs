//! What is being sent, so that the receiver's cancel, which comes over a connection of its own, finds it.

use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::transport::CancelToken;

/// The sessions in which files are being sent to other devices.
#[derive(Debug, Default)]
pub struct Sendings(Arc<Mutex<Sessions>>);

#[derive(Debug, Default)]
struct Sessions {
    last: u64,
    open: Vec<Session>,
}

#[derive(Debug)]
struct Session {
    number: u64,
    address: IpAddr,
    id: String,
    cancelled: CancelToken,
}

/// One of them, until it is dropped.
#[derive(Debug)]
#[must_use]
pub(crate) struct Sending {
    all: Arc<Mutex<Sessions>>,
    number: u64,
}

impl Sendings {
    /// Files are being sent to the device at `address`, which calls the session `id`. `cancelled` is cancelled when that
    /// device says so.
    pub(crate) fn add(&self, address: IpAddr, id: String, cancelled: CancelToken) -> Sending {
        let mut sessions = self.0.lock();
        sessions.last += 1;
        let number = sessions.last;
        sessions.open.push(Session {
            number,
            address: address.to_canonical(),
            id,
            cancelled,
        });
        Sending {
            all: Arc::clone(&self.0),
            number,
        }
    }

    /// The device at `address` has cancelled its session `id`. Returns whether there is one.
    pub fn cancel(&self, address: IpAddr, id: &str) -> bool {
        let sessions = self.0.lock();
        let address = address.to_canonical();
        let mut is_found = false;
        for session in &sessions.open {
            if session.address == address && session.id == id {
                session.cancelled.cancel();
                is_found = true;
            }
        }
        is_found
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        let mut sessions = self.all.lock();
        sessions.open.retain(|other| other.number != self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_cancelled_by_its_receiver_alone() {
        let sendings = Sendings::default();
        let receiver: IpAddr = "192.168.1.5".parse().unwrap();
        let (one, other) = (CancelToken::new(), CancelToken::new());
        let sending = sendings.add(receiver, "1".to_owned(), one.clone());
        let _other = sendings.add(receiver, "2".to_owned(), other.clone());
        assert!(!sendings.cancel("192.168.1.6".parse().unwrap(), "1"));
        assert!(!sendings.cancel(receiver, ""));
        assert!(!one.is_cancelled());
        // Sockets for both kinds of addresses see them like this.
        assert!(sendings.cancel("::ffff:192.168.1.5".parse().unwrap(), "1"));
        assert!(one.is_cancelled() && !other.is_cancelled());
        drop(sending);
        assert!(!sendings.cancel(receiver, "1"));
        assert!(sendings.cancel(receiver, "2"));
    }

    /// Nothing keeps two receivers behind one address from calling their sessions the same.
    #[test]
    fn all_sessions_of_one_name_are_cancelled() {
        let sendings = Sendings::default();
        let receiver: IpAddr = "fe80::1".parse().unwrap();
        let tokens = [CancelToken::new(), CancelToken::new()];
        let _open = tokens
            .clone()
            .map(|token| sendings.add(receiver, "1".to_owned(), token));
        assert!(sendings.cancel(receiver, "1"));
        assert!(tokens.iter().all(CancelToken::is_cancelled));
    }
}
