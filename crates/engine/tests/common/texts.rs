//! A server that speaks two languages, as the application's does.

use landline_engine::server::{EnglishTexts, PageText, PageTexts};

/// The engine's English, and enough Chinese to tell which language was chosen.
#[derive(Debug)]
pub struct TwoLanguages;

impl PageTexts for TwoLanguages {
    fn languages(&self) -> &'static [&'static str] {
        &["en", "zh-CN"]
    }

    fn text(&self, language: &str, text: PageText) -> String {
        match (language, text) {
            ("zh-CN", PageText::Title) => "共享文件夹".to_owned(),
            ("zh-CN", PageText::NotFound) => "找不到文件。".to_owned(),
            ("zh-CN", PageText::ListingsBusy) => "正在列出的大文件夹太多".to_owned(),
            ("zh-CN", PageText::Omitted(count)) => format!("{count} 个文件或文件夹"),
            ("zh-CN", other) => format!("{other:?}"),
            _ => EnglishTexts.text(language, text),
        }
    }
}
