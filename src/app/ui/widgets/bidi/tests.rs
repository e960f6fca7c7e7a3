//! The order of pieces, characters and formats.

use egui::Color32;

use super::*;
use crate::app::theme::font;

/// What is drawn of `text` from left to right, character by character.
fn drawn(text: &str) -> String {
    let pieces = pieces(text, 0..text.len()).into_iter();
    let chars = pieces.flat_map(|piece| {
        let chars: Vec<_> = text[piece.bytes].chars().collect();
        let is_rtl = piece.is_rtl;
        let ordered: Vec<_> = if is_rtl {
            chars.into_iter().rev().collect()
        } else {
            chars
        };
        ordered
    });
    chars.collect()
}

fn sections(job: &LayoutJob) -> Vec<&str> {
    let sections = job.sections.iter();
    let text =
        |section: &LayoutSection| &job.text[section.byte_range.start.0..section.byte_range.end.0];
    sections.map(text).collect()
}

/// The order in which Chromium draws each, in a left-to-right paragraph.
#[test]
fn words_are_in_reading_order() {
    for (text, expected) in [
        ("plain.txt", "plain.txt"),
        ("שלום עולם.pdf", "םלוע םולש.pdf"),
        ("report דוח סופי 2024.docx", "report 2024 יפוס חוד.docx"),
        ("שלום", "םולש"),
        ("a שלום b עולם c", "a םולש b םלוע c"),
        ("תמונות 12 מתוך 30.zip", "30 ךותמ 12 תונומת.zip"),
        ("(שלום) עולם", "(םולש) םלוע"),
        ("ג'ירפה.jpg", "הפרי'ג.jpg"),
        ("تقرير ٢٠٢٤ نهائي.pdf", "يئاهن ٢٠٢٤ ريرقت.pdf"),
    ] {
        assert_eq!(drawn(text), expected, "{text}");
    }
}

#[test]
fn letters_stay_in_logical_order_for_the_shaper() {
    let job = |text: &str| LayoutJob::single_section(text.to_owned(), TextFormat::default());
    for (text, expected) in [
        ("שלום עולם.pdf", &["עולם", " ", "שלום", ".pdf"][..]),
        ("דוח סופי 2024.x", &["2024", " ", "סופי", " ", "דוח", ".x"]),
        ("אב (גד) הו", &["הו", " ", "(", "גד", ")", " ", "אב"]),
    ] {
        let visual = visual(&job(text), &[]);
        assert_eq!(visual.text, expected.concat());
        assert_eq!(sections(&visual), expected);
    }
}

#[test]
fn arabic_digits_are_shaped_one_by_one() {
    let digits = pieces("ab ٢٠.c", 0.."ab ٢٠.c".len());
    let parts: Vec<_> = digits
        .into_iter()
        .map(|piece| &"ab ٢٠.c"[piece.bytes])
        .collect();
    assert_eq!(parts, ["ab ", "٢", "٠", ".c"]);
}

#[test]
fn a_wrapped_text_keeps_its_rows() {
    // The first row ends after the second word.
    let text = "אב גד הו";
    let job = LayoutJob::single_section(text.to_owned(), TextFormat::default());
    assert_eq!(visual(&job, &[6, 2]).text, "גד אב \nהו");
    // Its own line breaks stay.
    let job = LayoutJob::single_section("אב גד\nהו".to_owned(), TextFormat::default());
    assert_eq!(visual(&job, &[5, 2]).text, "גד אב\nהו");
}

#[test]
fn formats_follow_their_words() {
    let mut job = LayoutJob::default();
    let format = |size| TextFormat::simple(font::mono(size), Color32::PLACEHOLDER);
    job.append("אב", 0.0, format(font::BODY));
    job.append(" גד", 3.0, format(font::TITLE));
    let visual = visual(&job, &[]);
    assert_eq!(sections(&visual), ["גד", " ", "אב"]);
    let formats = visual.sections.iter();
    let formats = formats.map(|section| (section.leading_space, section.format.font_id.size));
    let formats: Vec<_> = formats.collect();
    assert_eq!(
        formats,
        [(0.0, font::TITLE), (3.0, font::TITLE), (0.0, font::BODY)]
    );
}

#[test]
fn other_scripts_take_the_fast_path() {
    for text in ["plain", "naïve", "海边.jpg", "Привет", "🎬", "“”…"] {
        assert!(!is_needed(text), "{text}");
    }
    for text in ["שלום", "a עולם", "مرحبا", "ﷺ"] {
        assert!(is_needed(text), "{text}");
    }
}
