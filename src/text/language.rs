//! The supported languages, the current one, and the texts of each.

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentResource, FluentValue};

use serde::{Deserialize, Serialize};

/// The language setting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// The language of the system.
    #[default]
    #[serde(rename = "system")]
    System,
    /// Always English.
    #[serde(rename = "en")]
    English,
    /// Always Simplified Chinese.
    #[serde(rename = "zh-CN")]
    Chinese,
}

/// The English texts, which are the fallback for other languages.
pub const ENGLISH: &str = include_str!("../../assets/texts/en.ftl");
/// The Simplified Chinese texts.
pub const CHINESE: &str = include_str!("../../assets/texts/zh-CN.ftl");

/// Changes the current language, including what is on the screen. In tests this affects only the
/// calling thread, so that they can run in parallel.
pub fn set_language(language: Language) {
    spoken::set(language);
}

/// The current language, never [`Language::System`].
pub fn language() -> Language {
    match spoken::get() {
        Language::System => of_system(),
        language => language,
    }
}

/// The supported language for an RFC 5646 tag (`zh-Hans-CN`, `en`). All variants of Chinese map to
/// Simplified Chinese.
pub(crate) fn of_tag(tag: &str) -> Option<Language> {
    let primary = tag.split(['-', '_']).next().unwrap_or(tag);
    if primary.eq_ignore_ascii_case("zh") {
        Some(Language::Chinese)
    } else if primary.eq_ignore_ascii_case("en") {
        Some(Language::English)
    } else {
        None
    }
}

/// The tag of a language, for `lang` in HTML.
pub(crate) const fn tag(language: Language) -> &'static str {
    match language {
        Language::Chinese => "zh-CN",
        Language::System | Language::English => "en",
    }
}

/// The language of the system, read once: a change affects only programs that start later.
fn of_system() -> Language {
    static SYSTEM: OnceLock<Language> = OnceLock::new();
    *SYSTEM.get_or_init(|| {
        // Tests expect English on every machine.
        let locale = if cfg!(test) {
            None
        } else {
            sys_locale::get_locale()
        };
        let known = locale.as_deref().and_then(of_tag);
        known.unwrap_or(Language::English)
    })
}

/// The texts of `language`.
pub(super) fn bundle(language: Language) -> &'static FluentBundle<FluentResource> {
    static IN_ENGLISH: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
    static IN_CHINESE: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
    let (bundle, texts) = match language {
        Language::Chinese => (&IN_CHINESE, CHINESE),
        Language::System | Language::English => (&IN_ENGLISH, ENGLISH),
    };
    bundle.get_or_init(|| made(tag(language), texts))
}

fn made(tag: &str, texts: &str) -> FluentBundle<FluentResource> {
    // The language selects the plural rules.
    let language = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // The isolation marks are for bidirectional text; egui would draw them as boxes.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "made from a u64"
        )]
        FluentValue::Number(number) => Some(landline_engine::numbers::grouped(number.value as u64)),
        _ => None,
    }));
    let resource = FluentResource::try_new(texts.to_owned()).unwrap_or_else(|(partial, errors)| {
        log::error!("the texts in {tag} do not parse: {errors:?}");
        partial
    });
    if let Err(errors) = bundle.add_resource(resource) {
        log::error!("the texts in {tag} repeat a key: {errors:?}");
    }
    bundle
}

#[cfg(not(test))]
mod spoken {
    use std::sync::atomic::{AtomicU8, Ordering};

    use super::Language;

    static SPOKEN: AtomicU8 = AtomicU8::new(0);

    pub(super) fn set(language: Language) {
        let number = match language {
            Language::System => 0,
            Language::English => 1,
            Language::Chinese => 2,
        };
        SPOKEN.store(number, Ordering::Relaxed);
    }

    pub(super) fn get() -> Language {
        match SPOKEN.load(Ordering::Relaxed) {
            1 => Language::English,
            2 => Language::Chinese,
            _ => Language::System,
        }
    }
}

#[cfg(test)]
#[allow(
    clippy::missing_const_for_thread_local,
    reason = "it is const, which clippy overlooks on Windows"
)]
mod spoken {
    use std::cell::Cell;

    use super::Language;

    thread_local! {
        static SPOKEN: Cell<Language> = const { Cell::new(Language::English) };
    }

    pub(super) fn set(language: Language) {
        SPOKEN.set(language);
    }

    pub(super) fn get() -> Language {
        SPOKEN.get()
    }
}
