//! What stands below the name: what came of it, why, what to do, and which files did not arrive.

use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{Align, Align2, Galley, Rect, Role, Sense, TextFormat, Ui, WidgetInfo, pos2, vec2};
use egui_material_icons::icons::{ICON_EXPAND_LESS, ICON_EXPAND_MORE};

use super::words::{self, Part, Reason};
use super::{Offer, WIDE, offers};
use crate::app::actions::Action;
use crate::app::model::row::Row;
use crate::app::theme::{self, font, size, space};
use crate::app::ui::widgets::{Button, Text};
use crate::app::ui::{card_header, error_strip};
use crate::net::{FailedFile, Incomplete, Outcome};
use crate::t;

/// A line.
const LINE: f32 = 18.0;
/// How much lower text begins than the button beside it.
const DROP: f32 = 5.0;
/// The part of a line for the name of a file that did not arrive; the rest says why.
const NAME_SHARE: f32 = 0.4;
/// Between the parts of a line.
const DOT: &str = "·";

/// All of it, laid out for a row of some width.
pub(super) struct Details<'a> {
    lines: Vec<Vec<Part>>,
    reason: Option<(String, Arc<Galley>)>,
    offers: Vec<Offer>,
    failed: Option<Failed<'a>>,
    /// Buttons stand below the text.
    narrow: bool,
}

/// Files that did not arrive.
struct Failed<'a> {
    count: u64,
    examples: &'a [FailedFile],
    name: &'a str,
    unfolded: bool,
}

impl<'a> Details<'a> {
    /// Of `row`, which is `width` wide.
    pub(super) fn new(ui: &Ui, row: &'a Row, width: f32) -> Self {
        let narrow = width < WIDE;
        let offers = offers::below(row);
        let mut room = width - card_header::ICON_COLUMN;
        if !narrow && !offers.is_empty() {
            room -= row_width(ui, &offers) + space::L;
        }
        let mut lines = words::lines(row, theme::palette(ui));
        if narrow {
            lines = lines.into_iter().flat_map(paths_below).collect();
        }
        let failed = match row.transfer.outcome() {
            Some(Outcome::Incomplete(Incomplete {
                failed, examples, ..
            })) if !examples.is_empty() => Some(Failed {
                count: *failed,
                examples,
                name: row.transfer.name(),
                unfolded: row.unfolded,
            }),
            _ => None,
        };
        Self {
            lines,
            reason: words::reason(row).map(|reason| paragraph(ui, &reason, room)),
            offers,
            failed,
            narrow,
        }
    }

    /// How high it is.
    pub(super) fn height(&self) -> f32 {
        let mut height = self.head_height();
        if let Some(failed) = &self.failed {
            height += failed.height(self.narrow);
        }
        // What has buttons has air below them, too.
        if self.offers.is_empty() {
            height
        } else {
            height + space::XS
        }
    }

    /// Text and buttons.
    fn head_height(&self) -> f32 {
        let text = self.text_height();
        if self.offers.is_empty() {
            text
        } else if self.narrow {
            buttons_top(text) + size::SMALL_CONTROL
        } else {
            (self.drop() + text).max(size::SMALL_CONTROL)
        }
    }

    fn text_height(&self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a few lines")]
        let lines = self.lines.len() as f32 * LINE;
        let reason = self.reason.as_ref();
        lines + reason.map_or(0.0, |(_, galley)| self.reason_gap() + galley.size().y)
    }

    /// Between the small numbers and a reason below them.
    fn reason_gap(&self) -> f32 {
        if self.narrow { space::XS } else { 0.0 }
    }

    /// In the middle of the button's height if it is one line.
    fn drop(&self) -> f32 {
        if self.narrow || self.offers.is_empty() {
            0.0
        } else {
            DROP
        }
    }

    /// Draw it from the top of `area` on; whether the list of files was folded or unfolded.
    pub(super) fn ui(self, ui: &mut Ui, area: Rect, actions: &mut Vec<Action>) -> bool {
        let below = area.top() + self.head_height();
        let mut end = area.right();
        if !self.offers.is_empty() {
            let width = row_width(ui, &self.offers);
            let start = if self.narrow {
                pos2(area.left(), area.top() + buttons_top(self.text_height()))
            } else {
                end = area.right() - width - space::L;
                pos2(area.right() - width, area.top())
            };
            buttons(ui, start, &self.offers, actions);
        }
        let mut y = area.top() + self.drop();
        for parts in &self.lines {
            line(
                ui,
                Rect::from_min_max(pos2(area.left(), y), pos2(end, y + LINE)),
                parts,
            );
            y += LINE;
        }
        y += self.reason_gap();
        if let Some((spoken, galley)) = self.reason {
            let rect = Rect::from_min_size(pos2(area.left(), y), galley.size());
            let response = ui.allocate_rect(rect, Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
            ui.painter()
                .galley(rect.min, galley, theme::palette(ui).text);
        }
        let Some(failed) = self.failed else {
            return false;
        };
        let area = Rect::from_min_max(pos2(area.left(), below), area.max);
        failed.ui(ui, area, self.narrow)
    }
}

impl Failed<'_> {
    fn height(&self, narrow: bool) -> f32 {
        let button = size::SMALL_CONTROL + space::XS;
        if !self.unfolded {
            return button;
        }
        let each = if narrow { 2.0 * LINE } else { LINE };
        let others = if self.others() > 0 { LINE } else { 0.0 };
        #[expect(clippy::cast_precision_loss, reason = "a few examples")]
        let examples = self.examples.len() as f32 * each;
        button + examples + others + space::XS
    }

    /// Those that are not among the examples.
    fn others(&self) -> u64 {
        self.count.saturating_sub(self.examples.len() as u64)
    }

    /// Whether the button was clicked.
    fn ui(&self, ui: &mut Ui, area: Rect, narrow: bool) -> bool {
        let (count, name) = (self.count, self.name);
        let (icon, text, name) = if self.unfolded {
            let name = t!("hide-failed-files-of", name = name);
            (ICON_EXPAND_LESS, t!("hide-failed-files"), name)
        } else {
            let text = t!("show-failed-files", count = count);
            let name = t!("show-failed-files-of", count = count, name = name);
            (ICON_EXPAND_MORE, text, name)
        };
        let button = Button::plain(&text).name(&name).icon(icon).slot(0);
        let top = area.top() + space::XS;
        let place = Rect::from_min_size(
            // Its icon stands where text begins.
            pos2(area.left() - space::S, top),
            vec2(button.width(ui), size::SMALL_CONTROL),
        );
        let clicked = button.show(ui, place).clicked();
        if self.unfolded {
            let list = Rect::from_min_max(pos2(area.left(), place.bottom()), area.max);
            self.list(ui, list, narrow);
        }
        clicked
    }

    fn list(&self, ui: &mut Ui, area: Rect, narrow: bool) {
        let palette = theme::palette(ui);
        let mut y = area.top();
        let mut next = |from: f32, to: f32, down: bool| {
            let rect = Rect::from_min_max(pos2(from, y), pos2(to, y + LINE));
            y += if down { LINE } else { 0.0 };
            rect
        };
        let (left, right) = (area.left(), area.right());
        for FailedFile { name, why } in self.examples {
            let why = why.to_string();
            let name = Text::caption(name, ui).color(palette.text).middle();
            if narrow {
                name.show(ui, next(left, right, true));
                Text::caption(&why, ui).show(ui, next(left, right, true));
            } else {
                let middle = left + (area.width() * NAME_SHARE).floor();
                name.show(ui, next(left, middle - space::M, false));
                Text::caption(&why, ui).show(ui, next(middle, right, true));
            }
        }
        if self.others() > 0 {
            let others = t!("and-others", count = self.others());
            Text::caption(&others, ui).show(ui, next(left, right, true));
        }
    }
}

/// Where buttons begin below a text of this height.
fn buttons_top(text: f32) -> f32 {
    if text > 0.0 {
        text + space::S
    } else {
        space::XS
    }
}

/// What is spoken, and how it looks in `width` points.
fn paragraph(ui: &Ui, reason: &Reason, width: f32) -> (String, Arc<Galley>) {
    match reason {
        Reason::Over(why) => (why.to_string(), error_strip::words(ui, why, width)),
        Reason::Waiting(why, next) => {
            let palette = theme::palette(ui);
            let format = |color| TextFormat {
                valign: Align::Center,
                line_height: Some(LINE),
                ..TextFormat::simple(font::regular(font::CAPTION), color)
            };
            let mut job = LayoutJob::default();
            job.append(why, 0.0, format(palette.error));
            job.append(next, space::S, format(palette.muted));
            job.wrap.max_width = width;
            let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
            (format!("{why} {next}"), galley)
        }
    }
}

/// A path needs a line of its own where there is little room.
fn paths_below(parts: Vec<Part>) -> impl Iterator<Item = Vec<Part>> {
    let (paths, words): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.is_path);
    [words, paths].into_iter().filter(|parts| !parts.is_empty())
}

/// Parts side by side, a dot between them.
fn line(ui: &mut Ui, rect: Rect, parts: &[Part]) {
    let mut x = rect.left();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            let dot = Text::caption(DOT, ui).layout(ui, f32::INFINITY);
            let place = Align2::LEFT_CENTER.anchor_size(pos2(x, rect.center().y), dot.size());
            x = place.right() + space::XS;
            ui.painter().galley(place.min, dot, part.color);
        }
        let place = Rect::from_min_max(
            pos2(x, rect.top()),
            pos2(rect.right().max(x), rect.bottom()),
        );
        let text = Text::caption(&part.text, ui).color(part.color);
        let text = if part.is_path { text.middle() } else { text };
        x = text.show(ui, place).rect.right() + space::XS;
    }
}

fn row_width(ui: &Ui, offers: &[Offer]) -> f32 {
    let widths = offers
        .iter()
        .map(|offer| Button::new(&offer.text).small().width(ui) + space::S);
    widths.sum::<f32>() - space::S
}

/// Side by side from `start` on.
fn buttons(ui: &mut Ui, start: egui::Pos2, offers: &[Offer], actions: &mut Vec<Action>) {
    let mut x = start.x;
    for offer in offers {
        let button = Button::new(&offer.text).name(&offer.name).small();
        let button = match &offer.tooltip {
            Some(tooltip) => button.tooltip(tooltip),
            None => button,
        };
        let width = button.width(ui);
        let rect = Rect::from_min_size(pos2(x, start.y), vec2(width, size::SMALL_CONTROL));
        x = rect.right() + space::S;
        if button.show(ui, rect).clicked() {
            actions.push(offer.action.clone());
        }
    }
}
