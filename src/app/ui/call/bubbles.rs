//! The conversation: bubbles for what was said, lines for what happened. Only what is visible is drawn, because there
//! may be ten thousand.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{
    Align2, Color32, CornerRadius, Galley, Rect, ScrollArea, Stroke, StrokeKind, Ui, UiBuilder,
    pos2, vec2,
};

use crate::app::model::call::words::{self, Content};
use crate::app::model::call::{Item, Side, View, side};
use crate::app::symbols::{ICON_CALL, ICON_CALL_END, ICON_DRAFT, MaterialIcon};
use crate::app::theme;
use crate::app::theme::{font, radius, size, space};
use crate::app::ui::widgets::{self, Text};
use crate::settings::Talk;
use crate::t;
use landline_engine::call::{Entry, EntryKind};

/// The most that a bubble takes of the width.
const SHARE: f32 = 0.7;
/// The height of the line below a bubble.
const BELOW: f32 = 18.0;
/// Around the text in a bubble.
const PADDING: egui::Vec2 = vec2(12.0, 8.0);
/// The most that an event takes of the width, so that its lines remain visible.
const EVENT_SHARE: f32 = 0.8;
/// How many rows out of view are measured per frame; the others have an estimated height until then.
const AT_ONCE: usize = 100;
/// A row that was not measured is assumed to have this height: a bubble with one line.
const ESTIMATE: f32 = 62.0;
/// Closer to the end than this counts as at the end.
const STILL: f32 = 2.0;

/// The scroll position between frames.
#[derive(Clone, Copy, Debug, Default)]
struct Memory {
    /// The scroll offset.
    offset: f32,
    /// The row at the top, by its place in the whole conversation, and how far it is above the top of the view; `None`
    /// at the end, where new rows keep the end in view.
    anchor: Option<(u64, f32)>,
}

/// Draws the conversation in `area`.
pub(super) fn ui(ui: &mut Ui, area: Rect, view: &mut View, talk: Talk) {
    // The scroll bar overlays the padding.
    let width = area.width();
    let id = ui.scope_id().with(("bubbles", view.id()));
    let mut memory: Memory = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    if std::mem::take(&mut view.wants_end) {
        memory.anchor = None;
    }
    let (acknowledged, can_send) = (view.acknowledged(), view.can_send());
    let shown = Shown {
        talk,
        width,
        acknowledged,
        can_send,
    };
    let (items, entries) = view.items_mut();
    let tops = measure(ui, items, entries, &shown, (&memory, area.height()));
    let end = tops.last().copied().unwrap_or_default();
    let most = (end - area.height()).max(0.0);
    let wanted = match memory.anchor {
        None => most,
        Some((at, above)) => {
            let index = items.partition_point(|item| item.at < at);
            tops[index.min(tops.len() - 1)] + above
        }
    };
    let wanted = wanted.clamp(0.0, most);
    let builder = UiBuilder::new()
        .max_rect(area.with_max_x(area.right() + space::M))
        .id_salt("bubbles");
    let mut inner = ui.new_child(builder);
    let mut list = ScrollArea::vertical()
        .id_salt(view.call.id())
        .auto_shrink(false)
        .min_scrolled_height(0.0);
    if (wanted - memory.offset).abs() > 0.1 {
        list = list.vertical_scroll_offset(wanted);
    }
    let (items, entries) = view.items_mut();
    let drawn = list.show_viewport(&mut inner, |ui, viewport| {
        let origin = ui.max_rect().min;
        let first = tops.partition_point(|top| *top <= viewport.top());
        for index in first.saturating_sub(1)..items.len() {
            let top = tops[index];
            if top > viewport.bottom() {
                break;
            }
            let size = vec2(width, tops[index + 1] - top);
            let rect = Rect::from_min_size(origin + vec2(0.0, top), size);
            let builder = UiBuilder::new().max_rect(rect).id_salt(items[index].at);
            let mut row = ui.new_child(builder);
            draw(&mut row, rect, &items[index], entries, &shown);
        }
        let whole = Rect::from_min_size(origin, vec2(width, end));
        ui.expand_to_include_rect(whole);
    });
    memory.offset = drawn.state.clamped_offset().y;
    let is_at_end = memory.offset >= most - STILL;
    memory.anchor = (!is_at_end).then(|| {
        let index = tops.partition_point(|top| *top <= memory.offset);
        let index = index.saturating_sub(1).min(items.len().saturating_sub(1));
        (items[index].at, memory.offset - tops[index])
    });
    ui.data_mut(|data| data.insert_temp(id, memory));
}

/// What all rows depend on.
struct Shown {
    talk: Talk,
    width: f32,
    acknowledged: u64,
    can_send: bool,
}

/// The tops of all rows, and the end of the last, with new heights for those that are near the view, and for some others.
fn measure(
    ui: &Ui,
    items: &mut [Item],
    entries: &[Entry],
    shown: &Shown,
    (memory, view): (&Memory, f32),
) -> Vec<f32> {
    let mut hasher = DefaultHasher::new();
    shown.width.to_bits().hash(&mut hasher);
    ui.pixels_per_point().to_bits().hash(&mut hasher);
    (shown.talk.hex, shown.talk.encoding, shown.can_send).hash(&mut hasher);
    // A text that differs in every language.
    t!("call-arrived").hash(&mut hasher);
    let of = hasher.finish();
    let mut portion = AT_ONCE;
    let start = match memory.anchor {
        None => items.len(),
        Some((at, _)) => items.partition_point(|item| item.at <= at),
    };
    // From the view upwards, and then from there downwards.
    let mut near = 0.0;
    let mut is_known = true;
    let (above, below) = items.split_at_mut(start);
    for (index, item) in above.iter_mut().rev().chain(below).enumerate() {
        if index == start {
            near = 0.0;
        }
        let is_near = near < 2.0 * view;
        if item.height.is_none_or(|(_, old)| old != of) {
            if is_near || portion > 0 {
                portion = portion.saturating_sub(usize::from(!is_near));
                let height = height(ui, item, entries, shown);
                item.height = Some((height, of));
            } else {
                is_known = false;
            }
        }
        near += item.height.map_or(ESTIMATE, |(height, _)| height);
    }
    if !is_known {
        // The others follow in the next frames.
        ui.ctx().request_repaint();
    }
    let mut tops = Vec::with_capacity(items.len() + 1);
    let mut y = space::S;
    for item in items {
        tops.push(y);
        y += item.height.map_or(ESTIMATE, |(height, _)| height);
    }
    tops.push(y + space::S);
    tops
}

fn height(ui: &Ui, item: &Item, entries: &[Entry], shown: &Shown) -> f32 {
    let entries = &entries[item.entries.clone()];
    if side(&entries[0]).is_some() {
        let galley = bubble(ui, &content(entries, shown), shown.width).0;
        return space::S + galley.size().y + 2.0 * PADDING.y + BELOW;
    }
    let words = event_words(&entries[0], shown.can_send);
    let text = Text::caption(&words, ui);
    let rows = text.centered(ui, shown.width * EVENT_SHARE).size().y;
    rows.max(size::LABEL) + 2.0 * space::S
}

fn draw(ui: &mut Ui, rect: Rect, item: &Item, entries: &[Entry], shown: &Shown) {
    let before = item.entries.start.checked_sub(1).map(|at| &entries[at]);
    let entries = &entries[item.entries.clone()];
    let Some(side) = side(&entries[0]) else {
        event(ui, rect, &entries[0], shown.can_send);
        return;
    };
    let palette = theme::palette(ui);
    let is_own = side == Side::Own;
    let (galley, words) = bubble(ui, &content(entries, shown), shown.width);
    let extent = galley.size() + 2.0 * PADDING;
    let top = rect.top() + space::S;
    let left = if is_own {
        rect.right() - extent.x
    } else {
        rect.left()
    };
    let place = Rect::from_min_size(pos2(left, top), extent);
    let (fill, border) = if is_own {
        (palette.soft_accent, Color32::TRANSPARENT)
    } else {
        (palette.background, palette.line)
    };
    ui.painter().rect(
        place,
        CornerRadius::same(radius::CARD),
        fill,
        Stroke::new(1.0, border),
        StrokeKind::Inside,
    );
    widgets::label(ui, place.min + PADDING, galley, &words);
    let below = words::below(entries, before, shown.acknowledged);
    let align = if is_own {
        Align2::RIGHT_CENTER
    } else {
        Align2::LEFT_CENTER
    };
    let line = Rect::from_min_max(
        pos2(rect.left() + PADDING.x, place.bottom()),
        pos2(rect.right() - PADDING.x, place.bottom() + BELOW),
    );
    Text::caption(&below, ui)
        .tabular()
        .align(align)
        .show(ui, line);
}

/// The content of a piece, or of several that are joined.
fn content(entries: &[Entry], shown: &Shown) -> Content {
    let (hex, encoding) = (shown.talk.hex, shown.talk.encoding);
    if let [only] = entries {
        return words::content(words::bytes(only), hex, encoding);
    }
    let all = entries.iter().map(|entry| words::bytes(entry).len());
    let all: usize = all.sum();
    let mut joined = Vec::new();
    for entry in entries {
        joined.extend_from_slice(words::bytes(entry));
        if joined.len() > words::MOST_SHOWN {
            break;
        }
    }
    let missing = (all - joined.len()) as u64;
    let mut content = words::content(&joined, hex, encoding);
    content.more += missing;
    content
}

/// Lays out the content of a bubble in a row of `width` points; returns the text, too.
fn bubble(ui: &Ui, content: &Content, width: f32) -> (Arc<Galley>, String) {
    let palette = theme::palette(ui);
    let mut job = LayoutJob::default();
    job.wrap.max_width = (width * SHARE - 2.0 * PADDING.x).max(1.0);
    let body = font::regular(font::BODY);
    let text = content.text.trim_end_matches('\n');
    match &content.hex {
        None if text.is_empty() => {
            // A line feed alone, for example.
            let mark = "⏎".repeat(content.text.len().clamp(1, 20));
            job.append(&mark, 0.0, TextFormat::simple(body, palette.muted));
        }
        None => job.append(text, 0.0, TextFormat::simple(body, palette.text)),
        Some(hex) => {
            let mono = font::mono(font::CAPTION);
            job.append(hex, 0.0, TextFormat::simple(mono, palette.text));
            let is_readable = text
                .chars()
                .any(|c| !c.is_whitespace() && c != char::REPLACEMENT_CHARACTER);
            if is_readable {
                let text = format!("   {text}");
                job.append(&text, 0.0, TextFormat::simple(body, palette.muted));
            }
        }
    }
    if content.more > 0 {
        let more = format!("\n{}", t!("call-more-bytes", count = content.more));
        let caption = font::regular(font::CAPTION);
        job.append(&more, 0.0, TextFormat::simple(caption, palette.muted));
    }
    let words = job.text.clone();
    (widgets::lay_out(ui, job), words)
}

fn event_words(entry: &Entry, can_send: bool) -> String {
    t!(
        "call-event",
        time = words::clock(entry.at),
        what = words::event(entry, can_send)
    )
}

/// Draws an event between two lines.
fn event(ui: &mut Ui, rect: Rect, entry: &Entry, can_send: bool) {
    let palette = theme::palette(ui);
    let (icon, color): (MaterialIcon, Color32) = match entry.kind {
        EntryKind::OwnReset | EntryKind::PeerReset | EntryKind::Failed(_) => {
            (ICON_CALL_END, palette.error)
        }
        EntryKind::OwnFin | EntryKind::PeerFin => (ICON_CALL_END, palette.text),
        EntryKind::File { .. } => (ICON_DRAFT, palette.muted),
        _ => (ICON_CALL, palette.muted),
    };
    let words = event_words(entry, can_send);
    let text = Text::caption(&words, ui).color(color);
    let galley = text.centered(ui, rect.width() * EVENT_SHARE);
    let size = galley.size();
    let glyph = size::FIELD_ICON + space::S;
    let middle = rect.center();
    let left = middle.x - f32::midpoint(size.x, glyph);
    let right = left + glyph + size.x;
    let text_middle = f32::midpoint(left + glyph, right);
    ui.painter().text(
        pos2(left, middle.y),
        Align2::LEFT_CENTER,
        icon.codepoint,
        font::icon(icon, size::FIELD_ICON),
        color,
    );
    text.show_lines(ui, pos2(text_middle, middle.y - size.y / 2.0), galley);
    widgets::line(ui, rect.left(), left - space::M, middle.y);
    widgets::line(ui, right + space::M, rect.right(), middle.y);
}
