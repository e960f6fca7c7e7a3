//! What waits for the user or for another program, on threads of its own: the folder dialog, opening
//! a file, showing it in its folder.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "only its workers wait; the window starts them and goes on"
    )
)]

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::actions::Folder;
use super::inbox::{Event, Outbox};
use super::system::notify;
use crate::sentence;
use crate::text::Sentence;
use landline_engine::threads;

/// Nobody reads and closes a dialog faster: one that ends so soon was never shown. (Where neither a
/// portal nor zenity is there, finding that out takes tens of milliseconds.)
const NEVER_SHOWN: Duration = Duration::from_millis(400);

/// Let the user choose a folder, beginning at `start`.
pub(crate) fn pick_folder(folder: Folder, start: &Path, title: &str, outbox: &Outbox) {
    let mut dialog = rfd::AsyncFileDialog::new().set_title(title);
    if !start.as_os_str().is_empty() {
        dialog = dialog.set_directory(start);
    }
    // Made here because macOS wants that on this thread; it returns at once.
    let answer = dialog.pick_folder();
    worker("folder dialog", outbox, move |outbox| {
        let asked = Instant::now();
        match wait_for(answer) {
            Some(picked) => outbox.send(Event::Picked(folder, picked.path().to_owned())),
            None if asked.elapsed() < NEVER_SHOWN => {
                outbox.send(Event::Problem(sentence!("no-dialog")));
            }
            None => {}
        }
        outbox.send(Event::DialogClosed);
    });
}

/// Say in a dialog of the system's own what `why` says, to somebody who started the program by a double click:
/// nobody reads what it prints. Returns when it was read. Where the system has no such dialog, it is a notification.
pub fn tell(why: &Sentence) {
    if std::io::stderr().is_terminal() {
        return;
    }
    let told = Instant::now();
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("Landline")
        .set_description(why.to_string())
        .show();
    if told.elapsed() < NEVER_SHOWN
        && let Err(error) = notify::show_once("Landline", &why.to_string())
    {
        log::warn!("nobody could be told: {error}");
    }
}

/// Open a file with the program that the system has for it.
pub(crate) fn open(path: PathBuf, outbox: &Outbox) {
    worker("open", outbox, move |outbox| {
        if let Err(error) = opener::open(&path) {
            log::warn!("{}: {error}", path.display());
            outbox.send(Event::Problem(sentence!("no-open", path = shown(&path))));
        }
    });
}

/// Show a file in its folder.
pub(crate) fn reveal(path: PathBuf, outbox: &Outbox) {
    worker("show in folder", outbox, move |outbox| {
        if let Err(error) = opener::reveal(&path) {
            log::warn!("{}: {error}", path.display());
            outbox.send(Event::Problem(sentence!("no-open", path = shown(&path))));
        }
    });
}

/// These workers end when the user or the other program answers; the window does not wait for them.
pub(super) fn worker(name: &str, outbox: &Outbox, work: impl FnOnce(Outbox) + Send + 'static) {
    let inner = outbox.clone();
    if let Err(error) = threads::spawn(name, move || work(inner)) {
        log::error!("{name}: {error}");
        outbox.send(Event::Problem(sentence!("no-thread")));
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Block this worker until `future` is done.
fn wait_for<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        thread::park();
    }
}
