//! `landline nearby`: prints who announces a share on the local network.

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::localsend::LocalSend;
use super::table::table;
use super::{fail, unless_unprinted, warn, write};
use crate::args::Nearby;
use crate::format::printable;
use crate::text::{Describe as _, Sentence};
use crate::{sentence, t};
use landline_engine::discovery::{BrowseEvent, Device, DeviceKind, Discovery, Unavailable};
use landline_engine::identity::Pin;
use landline_engine::localsend::DeviceType;

/// How long to search. Devices answer the first question within half a second; the second one, a second later, is for
/// those that missed it.
const SEARCH_TIME: Duration = Duration::from_secs(3);

/// How much longer to search if no LocalSend device was found: one address after another is asked then.
const SCAN_TIME: Duration = Duration::from_secs(2);

/// Searches and prints. Ctrl-C ends the process.
pub fn run(args: &Nearby) -> ExitCode {
    let localsend = LocalSend::start();
    let devices = match search(localsend.as_ref(), |_| false) {
        Ok(devices) => devices,
        Err(why) => return fail(&why),
    };
    if let Some(localsend) = localsend {
        localsend.end();
    }
    let printed = if args.json {
        print_json(&devices)
    } else if devices.is_empty() {
        warn(sentence!("nearby-none"));
        Ok(())
    } else {
        write(rows(&devices).as_bytes())
    };
    unless_unprinted(ExitCode::SUCCESS, printed)
}

/// Who is found in [`SEARCH_TIME`], or until `is_enough`; LocalSend devices if this computer is one. Without those,
/// [`SCAN_TIME`] is added. Blocks.
pub(super) fn search(
    localsend: Option<&LocalSend>,
    is_enough: impl Fn(&[Device]) -> bool,
) -> Result<Vec<Device>, Sentence> {
    let (report, reported) = crossbeam_channel::unbounded();
    let discovery = Discovery::start();
    let membership = localsend.map(|of| discovery.join_localsend(of.node().clone()));
    let browsing = discovery.browse(report.into());
    let mut until = Instant::now() + SEARCH_TIME;
    let mut is_scanning = localsend.is_none();
    if localsend.is_some_and(|of| of.node().is_hidden()) {
        // That is all that finds devices then.
        is_scanning = true;
        until += SCAN_TIME;
    }
    let mut found = Ok(Vec::new());
    loop {
        match reported.recv_deadline(until) {
            Ok(BrowseEvent::Devices(devices)) if is_enough(&devices) => {
                found = Ok(devices);
                break;
            }
            Ok(BrowseEvent::Devices(devices)) => found = Ok(devices),
            Ok(BrowseEvent::Failed(Unavailable::NoNetwork)) => {
                found = Err(Unavailable::NoNetwork.sentence());
                break;
            }
            Ok(BrowseEvent::Failed(why)) => found = Err(why.sentence()),
            Err(_) if !is_scanning && !has_localsend(&found) => {
                is_scanning = true;
                until += SCAN_TIME;
            }
            Err(_) => break,
        }
    }
    drop((browsing, membership));
    discovery.join();
    found
}

fn has_localsend(found: &Result<Vec<Device>, Sentence>) -> bool {
    let devices = found.as_deref().unwrap_or_default();
    devices.iter().any(|of| of.kind == DeviceKind::LocalSend)
}

/// What a browser opens; empty for a LocalSend device, which has nothing to browse.
fn url(device: &Device) -> String {
    let best = device.addresses.first();
    let best = best.filter(|_| device.kind != DeviceKind::LocalSend);
    best.map(|address| format!("http://{address}"))
        .unwrap_or_default()
}

/// The address where there is no URL.
fn place(device: &Device) -> String {
    match device.addresses.first() {
        Some(best) if device.kind == DeviceKind::LocalSend => best.to_string(),
        _ => url(device),
    }
}

/// An address without the port. One of a single link says on which it is meant.
fn host(at: SocketAddr) -> String {
    match at {
        SocketAddr::V6(v6) if v6.scope_id() != 0 => format!("{}%{}", v6.ip(), v6.scope_id()),
        _ => at.ip().to_string(),
    }
}

fn rows(devices: &[Device]) -> String {
    let heading = [
        t!("nearby-name"),
        t!("nearby-kind"),
        t!("nearby-url"),
        t!("nearby-needs-password"),
        t!("nearby-identity"),
    ];
    let row = |device: &Device| {
        let kind = match device.kind {
            DeviceKind::Landline => t!("nearby-landline"),
            DeviceKind::Web => t!("nearby-web"),
            DeviceKind::LocalSend => t!("nearby-localsend"),
        };
        let password = if device.has_password {
            t!("nearby-has-password")
        } else {
            String::new()
        };
        let words = device.identity.map(|pin| pin.words().join(" "));
        [
            printable(&device.name, false),
            kind,
            place(device),
            password,
            words.unwrap_or_default(),
        ]
    };
    let rows: Vec<_> = std::iter::once(heading)
        .chain(devices.iter().map(row))
        .collect();
    table(&rows, rows[0].len())
}

/// One element of `--json`. The keys are listed in `help-nearby-more`.
#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    kind: &'static str,
    device: Option<DeviceType>,
    url: String,
    addresses: Vec<String>,
    port: u16,
    identity: Option<Pin>,
    password: bool,
}

impl<'a> Entry<'a> {
    fn new(device: &'a Device) -> Self {
        Self {
            name: &device.name,
            kind: match device.kind {
                DeviceKind::Landline => "landline",
                DeviceKind::Web => "web",
                DeviceKind::LocalSend => "localsend",
            },
            device: (device.kind == DeviceKind::LocalSend).then_some(device.device_type),
            url: url(device),
            addresses: device.addresses.iter().map(|at| host(*at)).collect(),
            port: device.addresses.first().map_or(0, SocketAddr::port),
            identity: device.identity,
            password: device.has_password,
        }
    }
}

fn print_json(devices: &[Device]) -> io::Result<()> {
    let entries: Vec<_> = devices.iter().map(Entry::new).collect();
    let mut text = serde_json::to_vec_pretty(&entries)?;
    text.push(b'\n');
    write(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Language, set_language};
    use landline_engine::identity::Fingerprint;

    fn devices() -> Vec<Device> {
        let device = |name: &str, kind, addresses: &[&str]| Device {
            identity: (kind == DeviceKind::Landline).then(|| Fingerprint::of(b"1").pin()),
            has_password: kind == DeviceKind::Landline,
            id: name.to_owned(),
            name: name.to_owned(),
            kind,
            addresses: addresses.iter().map(|at| at.parse().unwrap()).collect(),
            is_own: false,
            device_type: DeviceType::default(),
        };
        vec![
            device(
                "安的笔记本",
                DeviceKind::Landline,
                &["192.168.1.5:8080", "[fd00::5]:8080"],
            ),
            device("NAS", DeviceKind::Web, &["[fd00::20]:80"]),
            device(
                "Bo's phone",
                DeviceKind::LocalSend,
                &["192.168.1.9:53317", "[fe80::9%2]:53317"],
            ),
        ]
    }

    #[test]
    fn the_columns_are_aligned_in_both_languages() {
        let words = Fingerprint::of(b"1").words().join(" ");
        let expected = format!(
            "\
NAME        KIND        URL                      PASSWORD  IDENTITY
安的笔记本  Landline    http://192.168.1.5:8080  yes       {words}
NAS         web server  http://[fd00::20]:80
Bo's phone  LocalSend   192.168.1.9:53317
"
        );
        assert_eq!(rows(&devices()), expected);
        set_language(Language::Chinese);
        assert!(rows(&devices()).starts_with("名称        类型"));
    }

    #[test]
    fn the_help_lists_every_key() {
        let devices = devices();
        let entry = serde_json::to_value(Entry::new(&devices[0])).unwrap();
        assert_eq!(entry["url"], "http://192.168.1.5:8080");
        assert_eq!(entry["addresses"][1], "fd00::5");
        assert_eq!(entry["identity"].as_str().unwrap().len(), 22);
        assert_eq!(entry["password"], true);
        assert_eq!(entry["device"], serde_json::Value::Null);
        let phone = serde_json::to_value(Entry::new(&devices[2])).unwrap();
        assert_eq!(phone["addresses"][1], "fe80::9%2");
        assert_eq!(
            (&phone["device"], &phone["url"]),
            (&"desktop".into(), &"".into())
        );
        for language in [Language::English, Language::Chinese] {
            set_language(language);
            for key in entry.as_object().unwrap().keys() {
                assert!(t!("help-nearby-more").contains(key), "{key}");
            }
        }
    }
}
