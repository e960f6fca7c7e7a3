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
    pub(crate) fn cancel(&self, address: IpAddr, id: &str) -> bool {
        let sessions = self.0.lock();
        let address = address.to_canonical();
        let found = sessions
            .open
            .iter()
            .find(|of| of.address == address && of.id == id);
        if let Some(session) = found {
            session.cancelled.cancel();
        }
        found.is_some()
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        let mut sessions = self.all.lock();
        sessions.open.retain(|other| other.number != self.number);
    }
}
