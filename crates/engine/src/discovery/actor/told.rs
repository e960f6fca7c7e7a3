//! What the daemon tells.

use std::time::Instant;

use super::{Actor, SETTLE};
use crate::discovery::daemon::{KINDS, Told, instance_of};
use crate::discovery::{AnnounceEvent, Unavailable};

impl Actor {
    pub(super) fn told(&mut self, told: Told) {
        let changed = match told {
            Told::Found(service) => {
                if self.guard.count() {
                    self.check(Instant::now());
                }
                let search = self.search.as_mut();
                search.is_some_and(|search| search.devices.found(service))
            }
            Told::Gone(kind, instance) => {
                let search = self.search.as_mut();
                search.is_some_and(|search| search.devices.gone(kind, &instance))
            }
            Told::Announced => {
                self.report_name();
                // Which devices are our own depends on it.
                self.search.is_some()
            }
            Told::Renamed(original, name) => {
                self.renamed(&original, &name);
                false
            }
            // The best address of a device depends on ours.
            Told::Moved => self.search.is_some(),
            Told::Busy => {
                self.check(Instant::now());
                false
            }
            Told::NetworkChanged => {
                if let Some(daemon) = &self.daemon {
                    daemon.look_at_network();
                    self.settled_at = Some(Instant::now() + SETTLE);
                }
                false
            }
            Told::Stopped => false,
            Told::Ended => {
                let now = Instant::now();
                if self.daemon.is_some()
                    && let Some(pause) = self.guard.check(None, now)
                {
                    self.leave(&Unavailable::Flooded, pause);
                }
                false
            }
        };
        if changed {
            self.report_soon();
        }
    }

    fn renamed(&mut self, original: &str, name: &str) {
        let Some(announced) = &mut self.announced else {
            return;
        };
        let instance = |full| KINDS.into_iter().find_map(|kind| instance_of(kind, full));
        if let (Some(_), Some(name)) = (instance(original), instance(name)) {
            // The library escapes what separates labels.
            announced.current = name.replace("\\.", ".").replace("\\\\", "\\");
        }
    }

    fn report_name(&mut self) {
        if let Some(announced) = &mut self.announced
            && announced.reported.as_ref() != Some(&announced.current)
        {
            announced.reported = Some(announced.current.clone());
            let event = AnnounceEvent::Announced(announced.current.clone());
            announced.reporter.report(event);
        }
    }
}
