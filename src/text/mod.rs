//! Localised messages.
//!
//! Every sentence that a user can see is in `assets/texts/*.ftl` (Project Fluent) under a key. The
//! engine returns data; this module maps it to a key with arguments ([`Sentence`]), which is
//! rendered only when it is shown, so that a change of language also affects what is on the screen.

mod client_error;
mod delivery_error;
pub mod describe;
mod discovery;
pub mod doctor;
mod language;
mod note;
pub mod page;
mod privacy_error;
mod store_error;
pub mod verdict;
#[cfg(test)]
pub(crate) mod written;

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

use fluent_bundle::types::FluentNumber;
use fluent_bundle::{FluentArgs, FluentValue};

pub use self::language::{CHINESE, ENGLISH, Language, language, set_language};
pub(crate) use self::language::{of_tag, tag};
use landline_engine::name_bytes;
use landline_engine::printable::clipped;

/// A localised text: `t!("stop-sharing")`, `t!("on-host", host = name)`.
#[macro_export]
macro_rules! t {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::sentence!($key $(, $name = $value)*).title()
    };
}

/// A [`Sentence`](self::Sentence), which is rendered when it is shown.
#[macro_export]
macro_rules! sentence {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::text::Sentence::new($key)$(.with(stringify!($name), $value))*
    };
}

/// An argument of a sentence. Numbers select plural forms and are formatted for the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Verbatim.
    Text(String),
    /// With separators: 1,204.
    Number(u64),
}

/// `text` without [escapes](name_bytes), shortened in the middle if it is too long to read.
fn readable(text: &str) -> Cow<'_, str> {
    match name_bytes::shown(text) {
        Cow::Borrowed(text) => clipped(text),
        Cow::Owned(text) => Cow::Owned(clipped(&text).into_owned()),
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&PathBuf> for Value {
    fn from(path: &PathBuf) -> Self {
        Self::Text(path.display().to_string())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

/// A port is an identifier, not an amount: no separators.
impl From<u16> for Value {
    fn from(port: u16) -> Self {
        Self::Text(port.to_string())
    }
}

/// A message key with its arguments. `Display` renders it in the current language: what happened,
/// then its hint, if there is one, which says why or what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    key: &'static str,
    values: Vec<(&'static str, Value)>,
}

impl Sentence {
    /// The message under `key`; `sentence!` is the usual way to create one.
    pub fn new(key: &'static str) -> Self {
        Self {
            key,
            values: Vec::new(),
        }
    }

    /// Adds an argument for `{ $name }`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.values.push((name, value.into()));
        self
    }

    /// The key in the translation files.
    pub fn key(&self) -> &'static str {
        self.key
    }

    /// The message without its hint.
    pub fn title(&self) -> String {
        self.title_in(language())
    }

    /// The message in `language`, whatever the current one is.
    pub fn title_in(&self, language: Language) -> String {
        self.render(language, None)
            .unwrap_or_else(|| self.key.to_owned())
    }

    /// The hint, if there is one: the reason or what to do next.
    pub fn hint(&self) -> Option<String> {
        self.render(language(), Some("hint"))
    }

    fn render(&self, language: Language, attribute: Option<&str>) -> Option<String> {
        let (bundle, message) = [language, Language::English]
            .into_iter()
            .map(language::bundle)
            .find_map(|bundle| Some((bundle, bundle.get_message(self.key)?)))?;
        let pattern = match attribute {
            None => message.value()?,
            Some(name) => message.get_attribute(name)?.value(),
        };
        let mut args = FluentArgs::with_capacity(self.values.len());
        for (name, value) in &self.values {
            args.set(*name, fluent_value(value));
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
        for error in errors {
            log::error!("text {}: {error}", self.key);
        }
        // An empty argument must leave no space behind.
        Some(text.trim().to_owned())
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = self.title();
        match self.hint() {
            Some(hint) => f.write_str(&t!("two-sentences", first = title, second = hint)),
            None => f.write_str(&title),
        }
    }
}

/// `text` in one line: lines are joined by a space, unless both ends are Chinese.
pub(crate) fn unwrapped(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for line in text.lines() {
        let (before, after) = (joined.chars().next_back(), line.chars().next());
        let is_spaced = matches!((before, after), (Some(before), Some(after))
            if !(is_wide(before) && is_wide(after)));
        if is_spaced {
            joined.push(' ');
        }
        joined += line;
    }
    joined
}

/// Whether `c` is a Chinese character or punctuation mark, which no space follows.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}' | '“' | '”')
}

/// Types with a message for users.
pub trait Describe {
    /// The message; its hint says why, or what to do next.
    fn sentence(&self) -> Sentence;
}

fn fluent_value(value: &Value) -> FluentValue<'_> {
    match value {
        Value::Text(text) => FluentValue::String(readable(text)),
        #[expect(clippy::cast_precision_loss, reason = "a count shown to a person")]
        Value::Number(number) => {
            FluentValue::Number(FluentNumber::new(*number as f64, <_>::default()))
        }
    }
}

#[cfg(test)]
mod tests;
