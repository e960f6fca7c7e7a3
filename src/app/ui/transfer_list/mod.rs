//! The rows of a transfer list, with those of calls above them. Only visible rows are laid out and drawn, because a list may have
//! ten thousand.

mod call_row;
mod follow;
mod header;
mod keyboard;
mod layout;
mod total;

use egui::{Color32, Direction, Rect, ScrollArea, Shape, Ui, UiBuilder, pos2, vec2};

use self::follow::Follow;
use self::keyboard::{Focus, Next};
use self::layout::Layout;
use super::page::Page;
use super::transfer_row::{Slot, Wanted};
use super::{transfer_row, widgets};
use crate::app::actions::Action;
use crate::app::model::Calls;
use crate::app::model::totals::Totals;
use crate::app::model::transfers::Transfers;
use crate::app::theme;
use crate::app::theme::{radius, size, space};
use crate::settings::Tab;
use landline_engine::call::encoding::Encoding;

pub(super) use self::header::{downloads, served};

/// Rows within this distance are laid out, too: Tab can move to their buttons, and the list scrolls
/// to them.
const BEYOND: f32 = 160.0;

/// From the top of the card to the line below its header.
const TOP: f32 = 46.0;
/// A card lower than this has no footer; its text is in the header instead.
const LOW: f32 = 240.0;

/// The height of the shade where rows are cut off.
const SHADE: f32 = 20.0;

/// The state of the list between frames.
#[derive(Clone, Debug, Default)]
struct Memory {
    follow: Follow,
    focus: Option<Focus>,
    /// The target of a navigation key.
    next: Option<Next>,
}

/// What the list of a tab shows.
#[derive(Debug)]
pub(crate) struct List<'a> {
    /// The tab.
    pub tab: Tab,
    /// The transfers.
    pub transfers: &'a mut Transfers,
    /// The calls, above the transfers.
    pub calls: &'a mut Calls,
    /// The encoding of the calls' texts.
    pub encoding: Encoding,
}

/// Draws the rows below the header of `card`, and the footer.
pub(crate) fn ui(
    ui: &mut Ui,
    card: Rect,
    page: &Page,
    shown: &mut List<'_>,
    actions: &mut Vec<Action>,
) {
    let padding = page.padding();
    let (left, right) = (card.left() + padding, card.right() - padding);
    let top = card.top() + TOP;
    let mut bottom = card.bottom() - space::XS;
    widgets::line(ui, left, right, top);
    match totals(shown.transfers) {
        Some(sum) if card.height() < LOW => {
            // On the edge of the card, because a bar above the first row would seem to be its own.
            let inset = vec2(f32::from(radius::CARD), 0.0);
            let edge = card.split_top_bottom_at_y(card.top() + size::THIN_BAR).0;
            total::thin_bar(ui, edge.shrink2(inset), &sum);
        }
        Some(sum) => {
            bottom = card.bottom() - total::HEIGHT;
            let footer = Rect::from_min_max(pos2(left, bottom), pos2(right, card.bottom()));
            total::ui(ui, footer, &sum);
        }
        None => {}
    }
    // The scroll bar overlays the padding.
    let area = Rect::from_min_max(pos2(left, top), pos2(card.right() - space::XS, bottom));
    rows(ui, area, right - left, shown, actions);
}

/// The height of a card that shows all rows in `width` points, in points and at most `most`.
pub(crate) fn wanted_height(
    ui: &Ui,
    width: f32,
    (transfers, calls): (&Transfers, &Calls),
    most: f32,
) -> f32 {
    let calls = call_row::all_height(calls.len(), width);
    let rows = (calls + layout::height(ui, width, transfers, most)).min(most);
    let with_foot = TOP + rows + total::HEIGHT;
    let height = match totals(transfers) {
        Some(_) if with_foot >= LOW => with_foot,
        _ => TOP + rows + space::XS,
    };
    height.ceil().min(most)
}

/// The totals if there are several transfers: a single row shows the same.
fn totals(transfers: &Transfers) -> Option<Totals> {
    transfers.totals().filter(|sum| sum.count > 1)
}

fn rows(ui: &mut Ui, area: Rect, width: f32, shown: &mut List<'_>, actions: &mut Vec<Action>) {
    let calls_end = call_row::all_height(shown.calls.len(), width);
    let transfers = &mut *shown.transfers;
    let id = ui.scope_id().with("transfers");
    let mut memory: Memory = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    let mut inner = ui.new_child(UiBuilder::new().max_rect(area).id_salt("transfers"));
    let follow = &mut memory.follow;
    follow.height = area.height();
    let layout = Layout::new(&inner, (calls_end, width), transfers, follow);
    let wanted = transfers.take_wanted();
    let mut target = follow.target((&inner, area), &layout, transfers, wanted);
    if let Some(key) = transfers.take_returned() {
        memory.next = Some((key, Slot::Line));
    }
    // A dialog has the keyboard, and gives it back to a row whose buttons may be others then.
    let is_covered = ui.memory(|memory| memory.top_modal_layer().is_some());
    let had = memory.focus.filter(|_| !is_covered);
    let keyboard = keyboard::wanted(&layout, had, memory.next.take());
    if let Some((index, Wanted::Take(_))) = keyboard {
        target = follow.reveal(&layout, index, target);
    }
    let mut list = ScrollArea::vertical()
        .auto_shrink(false)
        .min_scrolled_height(0.0);
    if (target - follow.offset).abs() > 0.0 {
        list = list.vertical_scroll_offset(target);
    }
    let calls = (shown.tab, &mut *shown.calls, shown.encoding);
    let shown = list.show_viewport(&mut inner, |ui, viewport| {
        let origin = ui.max_rect().min;
        let place = |top: f32, height: f32| {
            Rect::from_min_size(origin + vec2(0.0, top), vec2(width, height))
        };
        call_row::all(ui, viewport.expand(BEYOND), calls, width, actions);
        let mut focus = None;
        for index in layout.between(viewport.top() - BEYOND, viewport.bottom() + BEYOND) {
            let Some(row) = transfers.row_mut(index) else {
                break;
            };
            let rect = place(layout.top(index), layout.height(index));
            if rect.top() > origin.y {
                widgets::line(ui, rect.left(), rect.right(), rect.top());
            }
            let builder = UiBuilder::new().max_rect(rect).id_salt(row.key);
            let own = keyboard.filter(|(wanted, _)| *wanted == index);
            let own = own.map(|(_, wanted)| wanted);
            let shown =
                ui.scope_builder(builder, |ui| transfer_row::ui(ui, rect, row, own, actions));
            layout.check(ui, row, shown.inner.height);
            if let Some(slot) = shown.inner.focus {
                focus = Some((
                    Focus::new(&layout, index, row, slot),
                    ui.is_rect_visible(rect),
                ));
            }
        }
        ui.expand_to_include_rect(place(0.0, layout.end()));
        focus
    });
    let focus = shown.inner.map(|(focus, _)| focus);
    let focus = focus.or(memory.focus.filter(|_| is_covered));
    if let Some((focus, is_seen)) = shown.inner {
        let had = memory.focus.is_some_and(|before| before.row == focus.row);
        let was_led = matches!(keyboard, Some((_, Wanted::Take(_))));
        if had || was_led {
            memory.next = keyboard::keys(
                ui,
                &layout,
                transfers,
                (focus, is_seen),
                area.height(),
                actions,
            );
            if memory.next.is_some() {
                ui.ctx().request_repaint();
            }
        }
    }
    let has_moved = focus.is_some() && focus != memory.focus;
    memory.focus = focus;
    let offset = shown.state.clamped_offset().y;
    shade(ui, area, offset, layout.end() - area.height() - offset);
    memory.follow.drawn(&layout, transfers, (target, offset));
    ui.data_mut(|data| data.insert_temp(id, memory));
    if wanted.is_some() || has_moved {
        // If the page scrolls, too: the list has only scrolled its own content.
        ui.scroll_to_rect(area, None);
    }
}

/// Fades the edges where rows are cut off: `above` and `below` points of the list are out of view.
fn shade(ui: &Ui, area: Rect, above: f32, below: f32) {
    let card = theme::palette(ui).card;
    let (top, bottom) = (area.top() + SHADE, area.bottom() - SHADE);
    for (hidden, direction, edge) in [
        (above, Direction::TopDown, area.split_top_bottom_at_y(top).0),
        (
            below,
            Direction::BottomUp,
            area.split_top_bottom_at_y(bottom).1,
        ),
    ] {
        let solid = card.gamma_multiply((hidden / SHADE).clamp(0.0, 1.0));
        let colors = [solid, Color32::TRANSPARENT];
        ui.painter()
            .add(Shape::gradient_rect(edge, direction, colors));
    }
}
