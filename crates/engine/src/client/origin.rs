//! Where a request goes.

use super::browse::Place;
use super::{Encryption, Request, SendRequest};

/// A server, and how to reach it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin<'a> {
    pub(super) host: &'a str,
    pub(super) port: u16,
    pub(super) encryption: Encryption,
}

impl Request {
    pub(super) fn origin(&self) -> Origin<'_> {
        Origin {
            host: &self.host,
            port: self.port,
            encryption: self.encryption,
        }
    }
}

impl Place {
    pub(super) fn origin(&self) -> Origin<'_> {
        Origin {
            host: &self.host,
            port: self.port,
            encryption: self.encryption,
        }
    }
}

impl SendRequest {
    pub(super) fn origin(&self) -> Origin<'_> {
        Origin {
            host: &self.host,
            port: self.port,
            encryption: self.encryption,
        }
    }
}
