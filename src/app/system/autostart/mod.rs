//! Starting Landline when the user logs in: an autostart file (XDG, Desktop Application Autostart Specification), a launch
//! agent (macOS) or a value of the `Run` key (Windows).

#[cfg(any(test, not(windows)))]
mod entry;
#[cfg(not(windows))]
mod file;
#[cfg(windows)]
#[path = "run_key.rs"]
mod file;

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use self::file::Place;
use crate::app::inbox::{Event, Outbox};
use crate::sentence;
use landline_engine::threads;

/// Where the system keeps what it starts, and which program that should be.
#[derive(Clone, Debug)]
pub(crate) struct Autostart {
    /// Locked until the state has been reported, so that the last report is the truth.
    place: Arc<Mutex<Place>>,
    program: PathBuf,
}

impl Autostart {
    /// For this program and user; `None` if either is unknown.
    pub(crate) fn of_system() -> Option<Self> {
        let place = Place::of_system()?;
        let program = program(env::current_exe().ok()?, |name| env::var_os(name));
        Some(Self::new(place, program))
    }

    fn new(place: Place, program: PathBuf) -> Self {
        let place = Arc::new(Mutex::new(place));
        Self { place, program }
    }

    /// Keeps an autostart file in `dir` for `program`.
    #[cfg(all(test, not(windows)))]
    pub(crate) fn in_dir(dir: &Path, program: &Path) -> Self {
        Self::new(Place::in_dir(dir), program.to_owned())
    }

    /// Reads the state on a thread of its own, which reports it.
    pub(crate) fn read(&self, outbox: &Outbox) {
        self.work(outbox, |_, _| Ok(()));
    }

    /// Turns it on or off on a thread of its own, which reports the new state.
    pub(crate) fn set(&self, on: bool, outbox: &Outbox) {
        self.work(outbox, move |place, program| {
            if on {
                place.add(program)
            } else {
                place.remove()
            }
        });
    }

    fn work(
        &self,
        outbox: &Outbox,
        work: impl FnOnce(&Place, &Path) -> io::Result<()> + Send + 'static,
    ) {
        let (this, results) = (self.clone(), outbox.clone());
        let worker = threads::spawn("autostart", move || {
            let place = this.place.lock();
            let worked = work(&place, &this.program);
            let (on, error) = match (worked, place.starts(&this.program)) {
                (Ok(()), Ok(on)) => (on, None),
                (Err(error), Ok(on)) => (on, Some(error)),
                (_, Err(error)) => (false, Some(error)),
            };
            let why = error.map(|why| sentence!("autostart-failed", why = why.to_string()));
            results.send(Event::Autostart { on, why });
        });
        if let Err(error) = worker {
            let why = Some(sentence!("autostart-failed", why = error.to_string()));
            outbox.send(Event::Autostart { on: false, why });
        }
    }
}

/// What to start: the program of an `AppImage` lies in a folder that exists only while it runs.
fn program(own: PathBuf, variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> PathBuf {
    let image = variable("APPIMAGE").map(PathBuf::from);
    let mounted = variable("APPDIR").filter(|dir| own.starts_with(Path::new(dir)));
    match (image, mounted) {
        (Some(image), Some(_)) if image.is_absolute() => image,
        _ => own,
    }
}

#[cfg(all(test, not(windows)))]
mod tests;
