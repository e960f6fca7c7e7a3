//! The card with the TCP sockets of this program, collapsed to its title or expanded. The system is asked only while it
//! is expanded and visible.

use std::time::{Duration, Instant};

use egui::{Align2, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::page::{Page, slot};
use super::widgets::{Button, Text};
use super::{card_header, transfer_row, widgets};
use crate::app::actions::Action;
use crate::app::model::sockets::{SocketRow, SocketTable, Unlisted};
use crate::app::symbols::{ICON_EXPAND_LESS, ICON_EXPAND_MORE};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::{format, t};
use landline_engine::transport::tcp::TcpState;

/// The height of a row.
const ROW: f32 = 24.0;
/// The number of rows without scrolling.
const MANY: usize = 8;
/// The height when collapsed.
const COLLAPSED: f32 = 2.0 * card_header::MIDDLE;
/// The width of the states.
const STATE: f32 = 100.0;
/// How often the table changes.
const EVERY: Duration = Duration::from_secs(1);

/// The height of the card.
pub(crate) fn height(table: &SocketTable) -> f32 {
    if !table.expanded {
        return COLLAPSED;
    }
    let rows = match &table.found {
        Some(Ok(rows)) => rows.len().clamp(1, MANY),
        _ => 1,
    };
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let rows = rows as f32;
    card_header::HEIGHT + rows * ROW + space::M
}

/// Draws the card.
pub(crate) fn ui(ui: &mut Ui, page: &mut Page, table: &mut SocketTable, actions: &mut Vec<Action>) {
    let card = page.card(ui, height(table));
    let padding = page.padding();
    let count = match &table.found {
        Some(Ok(rows)) if table.expanded => format::grouped(rows.len() as u64),
        _ => String::new(),
    };
    card_header::ui(ui, card, padding, None, &t!("sockets"), &count);
    let (icon, name) = if table.expanded {
        (ICON_EXPAND_MORE, t!("hide-sockets"))
    } else {
        (ICON_EXPAND_LESS, t!("show-sockets"))
    };
    let place = Align2::RIGHT_CENTER.anchor_size(
        pos2(
            card.right() - padding + space::XS,
            card.top() + card_header::MIDDLE,
        ),
        vec2(size::SMALL_CONTROL, size::SMALL_CONTROL),
    );
    let toggle = Button::icon_only(icon, &name).slot(slot::SOCKETS);
    if toggle.show(ui, place).clicked() {
        table.expanded = !table.expanded;
        table.wanted = table.expanded;
    }
    if !table.expanded {
        return;
    }
    if table.found.is_some() && std::mem::take(&mut table.wanted) {
        ui.scroll_to_rect(card, None);
    }
    if ui.is_rect_visible(card) || table.wanted {
        if table.is_due(Instant::now()) {
            actions.push(Action::LookUpSockets);
        }
        ui.ctx().request_repaint_after(EVERY);
    }
    let area = Rect::from_min_max(
        pos2(card.left() + padding, card.top() + card_header::HEIGHT),
        pos2(card.right() - padding, card.bottom() - space::M),
    );
    let rows = match &table.found {
        Some(Ok(rows)) => rows,
        Some(Err(why)) => {
            let why = match why {
                Unlisted::Unsupported => t!("sockets-unsupported"),
                Unlisted::Failed(why) => t!("sockets-failed", why = why),
            };
            Text::caption(&why, ui).show(ui, area.with_max_y(area.top() + ROW));
            return;
        }
        None => return,
    };
    let mut inner = ui.new_child(UiBuilder::new().max_rect(area).id_salt("sockets"));
    inner.spacing_mut().item_spacing.y = 0.0;
    let narrow = page.narrow;
    ScrollArea::vertical()
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .show_rows(&mut inner, ROW, rows.len(), |ui, range| {
            for index in range {
                let (_, rect) = ui.allocate_space(vec2(ui.available_width(), ROW));
                let socket = &rows[index].socket;
                let salt = (socket.local, socket.peer);
                let builder = UiBuilder::new().max_rect(rect).id_salt(salt);
                row_ui(
                    &mut ui.new_child(builder),
                    rect,
                    &rows[index],
                    narrow,
                    actions,
                );
            }
        });
}

fn row_ui(ui: &mut Ui, rect: Rect, row: &SocketRow, narrow: bool, actions: &mut Vec<Action>) {
    let palette = theme::palette(ui);
    let socket = &row.socket;
    let place = match socket.state {
        TcpState::Listen => socket.local.to_string(),
        _ => t!(
            "socket-pair",
            local = socket.local.to_string(),
            peer = socket.peer.to_string()
        ),
    };
    let figures = figures(row, narrow);
    let spoken = [socket.state.name(), &place, &row.name, &figures].map(str::to_owned);
    let spoken = transfer_row::joined(&spoken);
    let whole = if row.opens.is_some() {
        let whole = ui.interact(rect, ui.scope_id().with("socket"), Sense::click());
        whole.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
        if whole.hovered() {
            let inside = rect.expand2(vec2(space::S, 0.0));
            ui.painter()
                .rect_filled(inside, theme::radius::KNOB, palette.hover);
        }
        widgets::focus_ring(ui, &whole, rect.shrink(1.0), theme::radius::KNOB);
        whole
    } else {
        let whole = ui.interact(rect, ui.scope_id().with("socket"), Sense::hover());
        whole.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
        whole
    };
    let mono = font::mono(font::CAPTION);
    let color = match socket.state {
        TcpState::Listen | TcpState::Established => palette.text,
        TcpState::Closed | TcpState::TimeWait => palette.muted,
        _ => palette.accent,
    };
    let name = Text::new(socket.state.name())
        .font(mono.clone())
        .color(color);
    name.paint(ui, rect.with_max_x(rect.left() + STATE));
    let figures = Text::caption(&figures, ui)
        .tabular()
        .align(Align2::RIGHT_CENTER);
    let width = figures.width(ui);
    figures.paint(ui, rect.with_min_x(rect.right() - width));
    let left = rect.left() + STATE;
    let right = (rect.right() - width - space::M).max(left);
    let text = Text::new(&place).font(mono).middle();
    let width = text.width(ui).min(right - left);
    let mut is_whole = text.paint(ui, Rect::from_x_y_ranges(left..=right, rect.y_range()));
    let left = left + width + space::M;
    if !row.name.is_empty() && left < right {
        let name = Text::caption(&row.name, ui).middle();
        is_whole &= name.paint(ui, Rect::from_x_y_ranges(left..=right, rect.y_range()));
    }
    if let Some((tab, opened)) = row.opens
        && whole.clicked()
    {
        actions.push(Action::Show(tab));
        actions.push(Action::OpenLine(tab, opened));
    }
    if !is_whole {
        whole.on_hover_text(widgets::tooltip(ui, &spoken));
    }
}

/// The queues, or what is left of TIME-WAIT.
fn figures(row: &SocketRow, narrow: bool) -> String {
    let socket = &row.socket;
    if let Some(left) = socket.time_wait_left {
        let secs = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        return t!("socket-time-left", secs = secs);
    }
    let (Some(receive), Some(send)) = (socket.receive_queue, socket.send_queue) else {
        return String::new();
    };
    if socket.state == TcpState::Listen {
        let waiting = u64::from(receive);
        return if narrow && waiting == 0 {
            String::new()
        } else {
            t!("socket-backlog", count = waiting)
        };
    }
    if socket.state == TcpState::TimeWait || narrow && receive == 0 && send == 0 {
        return String::new();
    }
    t!(
        "socket-queues",
        receive = format::bytes(receive.into()),
        send = format::bytes(send.into())
    )
}
