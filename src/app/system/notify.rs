//! Desktop notifications. Showing one is a call to another process, which may be slow or missing,
//! so a thread does it; nothing waits for the thread, not even the end of the program.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "only its worker waits; the window asks it and goes on"
    )
)]

use std::fmt;
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded};
use notify_rust::Notification;
use parking_lot::Mutex;

use landline_engine::threads;

/// Shows notifications, if the system supports them.
#[derive(Debug)]
pub(crate) struct Notifier {
    newest: Arc<Mutex<Option<Request>>>,
    wake: Sender<()>,
}

/// A notification to show.
#[derive(Debug)]
struct Request {
    title: String,
    body: String,
}

impl Notifier {
    /// On a system without notifications this has no effect but one line in the log.
    pub(crate) fn start() -> Self {
        Self::with(on_desktop())
    }

    /// The same with another way to show them.
    fn with<E: fmt::Display>(show: impl FnMut(&Request) -> Result<(), E> + Send + 'static) -> Self {
        let newest = Arc::new(Mutex::new(None));
        let (wake, rung) = bounded(1);
        let slot = Arc::clone(&newest);
        if let Err(error) = threads::spawn("notifier", move || show_newest(&slot, &rung, show)) {
            log::info!("no notifications: {error}");
        }
        Self { newest, wake }
    }

    /// Replaces the previous notification. Never blocks; one that has not been shown yet is
    /// dropped.
    pub(crate) fn show(&self, title: String, body: String) {
        *self.newest.lock() = Some(Request { title, body });
        // A full channel already has a pending wake-up.
        let _ = self.wake.try_send(());
    }
}

fn show_newest<E: fmt::Display>(
    newest: &Mutex<Option<Request>>,
    rung: &Receiver<()>,
    mut show: impl FnMut(&Request) -> Result<(), E>,
) {
    let mut has_reported = false;
    while rung.recv().is_ok() {
        let request = newest.lock().take();
        if let Some(request) = request
            && let Err(error) = show(&request)
            && !has_reported
        {
            // The next one may succeed, and one report is enough.
            has_reported = true;
            log::info!("a notification could not be shown: {error}");
        }
    }
}

/// Shows a notification of a program that is about to exit. Blocks.
///
/// # Errors
/// The system has no notifications.
pub(crate) fn show_once(title: &str, body: &str) -> notify_rust::error::Result<()> {
    let (title, body) = (title.to_owned(), body.to_owned());
    on_desktop()(&Request { title, body })
}

fn notification(title: &str, body: &str) -> Notification {
    let mut notification = Notification::new();
    notification.appname("Landline").summary(title).body(body);
    notification
}

/// Over D-Bus.
#[cfg(all(unix, not(target_os = "macos")))]
fn on_desktop() -> impl FnMut(&Request) -> notify_rust::error::Result<()> {
    let mut desktop = Desktop::default();
    move |request| desktop.show(request)
}

/// On Windows and macOS, which take plain text and use the program's icon.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn on_desktop() -> impl FnMut(&Request) -> notify_rust::error::Result<()> {
    // On macOS, dropping what `show` returns is what shows it.
    |request| notification(&request.title, &request.body).show().map(drop)
}

/// A notification server on D-Bus.
#[cfg(all(unix, not(target_os = "macos")))]
#[derive(Default)]
struct Desktop {
    /// Kept with its connection: some desktops remove the notifications of a program that
    /// disconnects.
    shown: Option<notify_rust::NotificationHandle>,
    /// Whether the body may contain markup, so that `<` must be escaped.
    has_markup: Option<bool>,
}

#[cfg(all(unix, not(target_os = "macos")))]
impl Desktop {
    /// The name of the icon and of the desktop entry, as in `dist/linux`.
    const NAME: &str = "landline";

    fn show(&mut self, request: &Request) -> notify_rust::error::Result<()> {
        let has_markup = match self.has_markup {
            Some(known) => known,
            None => has_markup(&notify_rust::get_capabilities()?),
        };
        self.has_markup = Some(has_markup);
        let body = if has_markup {
            escaped(&request.body)
        } else {
            request.body.clone()
        };
        if let Some(shown) = &mut self.shown {
            shown.summary(&request.title).body(&body);
            if shown.update().is_ok() {
                return Ok(());
            }
        }
        let mut new = notification(&request.title, &body);
        new.icon(Self::NAME)
            .hint(notify_rust::Hint::DesktopEntry(Self::NAME.to_owned()));
        self.shown = Some(new.show()?);
        Ok(())
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn has_markup(capabilities: &[String]) -> bool {
    capabilities.iter().any(|can| can == "body-markup")
}

/// Escapes markup as the Desktop Notifications Specification requires.
#[cfg(all(unix, not(target_os = "macos")))]
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    #[test]
    fn notifications_are_shown_after_a_failure() {
        let (tell, told) = bounded(10);
        let notifier = Notifier::with(move |request: &Request| {
            tell.send(format!("{}|{}", request.title, request.body))
                .unwrap();
            Err::<(), _>("no such service")
        });
        for body in ["a", "b"] {
            notifier.show("title".to_owned(), body.to_owned());
            assert_eq!(told.recv_timeout(PATIENCE), Ok(format!("title|{body}")));
        }
        // Dropping it ends the thread.
        drop(notifier);
        assert!(told.recv_timeout(PATIENCE).is_err());
    }

    #[test]
    fn a_desktop_that_does_not_respond_blocks_nothing() {
        let (begun, has_begun) = bounded(10);
        let (answer, answers) = bounded::<()>(0);
        let notifier = Notifier::with(move |request: &Request| {
            begun.send(request.title.clone()).unwrap();
            let _ = answers.recv();
            Ok::<_, String>(())
        });
        notifier.show("1".to_owned(), String::new());
        assert_eq!(has_begun.recv_timeout(PATIENCE).as_deref(), Ok("1"));
        for title in 2..100 {
            notifier.show(title.to_string(), String::new());
        }
        drop(notifier);
        drop(answer);
        // Only the last one, which covers the others as well.
        assert_eq!(has_begun.recv_timeout(PATIENCE).as_deref(), Ok("99"));
        assert!(has_begun.recv_timeout(PATIENCE).is_err());
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn markup_in_names_is_escaped() {
        let can = ["body".to_owned(), "body-markup".to_owned()];
        assert!(has_markup(&can) && !has_markup(&can[..1]));
        assert_eq!(escaped("<b>R&D</b>"), "&lt;b&gt;R&amp;D&lt;/b&gt;");
    }
}
