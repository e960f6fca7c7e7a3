//! The texts of the server's listing page and short responses, in every language of the program.

use super::{Sentence, language, of_tag, tag};
use crate::sentence;
use crate::text::Language;
use landline_engine::server::{PageText, PageTexts};

/// The texts in all languages. The program's current language comes first.
#[derive(Clone, Copy, Debug, Default)]
pub struct FluentTexts;

impl PageTexts for FluentTexts {
    fn languages(&self) -> &'static [&'static str] {
        const ENGLISH: &str = tag(Language::English);
        const CHINESE: &str = tag(Language::Chinese);
        match language() {
            Language::Chinese => &[CHINESE, ENGLISH],
            Language::System | Language::English => &[ENGLISH, CHINESE],
        }
    }

    fn text(&self, language: &str, text: PageText) -> String {
        let language = of_tag(language).unwrap_or(Language::English);
        sentence(text).title_in(language)
    }
}

fn sentence(text: PageText) -> Sentence {
    match text {
        PageText::Title => sentence!("page-title"),
        PageText::Name => sentence!("page-name"),
        PageText::Size => sentence!("page-size"),
        PageText::Modified => sentence!("page-modified"),
        PageText::Empty => sentence!("page-empty"),
        PageText::Omitted(count) => sentence!("names-omitted", count = count),
        PageText::NotFound => sentence!("http-not-found"),
        PageText::Forbidden => sentence!("http-forbidden"),
        PageText::ListingsBusy => sentence!("http-listings-full"),
        PageText::Embedding => sentence!("http-embedding"),
        PageText::Misdirected => sentence!("http-misdirected"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::set_language;
    use landline_engine::server::EnglishTexts;

    #[test]
    fn the_english_texts_are_those_of_the_engine() {
        for text in [
            PageText::Title,
            PageText::Name,
            PageText::Size,
            PageText::Modified,
            PageText::Empty,
            PageText::Omitted(1),
            PageText::Omitted(2),
            PageText::Omitted(1_204),
            PageText::NotFound,
            PageText::Forbidden,
            PageText::ListingsBusy,
            PageText::Embedding,
            PageText::Misdirected,
        ] {
            let expected = EnglishTexts.text("en", text);
            assert_eq!(FluentTexts.text("en", text), expected, "{text:?}");
            assert_ne!(FluentTexts.text("zh-CN", text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_page_may_be_in_chinese() {
        for (text, expected) in [
            (PageText::Title, "共享文件夹"),
            (PageText::Name, "名称"),
            (PageText::Size, "大小"),
            (PageText::Modified, "修改时间"),
        ] {
            assert_eq!(FluentTexts.text("zh-CN", text), expected);
        }
        let omitted = FluentTexts.text("zh-CN", PageText::Omitted(1_204));
        assert!(omitted.starts_with("1,204 个文件或文件夹"), "{omitted}");
    }

    #[test]
    fn the_programs_language_comes_first() {
        for (spoken, expected) in [
            (Language::Chinese, ["zh-CN", "en"]),
            (Language::English, ["en", "zh-CN"]),
        ] {
            set_language(spoken);
            assert_eq!(FluentTexts.languages(), expected);
        }
    }
}
