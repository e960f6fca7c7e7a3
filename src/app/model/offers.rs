//! Requests to send that wait for the owner's answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::text::Sentence;
use crate::{format, sentence};
use landline_engine::localsend::DeviceType;
use landline_engine::server::receiving::{Answer, Offer, OfferId, OfferedBy};

/// The most requests that are shown; the server accepts fewer at a time.
const MOST: usize = 100;
/// An answer so soon after a request appeared was meant for what was there before: nobody reads that fast.
const READING: Duration = Duration::from_millis(600);

/// The open requests, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Offers {
    open: Vec<Arc<Offer>>,
    /// What kind of device the sender says it is, where that is known.
    device_types: Vec<(OfferId, DeviceType)>,
    /// The request that is shown, and since when.
    shown: Option<(OfferId, Instant)>,
    /// Whether *Always from this device* is checked, for the request that is shown.
    pub always: bool,
    /// The request that was last scrolled to.
    scrolled: Option<OfferId>,
    /// A request that has arrived and was not announced yet.
    news: Option<Arc<Offer>>,
}

impl Offers {
    /// Adds a request.
    pub(crate) fn add(&mut self, offer: Arc<Offer>) {
        if self.open.len() < MOST {
            self.news = Some(Arc::clone(&offer));
            self.open.push(offer);
        }
    }

    /// Adds a request of a LocalSend device, which may be known.
    pub(crate) fn add_from(&mut self, offer: Arc<Offer>, device_type: Option<DeviceType>) {
        self.device_types
            .extend(device_type.map(|device_type| (offer.id(), device_type)));
        self.add(offer);
    }

    /// Removes a request that is over.
    pub(crate) fn remove(&mut self, id: OfferId) {
        self.keep(|offer| offer.id() != id);
    }

    /// Removes those that came to the share.
    pub(crate) fn forget_shared(&mut self) {
        self.keep(|offer| offer.by() != OfferedBy::Http);
    }

    /// Removes those of LocalSend devices.
    pub(crate) fn forget_localsend(&mut self) {
        self.keep(|offer| offer.by() == OfferedBy::Http);
    }

    fn keep(&mut self, is_kept: impl Fn(&Offer) -> bool) {
        self.open.retain(|offer| is_kept(offer));
        let open = &self.open;
        let is_open = |id: OfferId| open.iter().any(|offer| offer.id() == id);
        self.device_types.retain(|(id, _)| is_open(*id));
    }

    /// Whether the sender of `offer` is a phone, a tablet, or seems to be one.
    pub(crate) fn is_phone(&self, offer: &Offer) -> bool {
        let mut known = self.device_types.iter();
        match known.find(|(id, _)| *id == offer.id()) {
            Some((_, device_type)) => *device_type == DeviceType::Mobile,
            None => is_phone_name(offer.device().unwrap_or_default()),
        }
    }

    /// Removes what has expired or was answered, in case the server's word was lost. Returns when to call it again.
    pub(crate) fn sample(&mut self, now: Instant) -> Option<Duration> {
        self.keep(|offer| now < offer.until() && offer.answered().is_none());
        let first = self.open.first();
        if first.map(|offer| offer.id()) != self.shown.map(|(id, _)| id) {
            self.shown = first.map(|offer| (offer.id(), now));
            self.always = false;
        }
        // The time left is shown in seconds.
        first.map(|_| Duration::from_secs(1))
    }

    /// The oldest request, which is shown.
    pub(crate) fn first(&self) -> Option<&Arc<Offer>> {
        self.open.first()
    }

    /// Whether to scroll to the oldest request, once.
    pub(crate) fn is_to_scroll(&mut self) -> bool {
        let first = self.open.first().map(|offer| offer.id());
        std::mem::replace(&mut self.scrolled, first) != first
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.open.len()
    }

    /// Answers a request, unless it appeared only just now.
    pub(crate) fn answer(&mut self, id: OfferId, answer: Answer, now: Instant) {
        let is_read = |at: Instant| now.saturating_duration_since(at) >= READING;
        if !matches!(self.shown, Some((shown, at)) if shown == id && is_read(at)) {
            return;
        }
        if let Some(offer) = self.open.iter().find(|offer| offer.id() == id) {
            offer.answer(answer);
        }
        self.remove(id);
    }

    /// The newest request that was not announced yet, if it is still open.
    pub(crate) fn take_news(&mut self) -> Option<Arc<Offer>> {
        let news = self.news.take()?;
        self.open
            .iter()
            .any(|offer| offer.id() == news.id())
            .then_some(news)
    }
}

/// Who wants to send, for a person: a name is only what the sender calls itself.
pub(crate) fn sender(offer: &Offer) -> String {
    let address = || offer.from().to_string();
    offer.device().map_or_else(address, str::to_owned)
}

/// *Bo's phone wants to send 3 files (24 MB)*.
pub(crate) fn question(offer: &Offer) -> Sentence {
    let (who, count) = (sender(offer), offer.count());
    match offer.len() {
        Some(len) => {
            sentence!(
                "wants-to-send",
                who = who,
                count = count,
                size = format::bytes(len)
            )
        }
        None => sentence!("wants-to-send-unknown", who = who, count = count),
    }
}

/// The names of the files: the first few.
pub(crate) fn names(offer: &Offer) -> String {
    /// As many as [`format::list`] shows.
    const NAMED: usize = 3;

    let mut files = offer.files();
    files.truncate(NAMED);
    let more = offer.count().saturating_sub(files.len() as u64);
    let names = format::list(files.into_iter().map(|file| file.name));
    if more == 0 || names.is_empty() {
        return names;
    }
    crate::t!("names-and-more", names = names, count = more)
}

/// The words by which people recognise a LocalSend device that has proved who it is.
pub(crate) fn key_words(offer: &Offer) -> Option<String> {
    match offer.by() {
        OfferedBy::LocalSend(Some(fingerprint)) => Some(fingerprint.words().join(" ")),
        OfferedBy::LocalSend(None) | OfferedBy::Http => None,
    }
}

/// Whether a sender seems to be a phone or a tablet, by what it calls itself.
pub(crate) fn is_phone_name(name: &str) -> bool {
    const PHONES: &[&str] = &[
        "phone", "pad", "android", "mobile", "tablet", "手机", "平板",
    ];

    let name = name.to_lowercase();
    PHONES.iter().any(|word| name.contains(word))
}

/// Whether the disk has too little space for it.
pub(crate) fn is_too_large(offer: &Offer) -> bool {
    matches!((offer.len(), offer.free()), (Some(len), Some(free)) if len > free)
}
