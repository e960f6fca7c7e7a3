//! What devices of LocalSend say to each other.

use std::net::{Ipv4Addr, SocketAddr};

use crate::localsend::message::{
    Announcement, FILES_MAX, INFO_MAX_LEN, Info, PREPARE_MAX_LEN, PREVIEW_MAX_LEN, PrepareUpload,
    Prepared,
};
use crate::localsend::{PORT, Peer};
use crate::printable::is_reordering;

/// A message, taken for each kind: what is read survives being written, and is within its limits; a device that is listed
/// has a printable name.
pub fn localsend(data: &[u8]) {
    if let Ok(info) = Info::parse(data) {
        check_info(&info);
    }
    if let Ok(announced) = Announcement::parse(data) {
        assert_eq!(Info::parse(data), Ok(announced.info.clone()));
        let json = serde_json::to_vec(&announced).expect("JSON");
        if json.len() <= INFO_MAX_LEN {
            assert_eq!(Announcement::parse(&json), Ok(announced));
        }
    }
    if let Ok(offered) = PrepareUpload::parse(data) {
        check_offer(offered);
    }
    if let Ok(prepared) = serde_json::from_slice::<Prepared>(data) {
        let json = serde_json::to_vec(&prepared).expect("JSON");
        assert_eq!(serde_json::from_slice(&json).ok(), Some(prepared));
    }
}

fn check_info(info: &Info) {
    assert_ne!(info.port, Some(0));
    let json = info.to_json();
    if json.len() <= INFO_MAX_LEN {
        assert_eq!(Info::parse(&json).as_ref(), Ok(info));
    }
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
    if let Some(peer) = Peer::new(info, address) {
        let is_odd = |c: char| c.is_control() || is_reordering(c);
        assert!(!peer.name.trim().is_empty() && !peer.name.contains(is_odd));
        assert!(peer.identity.is_none() || peer.identity == info.identity());
    }
}

fn check_offer(offered: PrepareUpload) {
    assert!(offered.files.len() <= FILES_MAX);
    for file in offered.files.values() {
        let preview = file.preview.as_ref();
        assert!(preview.is_none_or(|text| text.len() <= PREVIEW_MAX_LEN));
        assert!(preview.is_none() || offered.files.len() == 1);
    }
    let json = serde_json::to_vec(&offered).expect("JSON");
    if json.len() <= PREPARE_MAX_LEN {
        assert_eq!(PrepareUpload::parse(&json), Ok(offered));
    }
}
