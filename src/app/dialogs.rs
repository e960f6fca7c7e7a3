//! Waits for the user or another program on worker threads: the folder dialog, opening a file,
//! showing it in its folder.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::actions::Folder;
use super::inbox::{Event, Outbox};
use super::model::send_to::SendTo;
use super::system::opening::OpenError;
use super::system::{notify, opening};
use crate::sentence;
use crate::settings::Tab;
use crate::text::Sentence;
use landline_engine::call::CallId;
use landline_engine::threads;

/// No user closes a dialog faster: one that ends sooner was never shown. (Detecting that there is
/// neither a portal nor zenity takes tens of milliseconds.)
const NEVER_SHOWN: Duration = Duration::from_millis(400);

/// Opens a folder dialog at `start`.
pub(crate) fn pick_folder(folder: Folder, start: &Path, title: &str, outbox: &Outbox) {
    let mut dialog = rfd::AsyncFileDialog::new().set_title(title);
    if !start.as_os_str().is_empty() {
        dialog = dialog.set_directory(start);
    }
    // Created here because macOS requires it on this thread; it does not block.
    let answer = dialog.pick_folder();
    ask(answer, outbox, move |path| Event::Picked(folder, path));
}

/// Opens a dialog for a file to send in a call.
pub(crate) fn pick_file(tab: Tab, call: CallId, title: &str, outbox: &Outbox) {
    let dialog = rfd::AsyncFileDialog::new().set_title(title);
    // Created here for the same reason as above.
    let answer = dialog.pick_file();
    ask(answer, outbox, move |path| {
        Event::FileToSend(tab, call, path)
    });
}

/// Opens a dialog for files to send.
pub(crate) fn pick_files(to: SendTo, title: &str, outbox: &Outbox) {
    let dialog = rfd::AsyncFileDialog::new().set_title(title);
    // Created here for the same reason as above.
    let answer = dialog.pick_files();
    let paths = async move {
        let files = answer.await?;
        Some(files.iter().map(|file| file.path().to_owned()).collect())
    };
    ask_for(paths, outbox, move |paths| Event::FilesToSend(paths, to));
}

/// Opens a dialog for a folder to send.
pub(crate) fn pick_folder_to_send(to: SendTo, title: &str, outbox: &Outbox) {
    let dialog = rfd::AsyncFileDialog::new().set_title(title);
    // Created here for the same reason as above.
    let answer = dialog.pick_folder();
    ask(answer, outbox, move |path| {
        Event::FilesToSend(vec![path], to)
    });
}

/// Opens a dialog for where to save a conversation.
pub(crate) fn save_call(tab: Tab, call: CallId, title: &str, name: &str, outbox: &Outbox) {
    let dialog = rfd::AsyncFileDialog::new()
        .set_title(title)
        .set_file_name(name);
    let answer = dialog.save_file();
    ask(answer, outbox, move |path| Event::SaveCall(tab, call, path));
}

/// Waits on a worker for the answer of a dialog, which becomes the event `picked`.
fn ask(
    answer: impl Future<Output = Option<rfd::FileHandle>> + Send + 'static,
    outbox: &Outbox,
    picked: impl FnOnce(PathBuf) -> Event + Send + 'static,
) {
    let path = async move { Some(answer.await?.path().to_owned()) };
    ask_for(path, outbox, picked);
}

/// The same for what a dialog has several of.
fn ask_for<T: Send + 'static>(
    answer: impl Future<Output = Option<T>> + Send + 'static,
    outbox: &Outbox,
    picked: impl FnOnce(T) -> Event + Send + 'static,
) {
    worker("file dialog", outbox, move |outbox| {
        let asked = Instant::now();
        match wait_for(answer) {
            Some(paths) => outbox.send(picked(paths)),
            None if asked.elapsed() < NEVER_SHOWN => {
                outbox.send(Event::Problem(sentence!("no-dialog")));
            }
            None => {}
        }
        outbox.send(Event::DialogClosed);
    });
}

/// Shows `why` in a native dialog to a user who started the program by a double click and cannot
/// see its output. Returns when it has been closed. On a system without such dialogs it is a
/// notification.
pub fn show_error(why: &Sentence) {
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

/// Opens a file with its default program.
pub(crate) fn open(path: PathBuf, outbox: &Outbox) {
    worker("open", outbox, move |outbox| {
        report(opening::open(&path), &path, &outbox);
    });
}

/// Opens an `http` or `https` address in the browser.
pub(crate) fn open_link(link: String, outbox: &Outbox) {
    worker("open link", outbox, move |outbox| {
        report(opening::open_link(&link), Path::new(&link), &outbox);
    });
}

/// Shows a file in the file manager.
pub(crate) fn reveal(path: PathBuf, outbox: &Outbox) {
    worker("show in folder", outbox, move |outbox| {
        report(opening::reveal(&path), &path, &outbox);
    });
}

/// Shows why a file was not opened.
fn report(result: Result<(), OpenError>, path: &Path, outbox: &Outbox) {
    if let Err(error) = result {
        log::warn!("{}: {error:?}", path.display());
        outbox.send(Event::Problem(error.sentence(path)));
    }
}

/// Spawns a worker that ends when the user or the other program answers; the window does not wait
/// for it.
pub(super) fn worker(name: &str, outbox: &Outbox, work: impl FnOnce(Outbox) + Send + 'static) {
    let inner = outbox.clone();
    if let Err(error) = threads::spawn(name, move || work(inner)) {
        log::error!("{name}: {error}");
        outbox.send(Event::Problem(sentence!("no-thread")));
    }
}

/// Blocks this worker until `future` is ready.
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
