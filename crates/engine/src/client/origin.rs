//! Where a request goes.

use super::browse::Place;
use super::{Encryption, Request, SendRequest};
use crate::localsend::Node;

/// A server, and how to reach it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin<'a> {
    pub(super) host: &'a str,
    pub(super) port: u16,
    pub(super) encryption: Encryption,
    /// It is a LocalSend device, to which this computer shows its certificate. That of the device is not remembered: it
    /// has to be the one in `encryption`, unless the device speaks plain HTTP.
    pub(super) device: Option<&'a Node>,
}

impl Request {
    pub(super) fn origin(&self) -> Origin<'_> {
        Origin {
            host: &self.host,
            port: self.port,
            encryption: self.encryption,
            device: None,
        }
    }
}

impl Place {
    pub(super) fn origin(&self) -> Origin<'_> {
        Origin {
            host: &self.host,
            port: self.port,
            encryption: self.encryption,
            device: None,
        }
    }
}

impl SendRequest {
    pub(super) fn origin(&self) -> Origin<'_> {
        Origin {
            host: &self.host,
            port: self.port,
            encryption: self.encryption,
            device: None,
        }
    }
}
