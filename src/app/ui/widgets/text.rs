//! A line of text in its place, known to a screen reader.

use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{Align2, Color32, FontId, Galley, Pos2, Rect, Response, Role, Sense, Ui, WidgetInfo};

use crate::app::theme::{self, font};

/// Where text that is too long loses its letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Elide {
    /// At the end.
    End,
    /// In the middle, where file names and paths say least.
    Middle,
}

/// A text, its face and its colour; [`Text::show`] puts it into a rectangle.
#[derive(Debug)]
pub(crate) struct Text<'a> {
    words: &'a str,
    font: FontId,
    color: Option<Color32>,
    align: Align2,
    elide: Elide,
}

impl<'a> Text<'a> {
    /// Body text, left, centred vertically.
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            words: text,
            font: font::regular(font::BODY),
            color: None,
            align: Align2::LEFT_CENTER,
            elide: Elide::End,
        }
    }

    /// What explains or counts: smaller and muted.
    pub(crate) fn caption(text: &'a str, ui: &Ui) -> Self {
        Self::new(text)
            .font(font::regular(font::CAPTION))
            .color(theme::palette(ui).muted)
    }

    /// In this face.
    pub(crate) fn font(mut self, font: FontId) -> Self {
        self.font = font;
        self
    }

    /// In this colour.
    pub(crate) fn color(mut self, color: Color32) -> Self {
        self.color = Some(color);
        self
    }

    /// At this edge of its rectangle.
    pub(crate) fn align(mut self, align: Align2) -> Self {
        self.align = align;
        self
    }

    /// Lose letters in the middle instead of at the end.
    pub(crate) fn middle(mut self) -> Self {
        self.elide = Elide::Middle;
        self
    }

    /// How it looks in `width` points.
    pub(crate) fn layout(&self, ui: &Ui, width: f32) -> Arc<Galley> {
        let color = self.color.unwrap_or_else(|| theme::palette(ui).text);
        let text = match self.elide {
            Elide::Middle => elide_middle(ui, self.words, &self.font, width),
            Elide::End => self.words.to_owned(),
        };
        let mut job = LayoutJob::simple_singleline(text, self.font.clone(), color);
        job.wrap = TextWrapping::truncate_at_width(width);
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    }

    /// How it looks when it may take several lines.
    pub(crate) fn lines(&self, ui: &Ui, width: f32) -> Arc<Galley> {
        let color = self.color.unwrap_or_else(|| theme::palette(ui).text);
        let (words, font) = (self.words.to_owned(), self.font.clone());
        ui.fonts_mut(|fonts| fonts.layout(words, font, color, width))
    }

    /// Draw what [`Text::lines`] made, from `min` on.
    pub(crate) fn show_lines(&self, ui: &mut Ui, min: Pos2, galley: Arc<Galley>) {
        let response = ui.allocate_rect(Rect::from_min_size(min, galley.size()), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, self.words));
        ui.painter().galley(min, galley, Color32::PLACEHOLDER);
    }

    /// How wide it is when nothing is left out.
    pub(crate) fn width(&self, ui: &Ui) -> f32 {
        self.layout(ui, f32::INFINITY).size().x.ceil()
    }

    /// Draw it inside `rect` as a part of something that has a name of its own. Whether all of it
    /// is seen.
    pub(crate) fn paint(self, ui: &Ui, rect: Rect) -> bool {
        let galley = self.layout(ui, rect.width());
        let place = self.align.align_size_within_rect(galley.size(), rect);
        let whole = !galley.elided && galley.text().len() >= self.words.len();
        ui.painter().galley(place.min, galley, Color32::PLACEHOLDER);
        whole
    }

    /// Draw it inside `rect`. Text that lost letters shows them under the pointer.
    pub(crate) fn show(self, ui: &mut Ui, rect: Rect) -> Response {
        let galley = self.layout(ui, rect.width());
        let place = self.align.align_size_within_rect(galley.size(), rect);
        let whole = !galley.elided && galley.text().len() >= self.words.len();
        let response = ui.allocate_rect(place.intersect(rect), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, self.words));
        ui.painter().galley(place.min, galley, Color32::PLACEHOLDER);
        if whole {
            response
        } else {
            response.on_hover_text(self.words)
        }
    }
}

/// `text` with `…` in its middle if it is wider than `width`; both ends keep equally many letters.
fn elide_middle(ui: &Ui, text: &str, font: &FontId, width: f32) -> String {
    let measure = |text: &str| {
        let job = LayoutJob::simple_singleline(text.to_owned(), font.clone(), Color32::PLACEHOLDER);
        ui.fonts_mut(|fonts| fonts.layout_job(job)).size().x
    };
    if measure(text) <= width {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let shortened = |kept: usize| -> String {
        let (head, tail) = (kept.div_ceil(2), kept / 2);
        let (head, tail) = (&letters[..head], &letters[letters.len() - tail..]);
        head.iter().chain(&['…']).chain(tail).collect()
    };
    // The most letters that still fit.
    let (mut fits, mut too_many) = (0, letters.len());
    while fits + 1 < too_many {
        let kept = usize::midpoint(fits, too_many);
        if measure(&shortened(kept)) <= width {
            fits = kept;
        } else {
            too_many = kept;
        }
    }
    shortened(fits)
}
