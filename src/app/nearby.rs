//! Searches for devices nearby while they are listed, and announces the share.

use std::time::{Duration, Instant};

use egui::Context;

use super::app::App;
use super::inbox::{Event, Outbox};
use landline_engine::client::ClientEvent;
use landline_engine::discovery::{Announcement, Announcer, Browsing, Discovery, Membership};
use landline_engine::localsend::Node;
use landline_engine::transfer::Reporter;

/// How long a name must stay the same before it is announced, while the user types it.
const TYPED: Duration = Duration::from_millis(600);

/// What the window uses of the engine's discovery. It starts when it is first needed.
#[derive(Debug, Default)]
pub(super) struct Nearby {
    /// Whether the network is not to be used.
    is_off: bool,
    discovery: Option<Discovery>,
    browsing: Option<Browsing>,
    /// While this computer takes part in the discovery of LocalSend.
    membership: Option<Membership>,
    announcer: Option<(Announcement, Announcer)>,
    /// Another announcement of the same share, and since when it is wanted.
    typed: Option<(Announcement, Instant)>,
}

impl Nearby {
    /// Nothing is searched or announced yet.
    pub(super) fn new() -> Self {
        Self {
            // Tests would find what is on the developer's network, and be found.
            is_off: cfg!(test),
            ..Self::default()
        }
    }

    /// The engine's discovery.
    fn discovery(&mut self) -> &Discovery {
        self.discovery.get_or_insert_with(Discovery::start)
    }

    fn browse(&mut self, outbox: &Outbox) {
        let outbox = outbox.clone();
        let report = Reporter::new(move |event| outbox.send(Event::Nearby(event)));
        // The previous search would end this one if it were dropped later.
        self.browsing = None;
        self.browsing = Some(self.discovery().browse(report));
    }

    fn announce(&mut self, announcement: Announcement, outbox: &Outbox) {
        let outbox = outbox.clone();
        let report = Reporter::new(move |event| outbox.send(Event::Announced(event)));
        let announcer = self.discovery().announce(announcement.clone(), report);
        self.announcer = Some((announcement, announcer));
    }

    /// Takes part in the discovery of LocalSend, or no longer.
    fn set_member(&mut self, node: Option<&Node>) {
        match node {
            None => self.membership = None,
            Some(_) if self.membership.is_some() => {}
            Some(node) => self.membership = Some(self.discovery().join_localsend(node.clone())),
        }
    }

    /// When to announce what the user has typed; `None` if nothing was typed.
    fn due(&mut self, wanted: &Announcement, now: Instant) -> Option<Instant> {
        let (current, _) = self.announcer.as_ref()?;
        if current.port != wanted.port {
            return None;
        }
        let since = match self.typed.take() {
            Some((typed, since)) if typed == *wanted => since,
            _ => now,
        };
        self.typed = Some((wanted.clone(), since));
        Some(since + TYPED).filter(|due| *due > now)
    }

    /// Stops without waiting. The result must be joined, so that others learn that the share has ended.
    pub(super) fn close(&mut self) -> Option<Discovery> {
        self.is_off = true;
        self.browsing = None;
        self.announcer = None;
        self.membership = None;
        self.discovery.take()
    }
}

impl App {
    /// Starts and ends the search and the announcement, as the window and the settings want it.
    pub(super) fn sync_nearby(&mut self, ctx: &Context, now: Instant) {
        if self.nearby.is_off {
            return;
        }
        let is_visible = ctx.input(|input| input.viewport().visible()) != Some(false);
        let is_minimized = ctx.input(|input| input.viewport().minimized) == Some(true);
        let wants = self.model.nearby.is_shown && is_visible && !is_minimized;
        let is_member = wants || self.model.is_visible_to_localsend();
        let node = self.localsend.node().filter(|_| is_member);
        self.nearby.set_member(node);
        if wants && self.nearby.browsing.is_none() {
            self.nearby.browse(&self.outbox);
        } else if !wants {
            self.nearby.browsing = None;
        }
        let wanted = self.model.announcement();
        if wanted.as_ref() == self.nearby.announcer.as_ref().map(|(current, _)| current) {
            self.nearby.typed = None;
            return;
        }
        let Some(wanted) = wanted else {
            self.nearby.announcer = None;
            self.model.nearby.announced(None);
            return;
        };
        if let Some(due) = self.nearby.due(&wanted, now) {
            ctx.request_repaint_after(due.saturating_duration_since(now));
        } else {
            self.model.nearby.announced(None);
            self.nearby.announce(wanted, &self.outbox);
        }
    }

    /// Searches again from the start.
    pub(super) fn look_again(&mut self) {
        self.nearby.browse(&self.outbox);
    }

    /// Opens the listing of a device.
    pub(super) fn open_device(&mut self, id: &str) {
        if let Some(place) = self.model.choose_device(id) {
            self.open_folder(place);
        }
    }

    /// Tries the next address of a device that does not answer. Returns whether there is one.
    pub(super) fn tries_next_address(&mut self, event: &ClientEvent) -> bool {
        let next = self.model.next_address(event);
        let is_next = next.is_some();
        if let Some(place) = next {
            self.open_folder(place);
        }
        is_next
    }
}
