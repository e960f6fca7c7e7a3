//! A client that sends to LocalSend devices.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crossbeam_channel::unbounded;
use landline_engine::client::{
    Client, Encryption, KnownServers, Limits, Recipient, SendRequest, Timeouts,
};
use landline_engine::localsend::{DeviceType, Node};
use landline_engine::secret::Secret;
use landline_engine::transfer::Transfer;

use super::device::Device;
use crate::common::tls::identity;
use crate::peer::Downloader;
use crate::receiver::Sender;

/// A client that is a LocalSend device itself.
pub struct Phone {
    pub sender: Sender,
    pub node: Node,
}

impl Phone {
    pub fn new() -> Self {
        Self::with(Timeouts {
            first_backoff: Duration::from_millis(1),
            longest_backoff: Duration::from_millis(8),
            ..Timeouts::default()
        })
    }

    pub fn with(timeouts: Timeouts) -> Self {
        let node = Node::new(identity(), "Ann's PC", DeviceType::Desktop);
        let servers = KnownServers {
            localsend: Arc::new(OnceLock::from(node.clone())),
            ..KnownServers::default()
        };
        let limits = Limits {
            timeouts,
            ..Limits::default()
        };
        let (reporter, events) = unbounded();
        let client = Client::with_servers(reporter.into(), limits, Secret::of_process(), servers);
        let folder = tempfile::tempdir().unwrap();
        let downloader = Downloader {
            client,
            events,
            folder,
        };
        let sender = Sender { downloader };
        Self { sender, node }
    }

    pub fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        self.sender.write(name, content)
    }

    pub fn request(device: &Device, paths: &[PathBuf]) -> SendRequest {
        let mut request = Sender::request(device.port, paths);
        request.to = Recipient::LocalSend;
        if let Some(identity) = device.identity {
            request.encryption = Encryption::Pinned(identity.pin());
        }
        request
    }

    pub fn start(&self, device: &Device, paths: &[PathBuf]) -> Arc<Transfer> {
        let client = &self.sender.downloader.client;
        client.send(Self::request(device, paths))
    }

    /// Sends `paths`; the transfer after its end.
    pub fn send(&self, device: &Device, paths: &[PathBuf]) -> Arc<Transfer> {
        self.send_request(Self::request(device, paths))
    }

    pub fn send_text(&self, device: &Device, text: &str) -> Arc<Transfer> {
        let mut request = Self::request(device, &[]);
        request.text = Some(text.to_owned());
        self.send_request(request)
    }

    pub fn send_request(&self, request: SendRequest) -> Arc<Transfer> {
        let transfer = self.sender.downloader.client.send(request);
        self.sender.downloader.wait(transfer.id());
        transfer
    }
}
