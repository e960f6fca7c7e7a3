//! Texts that LocalSend devices have sent, until they are closed.

use std::collections::VecDeque;

use super::Notice;
use crate::sentence;

/// The most texts that are kept; the log has the others.
const KEPT: usize = 20;

/// A text that a device has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReceivedText {
    /// What the device calls itself.
    pub from: String,
    /// The text.
    pub text: String,
}

impl ReceivedText {
    /// The notification about it: its beginning.
    pub(crate) fn notice(&self) -> Notice {
        /// More is cut off by desktops anyway.
        const CHARS: usize = 200;
        let text: String = self.text.chars().take(CHARS).collect();
        Notice {
            title: sentence!("sent-a-text", who = &self.from),
            body: Some(sentence!("the-text", text = text)),
        }
    }

    /// The address, if the text is the address of a page and nothing else.
    pub(crate) fn link(&self) -> Option<&str> {
        let text = self.text.trim();
        is_plain_link(text).then_some(text)
    }
}

/// The open texts, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    open: VecDeque<ReceivedText>,
    /// The text that was last scrolled to, and its number.
    scrolled: u64,
    /// The number of the first.
    number: u64,
    /// One that has arrived and was not announced yet.
    news: Option<ReceivedText>,
}

impl Texts {
    /// Adds one.
    pub(crate) fn add(&mut self, text: ReceivedText) {
        self.news = Some(text.clone());
        if self.open.len() == KEPT {
            self.close();
        }
        self.open.push_back(text);
    }

    /// The oldest, which is shown.
    pub(crate) fn first(&self) -> Option<&ReceivedText> {
        self.open.front()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.open.len()
    }

    /// Whether there is one, or was: the log has it.
    pub(crate) fn is_used(&self) -> bool {
        self.number > 0 || !self.open.is_empty()
    }

    /// Closes the oldest.
    pub(crate) fn close(&mut self) {
        self.open.pop_front();
        self.number += 1;
    }

    /// The number of the oldest: a later text has a higher one.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Whether to scroll to the oldest, once.
    pub(crate) fn is_to_scroll(&mut self) -> bool {
        let now = self.number + 1;
        !self.open.is_empty() && std::mem::replace(&mut self.scrolled, now) != now
    }

    /// The newest that was not announced yet.
    pub(crate) fn take_news(&mut self) -> Option<ReceivedText> {
        self.news.take()
    }
}

/// Whether `text` is an `http` or `https` address that looks like what it is: without a name in front of the host (`@`),
/// which hides where it leads, and without letters in the host that resemble others.
fn is_plain_link(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let Some(start) = ["https://", "http://"]
        .into_iter()
        .find(|scheme| lower.starts_with(scheme))
    else {
        return false;
    };
    let rest = &text[start.len()..];
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    let is_shown = |c: char| !c.is_whitespace() && !c.is_control() && c != '\\';
    !host.is_empty() && host.bytes().all(is_host) && rest.chars().all(is_shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> ReceivedText {
        ReceivedText {
            from: "Bo".to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn only_a_plain_address_is_a_link() {
        for link in [
            "https://example.org",
            "http://192.168.1.5:8080/a?b=c#d",
            "HTTPS://Example.org/电话",
            "https://[fe80::1]:8080/",
        ] {
            assert_eq!(text(&format!(" {link}\n")).link(), Some(link));
        }
        for other in [
            "",
            "example.org",
            "https://",
            "https:///a",
            "ftp://example.org",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://example.org and more",
            "see https://example.org",
            "https://example.org\nhttps://example.com",
            "https://bank.example@evil.example/",
            "https://аpple.example",
            "https://a.example\\@b.example",
        ] {
            assert_eq!(text(other).link(), None, "{other}");
        }
    }

    #[test]
    fn the_oldest_is_shown_and_a_flood_is_bounded() {
        let mut texts = Texts::default();
        assert!(!texts.is_to_scroll());
        for number in 0..KEPT + 5 {
            texts.add(text(&number.to_string()));
        }
        assert_eq!(texts.len(), KEPT);
        assert_eq!(texts.first().unwrap().text, "5");
        assert!(texts.is_to_scroll() && !texts.is_to_scroll());
        assert_eq!(texts.take_news().unwrap().text, "24");
        assert_eq!(texts.take_news(), None);
        let number = texts.number();
        texts.close();
        assert!(texts.number() > number && texts.is_to_scroll());
    }
}
