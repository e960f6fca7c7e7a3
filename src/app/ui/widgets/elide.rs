//! Eliding in the middle: the ends of a file name say more than its beginning alone.

use egui::text::{LayoutJob, TextFormat};
use egui::{FontId, Ui};

/// Kerning makes a text at most this much narrower than the sum of its glyphs.
const KERNING: f32 = 1.25;

/// No line has space for more, unless the glyphs have no width.
const MOST_LETTERS: usize = 512;

/// Elides `text` in the middle if it is wider than `width`, keeping equally many characters at both
/// ends.
pub(super) fn middle(ui: &Ui, text: &str, format: &TextFormat, width: f32) -> String {
    let font = &format.font_id;
    let measure = |text: &str| {
        let job = whole(text, format);
        ui.fonts_mut(|fonts| fonts.layout_job(job)).size().x
    };
    // Measured by character before anything is laid out, because a name may have thousands.
    let mut sum = 0.0;
    let is_long = ui.fonts_mut(|fonts| {
        text.chars().any(|letter| {
            sum += fonts.glyph_width(font, letter);
            sum > KERNING * width
        })
    });
    let count = text.chars().count();
    if !is_long && count <= MOST_LETTERS && measure(text) <= width {
        return text.to_owned();
    }
    // An estimate by the widths of single characters; the actual width differs slightly.
    let mut kept = kept(ui, text, font, width).min(count).min(MOST_LETTERS);
    while kept > 0 && measure(&ends(text, kept)) > width {
        // The estimate is far too high for characters that are much wider when combined.
        kept -= (kept / 16).max(1);
    }
    ends(text, kept)
}

/// `kept` characters of both ends of `text`, with a `…` between them.
pub(super) fn ends(text: &str, kept: usize) -> String {
    let head = text.chars().take(kept.div_ceil(2));
    let tail = text.chars().skip(text.chars().count() - kept / 2);
    head.chain(['…']).chain(tail).collect()
}

/// How many characters of both ends of `text` fit into `width` beside a `…`, by the widths of
/// single characters.
fn kept(ui: &Ui, text: &str, font: &FontId, width: f32) -> usize {
    ui.fonts_mut(|fonts| {
        let mut room = width - fonts.glyph_width(font, '…');
        let (mut head, mut tail) = (text.chars(), text.chars());
        let mut kept = 0;
        loop {
            let next = if kept % 2 == 0 {
                head.next()
            } else {
                tail.next_back()
            };
            room -= next.map_or(f32::INFINITY, |letter| fonts.glyph_width(font, letter));
            if room < 0.0 {
                return kept;
            }
            kept += 1;
        }
    })
}

/// A layout in one line.
pub(super) fn whole(text: &str, format: &TextFormat) -> LayoutJob {
    LayoutJob::simple_singleline(text.to_owned(), format.font_id.clone(), format.color)
}
