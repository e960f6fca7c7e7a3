//! `AttachConsole` and `SetStdHandle` (Windows), for which no crate has a safe wrapper: a GUI
//! program prints to the console that it was started from.
#![expect(unsafe_code, reason = "no crate has a safe way to these two calls")]
#![expect(
    clippy::disallowed_methods,
    reason = "a console is opened at once, before anything is drawn"
)]

use std::fs::OpenOptions;
use std::os::windows::io::{AsRawHandle as _, IntoRawHandle as _, RawHandle};

use winapi_util::{HandleRef, file};
use windows_sys::Win32::System::Console::{
    ATTACH_PARENT_PROCESS, AttachConsole, STD_ERROR_HANDLE, STD_HANDLE, STD_INPUT_HANDLE,
    STD_OUTPUT_HANDLE, SetStdHandle,
};

/// A standard stream.
struct Stream {
    id: STD_HANDLE,
    now: fn() -> HandleRef,
    /// The name of the console device.
    device: &'static str,
}

const STREAMS: [Stream; 3] = [
    Stream {
        id: STD_INPUT_HANDLE,
        now: HandleRef::stdin,
        device: "CONIN$",
    },
    Stream {
        id: STD_OUTPUT_HANDLE,
        now: HandleRef::stdout,
        device: "CONOUT$",
    },
    Stream {
        id: STD_ERROR_HANDLE,
        now: HandleRef::stderr,
        device: "CONOUT$",
    },
];

/// Attaches to the console of the parent process, if there is one. Redirected streams remain
/// redirected. Must be called before anything is printed.
pub fn attach_console() {
    // Attaching may replace redirected handles.
    let redirected = STREAMS.map(|stream| stream.used());
    // SAFETY: the argument is a number, not a pointer.
    if unsafe { AttachConsole(ATTACH_PARENT_PROCESS) } == 0 {
        return;
    }
    for (stream, redirected) in STREAMS.iter().zip(redirected) {
        let own = redirected.or_else(|| stream.used());
        if let Some(handle) = own.or_else(|| stream.open()) {
            // SAFETY: the handle is open and stays open until the process exits: it was the
            // stream's handle before, or is owned by nothing else.
            let _ = unsafe { SetStdHandle(stream.id, handle) };
        }
    }
}

impl Stream {
    /// The handle of the stream, if it is valid.
    fn used(&self) -> Option<RawHandle> {
        let handle = (self.now)();
        let kind = file::typ(&handle).ok()?;
        (!kind.is_unknown()).then(|| handle.as_raw_handle())
    }

    fn open(&self) -> Option<RawHandle> {
        let console = OpenOptions::new().read(true).write(true).open(self.device);
        Some(console.ok()?.into_raw_handle())
    }
}
