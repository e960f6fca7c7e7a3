//! Starts the examinations of *Find out why*, and carries out what they suggest.

use std::net::SocketAddr;

use super::app::App;
use super::inbox::Event;
use super::model::Sharing;
use super::model::doctor::Examination;
use landline_engine::client::Place;
use landline_engine::discovery::{Device, DeviceKind};
use landline_engine::doctor::firewall::{self, Firewall, FirewallKind};
use landline_engine::doctor::{Diagnosis, OwnShare, Target, examine};
use landline_engine::threads;
use landline_engine::transfer::Reporter;
use landline_engine::transport::CancelToken;

impl App {
    /// Looks on a thread for a firewall that may keep others out of `port`.
    pub(super) fn look_for_firewall(&self, port: u16) {
        let outbox = self.outbox.clone();
        let worker = threads::spawn("firewall", move || {
            let mut found = firewall::find(port).into_iter();
            outbox.send(Event::Firewall(found.find(is_worth_a_warning)));
        });
        if let Err(error) = worker {
            log::info!("nobody looks whether there is a firewall: {error}");
        }
    }

    /// Opens the dialog and examines why `peer`, or devices in general, cannot be reached.
    pub(super) fn find_out_why(&mut self, peer: Option<(String, u16)>) {
        let last = self.model.doctor.take();
        let number = last.map_or(0, |last| last.number.wrapping_add(1));
        let cancel = CancelToken::new();
        let target = Target {
            share: match &self.model.server.sharing {
                Sharing::On { addresses, .. } => addresses
                    .first()
                    .map_or(OwnShare::Off, |address| OwnShare::On(address.port)),
                _ => OwnShare::Off,
            },
            peer: peer.clone(),
            nearby: landlines(self.model.nearby.devices()),
        };
        let outbox = self.outbox.clone();
        let reporter = Reporter::new(move |diagnosis| {
            outbox.send(Event::Diagnosed(number, diagnosis));
        });
        self.model.doctor = Some(Examination {
            peer,
            diagnosis: Diagnosis::default(),
            cancel: cancel.clone(),
            number,
        });
        examine(target, &reporter, cancel);
    }

    /// Opens the listing of `host` on the port on which it shares.
    pub(super) fn use_other_port(&mut self, host: String, port: u16) {
        self.model.doctor = None;
        self.model.settings.host.clone_from(&host);
        self.model.settings.host_port = port.to_string();
        self.model.settings.encryption = <_>::default();
        self.model.settings.tab = crate::settings::Tab::Client;
        self.open_folder(Place {
            host,
            port,
            encryption: <_>::default(),
            path: String::new(),
        });
    }
}

/// The best address of each Landline among `devices`.
fn landlines(devices: &[Device]) -> Vec<SocketAddr> {
    let landlines = devices
        .iter()
        .filter(|device| device.kind == DeviceKind::Landline);
    let best = landlines.filter_map(|device| device.addresses.first());
    best.copied().collect()
}

/// Whether to warn of `firewall` before anybody was kept out. Windows asks by itself about a program without a rule.
fn is_worth_a_warning(firewall: &Firewall) -> bool {
    match firewall.blocks {
        Some(blocks) => blocks,
        None => firewall.is_named() && firewall.kind != FirewallKind::Windows,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_firewall_is_worth_a_warning_if_it_blocks_or_may_block() {
        for (kind, blocks, expected) in [
            (FirewallKind::Ufw, None, true),
            (FirewallKind::Ufw, Some(true), true),
            (FirewallKind::Ufw, Some(false), false),
            (FirewallKind::WindowsPublic, None, true),
            (FirewallKind::Windows, Some(true), true),
            (FirewallKind::Windows, None, false),
            (FirewallKind::Iptables, Some(true), true),
            (FirewallKind::Nftables(String::new()), None, false),
        ] {
            let firewall = Firewall { kind, blocks };
            assert_eq!(is_worth_a_warning(&firewall), expected, "{firewall:?}");
        }
    }
}
