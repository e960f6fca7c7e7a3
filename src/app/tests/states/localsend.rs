//! The states of the window in which it deals with LocalSend devices.

use super::{State, state};
use crate::app::tests::localsend;

/// All of them.
pub(crate) const LOCALSEND: &[State] = &[
    state(
        "devices",
        "More to send to Bo’s phone",
        (700.0, 640.0),
        localsend::devices,
    ),
    state(
        "visible",
        "Turn off Visible to LocalSend",
        (700.0, 760.0),
        localsend::visible,
    ),
    state(
        "asked and told",
        "Open link",
        (900.0, 1200.0),
        localsend::asked_and_told,
    ),
    state(
        "asked while sharing",
        "Visible to LocalSend",
        (1300.0, 1700.0),
        localsend::asked_while_sharing,
    ),
    state(
        "received from devices",
        "Bo’s phone",
        (1200.0, 1500.0),
        localsend::received,
    ),
    state(
        "not visible",
        "Use port 53318",
        (700.0, 800.0),
        localsend::failed,
    ),
    state(
        "writing",
        "Send a text to Bo’s phone",
        (700.0, 640.0),
        localsend::writing,
    ),
    state(
        "writing unencrypted",
        "Not encrypted",
        (700.0, 640.0),
        localsend::writing_unencrypted,
    ),
    state(
        "unencrypted",
        "What you send is not encrypted",
        (700.0, 640.0),
        localsend::unencrypted,
    ),
    state(
        "sending to a device",
        "PIN needed",
        (1200.0, 1500.0),
        localsend::sending,
    ),
    state(
        "choosing a device",
        "to which device?",
        (700.0, 640.0),
        localsend::choosing,
    ),
    state(
        "pin",
        "It is in the settings of LocalSend",
        (700.0, 640.0),
        localsend::pin,
    ),
];
