//! The states of both sides: names beside the lifelines, or chips on them in a compact diagram.

use egui::{Align2, Color32, CornerRadius, Rect, Shape, Stroke, StrokeKind, Ui, Vec2, pos2, vec2};

use super::super::layout::is_short;
use super::super::words;
use super::Painter;
use crate::app::model::line::{Side, Tense};
use crate::app::theme;
use crate::app::theme::{Palette, font, radius, space};
use landline_engine::transport::tcp::TcpState;

/// A chip's padding and height.
const CHIP: Vec2 = vec2(7.0, 17.0);

impl Painter<'_> {
    pub(super) fn state(
        &self,
        ui: &Ui,
        palette: &Palette,
        (side, state, is_current, tense): (Side, TcpState, bool, Tense),
        y: f32,
        has_node: bool,
    ) {
        let color = color(palette, is_current, tense);
        let x = self.x[side as usize];
        if has_node && tense != Tense::Future {
            let ring = if is_current {
                palette.accent
            } else {
                palette.text
            };
            let center = pos2(x, y);
            let stroke = Stroke::new(1.5, ring);
            ui.painter().circle(center, 3.0, palette.card, stroke);
        }
        let middle = if has_node { y + 6.0 } else { y + 2.0 };
        let (align, at) = match side {
            Side::Own => (Align2::RIGHT_CENTER, x - self.gap()),
            Side::Peer => (Align2::LEFT_CENTER, x + self.gap()),
        };
        let name = self.text(ui, state.name(), font::mono(font::CAPTION), color);
        let width = name.size().x;
        let Some(word) = words::word(state) else {
            self.put(ui, name, align, pos2(at, middle), color);
            return;
        };
        let quiet = if is_current { color } else { palette.muted };
        let word = self.text(ui, &word, font::regular(font::CAPTION), quiet);
        if is_short(state) {
            let (name_at, word_at) = match side {
                Side::Own => (at - word.size().x - space::XS, at),
                Side::Peer => (at, at + width + space::XS),
            };
            self.put(ui, name, align, pos2(name_at, middle), color);
            self.put(ui, word, align, pos2(word_at, middle), quiet);
        } else {
            self.put(ui, name, align, pos2(at, middle), color);
            self.put(ui, word, align, pos2(at, middle + 15.0), quiet);
        }
    }

    pub(super) fn chip(
        &self,
        ui: &Ui,
        palette: &Palette,
        (side, state, is_current, tense): (Side, TcpState, bool, Tense),
        y: f32,
        has_node: bool,
    ) {
        let color = color(palette, is_current, tense);
        let name = self.text(ui, state.name(), font::mono(font::CAPTION), color);
        let middle = if has_node { y + 14.0 } else { y + 4.0 };
        let chip = vec2(name.size().x + 2.0 * CHIP.x, CHIP.y);
        let rect = Rect::from_center_size(pos2(self.x[side as usize], middle), chip);
        let (fill, line) = if is_current {
            (palette.soft_accent, palette.accent)
        } else {
            (palette.card, palette.line)
        };
        let corners = CornerRadius::same(radius::PILL);
        if tense == Tense::Future {
            ui.painter().rect_filled(rect, corners, fill);
            let quiet = Stroke::new(1.0, palette.muted.gamma_multiply(theme::share::RESTING));
            dashed_pill(ui, rect.shrink(0.5), quiet);
        } else {
            let stroke = Stroke::new(1.0, line);
            ui.painter()
                .rect(rect, corners, fill, stroke, StrokeKind::Inside);
        }
        self.put(ui, name, Align2::CENTER_CENTER, rect.center(), color);
    }
}

fn color(palette: &Palette, is_current: bool, tense: Tense) -> Color32 {
    match tense {
        _ if is_current => palette.accent,
        Tense::Future => palette.muted,
        Tense::Past | Tense::Now => palette.text,
    }
}

/// A pill with a dashed outline.
fn dashed_pill(ui: &Ui, rect: Rect, stroke: Stroke) {
    let radius = rect.height() / 2.0;
    let mut path = Vec::new();
    for (center, begin) in [
        (pos2(rect.right() - radius, rect.center().y), -0.25_f32),
        (pos2(rect.left() + radius, rect.center().y), 0.25),
    ] {
        for step in 0_u8..=8 {
            let turn = begin + f32::from(step) / 16.0;
            path.push(center + radius * Vec2::angled(turn * std::f32::consts::TAU));
        }
    }
    path.extend(path.first().copied());
    ui.painter()
        .extend(Shape::dashed_line(&path, stroke, 3.0, 3.0));
}
