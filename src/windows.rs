//! `AttachConsole` and `SetStdHandle` (Windows), which no crate lets us call safely: a program without a console of its
//! own prints into the one that it was started from.
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

/// One of the three streams that every program has.
struct Stream {
    id: STD_HANDLE,
    now: fn() -> HandleRef,
    /// What a console calls it.
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

/// Read from and print to the console of whoever started us, if there is one. What is redirected to a file or a
/// pipe stays so. To be called before anything is printed.
pub fn attach_console() {
    // Attaching may put the console into the place of what is redirected.
    let redirected = STREAMS.map(|stream| stream.used());
    // SAFETY: it is given a number and no pointer.
    if unsafe { AttachConsole(ATTACH_PARENT_PROCESS) } == 0 {
        return;
    }
    for (stream, redirected) in STREAMS.iter().zip(redirected) {
        let own = redirected.or_else(|| stream.used());
        if let Some(handle) = own.or_else(|| stream.open()) {
            // SAFETY: the handle is open and stays so until the end: it was that of a stream before, or nobody
            // else has it.
            let _ = unsafe { SetStdHandle(stream.id, handle) };
        }
    }
}

impl Stream {
    /// Its handle, if it leads anywhere.
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
