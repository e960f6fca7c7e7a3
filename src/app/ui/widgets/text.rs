//! A label, with elision and an accessible name.

use std::sync::Arc;

use egui::accesskit::Live;
use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Align2, Color32, FontId, Galley, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo};

use crate::app::theme;
use crate::app::theme::font;

/// Kerning makes a text at most this much narrower than the sum of its glyphs.
const KERNING: f32 = 1.25;

/// Where text that is too long is elided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Elide {
    /// At the end.
    End,
    /// In the middle, for file names and paths.
    Middle,
}

/// A label; [`Text::show`] draws it.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    words: &'a str,
    font: FontId,
    color: Option<Color32>,
    align: Align2,
    elide: Elide,
    tabular: bool,
    explained: bool,
    spoken: bool,
}

impl<'a> Text<'a> {
    /// Body text, left-aligned and vertically centred.
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            words: text,
            font: font::regular(font::BODY),
            color: None,
            align: Align2::LEFT_CENTER,
            elide: Elide::End,
            tabular: false,
            explained: false,
            spoken: false,
        }
    }

    /// Smaller and muted text.
    pub(crate) fn caption(text: &'a str, ui: &Ui) -> Self {
        Self::new(text)
            .font(font::regular(font::CAPTION))
            .color(theme::palette(ui).muted)
    }

    pub(crate) fn font(mut self, font: FontId) -> Self {
        self.font = font;
        self
    }

    pub(crate) fn color(mut self, color: Color32) -> Self {
        self.color = Some(color);
        self
    }

    /// The alignment in its rectangle.
    pub(crate) fn align(mut self, align: Align2) -> Self {
        self.align = align;
        self
    }

    /// Elides in the middle instead of at the end.
    pub(crate) fn middle(mut self) -> Self {
        self.elide = Elide::Middle;
        self
    }

    /// Tabular digits: a number that changes moves nothing.
    pub(crate) fn tabular(mut self) -> Self {
        self.tabular = true;
        self
    }

    /// The caller shows the whole text as a tooltip.
    pub(crate) fn explained(mut self) -> Self {
        self.explained = true;
        self
    }

    /// A live region: a screen reader announces it when it appears or changes.
    pub(crate) fn spoken(mut self) -> Self {
        self.spoken = true;
        self
    }

    /// Lays it out in one line of `width` points.
    pub(crate) fn layout(&self, ui: &Ui, width: f32) -> Arc<Galley> {
        let color = self.color.unwrap_or_else(|| theme::palette(ui).text);
        let format = TextFormat::simple(self.font.clone(), color);
        let mut job = match self.elide {
            _ if self.tabular => tabular(ui, self.words, &format),
            Elide::Middle => whole(&elide_middle(ui, self.words, &format, width), &format),
            Elide::End => whole(self.words, &format),
        };
        job.wrap = TextWrapping::truncate_at_width(width);
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    }

    /// Lays it out in several lines.
    pub(crate) fn lines(&self, ui: &Ui, width: f32) -> Arc<Galley> {
        let color = self.color.unwrap_or_else(|| theme::palette(ui).text);
        let (words, font) = (self.words.to_owned(), self.font.clone());
        ui.fonts_mut(|fonts| fonts.layout(words, font, color, width))
    }

    /// Lays it out in several centred lines.
    pub(crate) fn centered(&self, ui: &Ui, width: f32) -> Arc<Galley> {
        let color = self.color.unwrap_or_else(|| theme::palette(ui).text);
        let mut job = LayoutJob::simple(self.words.to_owned(), self.font.clone(), color, width);
        job.halign = egui::Align::Center;
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    }

    /// Draws the result of [`Text::lines`] from `min`, or that of [`Text::centered`] around it.
    pub(crate) fn show_lines(&self, ui: &mut Ui, min: Pos2, galley: Arc<Galley>) -> Response {
        let rect = galley.rect.translate(min.to_vec2());
        let response = ui.allocate_rect(rect, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, self.words));
        ui.painter().galley(min, galley, Color32::PLACEHOLDER);
        response
    }

    /// The width of the whole text.
    pub(crate) fn width(&self, ui: &Ui) -> f32 {
        self.layout(ui, f32::INFINITY).size().x.ceil()
    }

    /// Paints it inside `rect` without a widget of its own. Returns whether it is complete.
    pub(crate) fn paint(self, ui: &Ui, rect: Rect) -> bool {
        let galley = self.layout(ui, rect.width());
        let place = self.align.align_size_within_rect(galley.size(), rect);
        let whole = !galley.elided && galley.text() == self.words;
        ui.painter().galley(place.min, galley, Color32::PLACEHOLDER);
        whole
    }

    /// Draws it inside `rect`. The whole of an elided text is shown as a tooltip.
    pub(crate) fn show(self, ui: &mut Ui, rect: Rect) -> Response {
        let galley = self.layout(ui, rect.width());
        let place = self.align.align_size_within_rect(galley.size(), rect);
        let whole = self.explained || !galley.elided && galley.text() == self.words;
        let response = ui.allocate_rect(place.intersect(rect), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, self.words));
        if self.spoken {
            ui.ctx().accesskit_node_builder(response.id, |node| {
                node.set_live(Live::Polite);
            });
        }
        ui.painter().galley(place.min, galley, Color32::PLACEHOLDER);
        if whole {
            response
        } else {
            response.on_hover_text(self.words)
        }
    }
}

fn whole(text: &str, format: &TextFormat) -> LayoutJob {
    LayoutJob::simple_singleline(text.to_owned(), format.font_id.clone(), format.color)
}

/// Centres each digit in a cell as wide as the widest. (The font has tabular digits, but egui
/// cannot select them.)
fn tabular(ui: &Ui, text: &str, format: &TextFormat) -> LayoutJob {
    let mut job = LayoutJob {
        break_on_newline: false,
        ..LayoutJob::default()
    };
    ui.fonts_mut(|fonts| {
        let font = &format.font_id;
        let widths = ('0'..='9').map(|digit| fonts.glyph_width(font, digit));
        let widest = widths.fold(0.0, f32::max);
        let mut after = 0.0;
        for piece in text.split_inclusive(|c: char| c.is_ascii_digit()) {
            let digit = piece.len() - usize::from(piece.ends_with(|c: char| c.is_ascii_digit()));
            let (words, digit) = piece.split_at(digit);
            if !words.is_empty() {
                job.append(words, std::mem::take(&mut after), format.clone());
            }
            if let Some(c) = digit.chars().next() {
                let around = (widest - fonts.glyph_width(font, c)) / 2.0;
                job.append(digit, after + around, format.clone());
                after = around;
            }
        }
    });
    job
}

/// No line has space for more, unless the glyphs have no width.
const MOST_LETTERS: usize = 512;

/// Elides `text` in the middle if it is wider than `width`, keeping equally many characters at both
/// ends.
fn elide_middle(ui: &Ui, text: &str, format: &TextFormat, width: f32) -> String {
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
    let ends = |kept: usize| -> String {
        let head = text.chars().take(kept.div_ceil(2));
        let tail = text.chars().skip(count - kept / 2);
        head.chain(['…']).chain(tail).collect()
    };
    // An estimate by the widths of single characters; the actual width differs slightly.
    let mut kept = kept(ui, text, font, width).min(count).min(MOST_LETTERS);
    while kept > 0 && measure(&ends(kept)) > width {
        // The estimate is far too high for characters that are much wider when combined.
        kept -= (kept / 16).max(1);
    }
    ends(kept)
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
