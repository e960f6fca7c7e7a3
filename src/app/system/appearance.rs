//! Follows the system's dark mode and reduced motion. On Linux, neither X11 nor Wayland notify
//! windows, but the settings portal can be queried:
//! <https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html>.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "only its worker waits, for as long as the program runs"
    )
)]

use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use zbus::blocking::{Proxy, connection, proxy::SignalIterator};
use zbus::zvariant::{OwnedValue, Value};

use crate::app::inbox::{Event, Outbox};
use landline_engine::threads;

/// The bus starts the portal on demand, which takes seconds on a slow computer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The settings: namespace and key.
const SCHEME: (&str, &str) = ("org.freedesktop.appearance", "color-scheme");
const LESS_MOTION: (&str, &str) = ("org.freedesktop.appearance", "reduced-motion");
/// GNOME's predecessor of [`LESS_MOTION`].
const ANIMATIONS: (&str, &str) = ("org.gnome.desktop.interface", "enable-animations");

/// The query, started early so that the window opens in the right colours.
#[derive(Debug)]
pub(crate) struct Appearance(Sender<Outbox>);

impl Appearance {
    /// Starts the query. Without a portal, this has no effect but one line in the log.
    pub(crate) fn read() -> Self {
        let (tell, outbox_receiver) = bounded(1);
        // Never joined: the thread lives as long as the process.
        let worker = threads::spawn("appearance", move || {
            if let Err(error) = follow(&outbox_receiver) {
                log::info!("the desktop does not say how it looks: {error}");
            }
        });
        if let Err(error) = worker {
            log::info!("the desktop is not asked how it looks: {error}");
        }
        Self(tell)
    }

    /// Reports the current state to the window, and every change from now on.
    pub(crate) fn tell(self, outbox: Outbox) {
        // The channel has capacity for the only message.
        let _ = self.0.try_send(outbox);
    }
}

fn follow(outbox_receiver: &Receiver<Outbox>) -> zbus::Result<()> {
    let bus = connection::Builder::session()?
        .method_timeout(PATIENCE)
        .build()?;
    let portal = Proxy::new(
        &bus,
        "org.freedesktop.portal.Desktop",
        "/org/freedesktop/portal/desktop",
        "org.freedesktop.portal.Settings",
    )?;
    // Subscribe before reading, so that no change is missed.
    let changes = portal.receive_signal("SettingChanged")?;
    let mut preferences = Preferences::default();
    let scheme = read(&portal, SCHEME);
    if let Err(error) = &scheme {
        log::info!("the desktop does not say whether it is dark: {error}");
    }
    let others = [LESS_MOTION, ANIMATIONS].map(|key| (key, read(&portal, key)));
    for (key, value) in [(SCHEME, scheme)].into_iter().chain(others) {
        if let Ok(value) = value {
            preferences.set(key, &value);
        }
    }
    // Disconnected if the window was never opened, which is no error.
    if let Ok(outbox) = outbox_receiver.recv() {
        pass_on(preferences, changes, &outbox);
    }
    Ok(())
}

/// Reads a setting. `ReadOne` is newer than some desktops; the older `Read` wraps the value twice.
fn read(portal: &Proxy, key: (&str, &str)) -> zbus::Result<OwnedValue> {
    match portal.call("ReadOne", &key) {
        Err(zbus::Error::MethodError(name, ..))
            if name.as_str() == "org.freedesktop.DBus.Error.UnknownMethod" =>
        {
            portal.call("Read", &key)
        }
        answer => answer,
    }
}

fn pass_on(mut preferences: Preferences, changes: SignalIterator, outbox: &Outbox) {
    // The default that the window assumes.
    let mut said = Preferences::default().said();
    let mut say = |preferences: &Preferences| {
        if preferences.said() != said {
            said = preferences.said();
            let (dark, calm) = said;
            outbox.send(Event::Appearance { dark, calm });
        }
    };
    say(&preferences);
    for change in changes {
        let body = change.body();
        if let Ok((space, key, value)) = body.deserialize::<(&str, &str, Value)>() {
            preferences.set((space, key), &value);
            say(&preferences);
        }
    }
}

/// The settings as far as the desktop has reported them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Preferences {
    dark: Option<bool>,
    /// The current setting and GNOME's older one.
    less_motion: Option<bool>,
    animations: Option<bool>,
}

impl Preferences {
    /// Updates a setting. Values of unexpected types count as unset.
    fn set(&mut self, key: (&str, &str), value: &Value) {
        if let Value::Value(inner) = value {
            return self.set(key, inner);
        }
        match (key, value) {
            (SCHEME, Value::U32(scheme)) => {
                self.dark = match scheme {
                    1 => Some(true),
                    2 => Some(false),
                    _ => None,
                }
            }
            (LESS_MOTION, Value::U32(wish)) => self.less_motion = Some(*wish == 1),
            (ANIMATIONS, Value::Bool(animations)) => self.animations = Some(*animations),
            _ => {}
        }
    }

    /// Dark mode and reduced motion; `None` if there is no preference.
    fn said(&self) -> (Option<bool>, Option<bool>) {
        let calm = match (self.less_motion, self.animations) {
            // Desktops that know both may set only one.
            (Some(true), _) | (_, Some(false)) => Some(true),
            (None, None) => None,
            _ => Some(false),
        };
        (self.dark, calm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(settings: &[((&str, &str), Value)]) -> (Option<bool>, Option<bool>) {
        let mut preferences = Preferences::default();
        for (key, value) in settings {
            preferences.set(*key, value);
        }
        preferences.said()
    }

    #[test]
    fn a_desktop_prefers_dark_or_light_or_neither() {
        for (scheme, dark) in [(0, None), (1, Some(true)), (2, Some(false)), (3, None)] {
            assert_eq!(said(&[(SCHEME, Value::U32(scheme))]), (dark, None));
        }
        // The preference changes.
        let no_more = [(SCHEME, Value::U32(1)), (SCHEME, Value::U32(0))];
        assert_eq!(said(&no_more), (None, None));
    }

    #[test]
    fn either_reduced_motion_setting_counts() {
        for (wish, animations, calm) in [
            (Some(0), None, Some(false)),
            (Some(1), None, Some(true)),
            (None, Some(true), Some(false)),
            (None, Some(false), Some(true)),
            (Some(0), Some(false), Some(true)),
            (Some(1), Some(true), Some(true)),
            (Some(0), Some(true), Some(false)),
        ] {
            let wish = wish.map(|wish| (LESS_MOTION, Value::U32(wish)));
            let animations = animations.map(|are_on| (ANIMATIONS, Value::Bool(are_on)));
            let settings: Vec<_> = wish.into_iter().chain(animations).collect();
            assert_eq!(said(&settings), (None, calm), "{settings:?}");
        }
    }

    #[test]
    fn wrapped_values_are_unwrapped_and_unexpected_ones_ignored() {
        let wrapped = Value::Value(Box::new(Value::U32(1)));
        assert_eq!(said(&[(SCHEME, wrapped)]), (Some(true), None));
        let strange = [
            (SCHEME, Value::from("dark")),
            (ANIMATIONS, Value::U32(0)),
            (
                ("org.gnome.desktop.interface", "color-scheme"),
                Value::U32(1),
            ),
        ];
        assert_eq!(said(&strange), (None, None));
    }
}
