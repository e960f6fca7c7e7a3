//! The strip that says in one sentence what limits the transfer, and which part of the connection that is.

use std::sync::Arc;

use egui::{Align2, Color32, CornerRadius, Galley, Rect, Stroke, Ui, pos2, vec2};

use crate::app::symbols::{ICON_CHECK_CIRCLE, ICON_SPEED, ICON_WARNING, MaterialIcon};
use crate::app::theme;
use crate::app::theme::{Palette, font, radius, size, space};
use crate::app::ui::card_header;
use crate::app::ui::widgets::Text;
use crate::t;
use crate::text::verdict as text;
use landline_engine::verdict::{Finding, Part, Tone};

/// The minimum height of the strip.
const HEIGHT: f32 = 56.0;
/// Above and below its text.
const PADDING: f32 = 10.0;
/// The width of the three parts, and the distance between them.
const PARTS: f32 = 212.0;
const PITCH: f32 = 74.0;
/// Below this width, the parts are left out.
const NARROW: f32 = 560.0;

/// The strip, laid out.
pub(super) struct Strip {
    tone: Tone,
    part: Option<Part>,
    title: String,
    detail: Option<String>,
    width: f32,
}

impl Strip {
    /// Words of `finding` for a strip of `width` points.
    pub(super) fn new(finding: &Finding, width: f32) -> Self {
        Self {
            tone: finding.verdict.tone(),
            part: finding.verdict.part(),
            title: text::title(finding).to_string(),
            detail: text::detail(finding).map(|detail| detail.to_string()),
            width,
        }
    }

    /// Of a connection that could not be opened.
    pub(super) fn failed(title: String, detail: String, width: f32) -> Self {
        Self {
            tone: Tone::Error,
            part: None,
            title,
            detail: Some(detail),
            width,
        }
    }

    fn has_parts(&self) -> bool {
        self.width >= NARROW && self.tone != Tone::Error
    }

    fn texts(&self, ui: &Ui) -> [Arc<Galley>; 2] {
        let parts = if self.has_parts() { PARTS } else { 0.0 };
        let room = self.width - 2.0 * space::M - card_header::ICON_COLUMN - parts;
        let detail = self.detail.as_deref().unwrap_or_default();
        [
            self.title_text().lines(ui, room),
            detail_text(ui, detail).lines(ui, room),
        ]
    }

    fn title_text(&self) -> Text<'_> {
        Text::new(&self.title)
            .font(font::semibold(font::BODY))
            .spoken()
    }

    /// The height: more than one line each is needed in a narrow window.
    pub(super) fn height(&self, ui: &Ui) -> f32 {
        let [title, detail] = self.texts(ui);
        let mut height = title.size().y;
        if self.detail.is_some() {
            height += detail.size().y + 2.0;
        }
        (height + 2.0 * PADDING).max(HEIGHT).ceil()
    }

    /// Draws the strip into `rect`.
    pub(super) fn ui(&self, ui: &mut Ui, rect: Rect) {
        let palette = theme::palette(ui);
        let (icon, color, ground) = look(palette, self.tone);
        let corners = CornerRadius::same(radius::CONTROL);
        ui.painter().rect_filled(rect, corners, ground);
        let left = rect.left() + space::M;
        card_header::glyph(ui, left, rect.center().y, icon, color);
        let [title, detail] = self.texts(ui);
        let mut height = title.size().y;
        if self.detail.is_some() {
            height += detail.size().y + 2.0;
        }
        let x = left + card_header::ICON_COLUMN;
        let top = rect.center().y - height / 2.0;
        let below = top + title.size().y + 2.0;
        // Announced when it changes.
        let shown = self.title_text().show_lines(ui, pos2(x, top), title);
        ui.ctx().accesskit_node_builder(shown.id, |node| {
            node.set_live(egui::accesskit::Live::Polite);
        });
        if let Some(words) = &self.detail {
            detail_text(ui, words).show_lines(ui, pos2(x, below), detail);
        }
        if self.has_parts() {
            parts(ui, rect, self.part, color);
        }
    }
}

fn detail_text<'a>(ui: &Ui, detail: &'a str) -> Text<'a> {
    Text::new(detail)
        .font(font::regular(font::NUMBER))
        .color(theme::palette(ui).muted)
}

fn look(palette: &Palette, tone: Tone) -> (MaterialIcon, Color32, Color32) {
    match tone {
        Tone::Good => (ICON_CHECK_CIRCLE, palette.good, palette.soft_good),
        Tone::Error => (ICON_WARNING, palette.error, palette.soft_error),
        Tone::Neutral => (ICON_SPEED, palette.accent, palette.soft_accent),
    }
}

/// Draws sender, network and receiver, with the limiting one filled.
fn parts(ui: &mut Ui, rect: Rect, limit: Option<Part>, color: Color32) {
    let palette = theme::palette(ui);
    let y = rect.center().y - 9.0;
    let pitch = PITCH;
    let middle = rect.right() - 42.0 - pitch;
    let all = [
        (Part::Sender, t!("end-sender")),
        (Part::Network, t!("end-network")),
        (Part::Receiver, t!("end-receiver")),
    ];
    let mut before: Option<f32> = None;
    for (offset, (part, name)) in [-1.0, 0.0, 1.0].into_iter().zip(&all) {
        let x = middle + offset * pitch;
        let is_limit = limit == Some(*part);
        let line = Stroke::new(1.5, color);
        if let Some(before) = before {
            ui.painter().hline(before..=x - 12.0, y, line);
        }
        before = Some(x + 12.0);
        if is_limit {
            ui.painter().circle_filled(pos2(x, y), 7.0, color);
        } else {
            ui.painter().circle_stroke(pos2(x, y), 4.5, line);
        }
        let face = if is_limit {
            font::semibold(font::CAPTION)
        } else {
            font::regular(font::CAPTION)
        };
        let ink = if is_limit {
            palette.text
        } else {
            palette.muted
        };
        let place = Rect::from_center_size(pos2(x, y + 18.0), vec2(pitch - 4.0, size::LABEL));
        let text = Text::new(name).font(face).color(ink);
        text.align(Align2::CENTER_CENTER).show(ui, place);
    }
}
