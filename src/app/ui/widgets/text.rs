//! A label, with elision and an accessible name.

use std::ops::Range;
use std::sync::Arc;

use egui::accesskit::{Action, Live};
use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{
    Align2, Color32, FontId, Galley, Pos2, Rect, Response, Role, Ui, WidgetInfo, WidgetText,
};

use super::pass_on::{Click, pass_on};
use super::{bidi, elide, selection};
use crate::app::theme;
use crate::app::theme::font;

/// Where text that is too long is elided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Elide {
    /// At the end.
    End,
    /// In the middle, for file names and paths.
    Middle,
}

/// Whose context menu a label has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Menu {
    /// Its own, which copies it.
    Own,
    /// That of the row around it.
    Row,
}

/// A label; [`Text::show`] draws it.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub(crate) struct Text<'a> {
    words: &'a str,
    font: FontId,
    color: Option<Color32>,
    align: Align2,
    elide: Elide,
    tabular: bool,
    explained: bool,
    spoken: bool,
    clicks_row: bool,
    menu: Menu,
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
            clicks_row: false,
            menu: Menu::Own,
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

    /// Without a context menu: the row around it has one.
    pub(crate) fn in_row(mut self) -> Self {
        self.menu = Menu::Row;
        self
    }

    /// [`in_row`](Self::in_row), and a click on it is one on the row: see [`super::row_clicked`].
    pub(crate) fn clicks_row(mut self) -> Self {
        self.clicks_row = true;
        self.in_row()
    }

    /// Lays it out in one line of `width` points.
    pub(crate) fn layout(&self, ui: &Ui, width: f32) -> Arc<Galley> {
        let color = self.color.unwrap_or_else(|| theme::palette(ui).text);
        let format = TextFormat::simple(self.font.clone(), color);
        let mut job = match self.elide {
            _ if self.tabular => tabular(ui, self.words, &format),
            Elide::Middle => elide::whole(&elide::middle(ui, self.words, &format, width), &format),
            Elide::End => elide::whole(self.words, &format),
        };
        job.wrap = TextWrapping::truncate_at_width(width);
        lay_out(ui, job)
    }

    /// Lays it out in several lines.
    pub(crate) fn lines(&self, ui: &Ui, width: f32) -> Arc<Galley> {
        let color = self.color.unwrap_or_else(|| theme::palette(ui).text);
        let (words, font) = (self.words.to_owned(), self.font.clone());
        lay_out(ui, LayoutJob::simple(words, font, color, width))
    }

    /// Lays it out in several centred lines.
    pub(crate) fn centered(&self, ui: &Ui, width: f32) -> Arc<Galley> {
        let color = self.color.unwrap_or_else(|| theme::palette(ui).text);
        let mut job = LayoutJob::simple(self.words.to_owned(), self.font.clone(), color, width);
        job.halign = egui::Align::Center;
        lay_out(ui, job)
    }

    /// Draws the result of [`Text::lines`] from `min`, or that of [`Text::centered`] around it.
    pub(crate) fn show_lines(&self, ui: &mut Ui, min: Pos2, galley: Arc<Galley>) -> Response {
        let rect = galley.rect.translate(min.to_vec2());
        self.put(ui, rect, min, galley)
    }

    /// The width of the whole text.
    pub(crate) fn width(&self, ui: &Ui) -> f32 {
        self.layout(ui, f32::INFINITY).size().x.ceil()
    }

    /// Paints it inside `rect` without a widget of its own. Returns whether it is complete.
    pub(crate) fn paint(self, ui: &Ui, rect: Rect) -> bool {
        let galley = self.layout(ui, rect.width());
        let place = self.align.align_size_within_rect(galley.size(), rect);
        let whole = !is_elided(&galley, self.words);
        ui.painter().galley(place.min, galley, Color32::PLACEHOLDER);
        whole
    }

    /// Draws it inside `rect`. The whole of an elided text is shown as a tooltip.
    pub(crate) fn show(self, ui: &mut Ui, rect: Rect) -> Response {
        let galley = self.layout(ui, rect.width());
        let place = self.align.align_size_within_rect(galley.size(), rect);
        let whole = self.explained || !is_elided(&galley, self.words);
        let response = self.put(ui, place.intersect(rect), place.min, galley);
        if self.spoken {
            ui.ctx().accesskit_node_builder(response.id, |node| {
                node.set_live(Live::Polite);
            });
        }
        if whole {
            response
        } else {
            response.on_hover_text(tooltip(ui, self.words))
        }
    }

    /// Draws `galley` from `min` as a label that can be selected in `rect`.
    fn put(&self, ui: &mut Ui, rect: Rect, min: Pos2, galley: Arc<Galley>) -> Response {
        let response = ui.allocate_rect(rect, selection::sense(ui));
        announce(&response, self.words);
        selection::draw(ui, &response, min, galley, self.words, |galley| {
            sources(self.words, galley)
        });
        match self.menu {
            Menu::Own => selection::menu(&response, self.words),
            Menu::Row => pass_on(&response, Click::Secondary),
        }
        if self.clicks_row {
            pass_on(&response, Click::Primary);
        }
        response
    }
}

/// Draws the layout of `words` from `min` as a label that can be selected.
pub(crate) fn label(ui: &mut Ui, min: Pos2, galley: Arc<Galley>, words: &str) -> Response {
    Text::new(words).show_lines(ui, min, galley)
}

/// Announces a label, but not as something to click on, which it is only for the pointer.
pub(super) fn announce(label: &Response, words: &str) {
    label.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    let ctx = &label.ctx;
    ctx.accesskit_node_builder(label.id, |node| node.remove_action(Action::Click));
}

/// A tooltip with right-to-left words in the order in which they are read.
pub(crate) fn tooltip(ui: &Ui, words: &str) -> WidgetText {
    if !bidi::is_needed(words) {
        return words.into();
    }
    let (font, color) = (font::regular(font::BODY), theme::palette(ui).text);
    let width = ui.spacing().tooltip_width;
    lay_out(ui, LayoutJob::simple(words.to_owned(), font, color, width)).into()
}

/// Lays out `job`, right-to-left words in the order in which they are read.
pub(crate) fn lay_out(ui: &Ui, job: LayoutJob) -> Arc<Galley> {
    let plain = |job| ui.fonts_mut(|fonts| fonts.layout_job(job));
    if !bidi::is_needed(&job.text) {
        return plain(job);
    }
    let is_one_row = job.wrap.max_rows == 1;
    let rows = if is_one_row {
        Vec::new()
    } else {
        bidi::rows(&plain(job.clone()))
    };
    plain(bidi::visual(&job, &rows))
}

/// Whether less than the whole of `text` is drawn.
fn is_elided(galley: &Galley, text: &str) -> bool {
    galley.elided || dots(galley.text()) > dots(text)
}

fn dots(text: &str) -> usize {
    text.matches('…').count()
}

/// The bytes of `text` that each glyph stands for of `galley`, which may be elided in the middle and
/// in another order.
fn sources(text: &str, galley: &mut Arc<Galley>) -> Vec<Range<usize>> {
    let chars = text.char_indices();
    let mut kept: Vec<_> = chars.map(|(at, c)| at..at + c.len_utf8()).collect();
    let mut logical = text.to_owned();
    if dots(galley.text()) > dots(text) {
        let count = galley.text().chars().count().saturating_sub(1);
        logical = elide::ends(text, count);
        let (head, tail) = (count.div_ceil(2), kept.len() - count / 2);
        let hidden = kept[head].start..kept[tail - 1].end;
        kept.splice(head..tail, [hidden]);
    }
    if !bidi::is_needed(&logical) {
        return kept;
    }
    let Some(glyphs) = bidi::sources(&logical, galley) else {
        // Better too much than the wrong part.
        return vec![0..text.len(); galley.text().chars().count()];
    };
    // A glyph without a character stands for nothing.
    let chars = |bytes: &Range<usize>| {
        let first = logical[..bytes.start].chars().count();
        first..first + logical[bytes.clone()].chars().count()
    };
    let source = |chars: Range<usize>| match kept.get(chars) {
        Some([first, .., last]) => first.start..last.end,
        Some([only]) => only.clone(),
        _ => 0..0,
    };
    glyphs.iter().map(chars).map(source).collect()
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

#[cfg(test)]
mod tests {
    use egui::{Context, RawInput};

    use super::*;
    use crate::app::fonts;

    /// The texts for which `glyphs` of `text` stand, which is laid out in `width` points.
    fn copied(text: &str, width: f32, glyphs: Range<usize>) -> String {
        let ctx = Context::default();
        fonts::install(&ctx);
        let mut parts = Vec::new();
        let draw = |ui: &mut Ui| {
            let mut galley = Text::new(text).middle().layout(ui, width);
            let all = sources(text, &mut galley);
            assert_eq!(galley.text().chars().count(), all.len());
            parts = all[glyphs.start..glyphs.end.min(all.len())].to_vec();
        };
        ctx.run_ui(RawInput::default(), draw).textures_delta.clear();
        parts.sort_by_key(|part| part.start);
        parts.into_iter().map(|part| &text[part]).collect()
    }

    #[test]
    fn a_part_of_what_is_drawn_stands_for_a_part_of_the_text() {
        let (all, long) = (
            f32::INFINITY,
            "a text that is far too long for its place.tar.gz",
        );
        for (text, width, glyphs, expected) in [
            ("abcdefgh", all, 1..3, "bc"),
            // With what is hidden in the middle.
            (long, 100.0, 0..3, "a t"),
            (long, 100.0, 3..99, &long[3..]),
            ("שלום עולם.pdf", all, 0..99, "שלום עולם.pdf"),
            // The word at the left is the second, and its letter at the left is its last.
            ("שלום עולם.pdf", all, 0..4, "עולם"),
            ("שלום עולם.pdf", all, 0..1, "ם"),
            ("שלום עולם.pdf", all, 8..12, "שלום"),
            ("שלום עולם.pdf", all, 16..18, "pd"),
        ] {
            assert_eq!(
                copied(text, width, glyphs.clone()),
                expected,
                "{text} {glyphs:?}"
            );
        }
    }
}
