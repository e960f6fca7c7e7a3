//! The rows of the remote folder. Only visible ones are drawn, so that 100,000 cost no more than
//! ten.

use egui::{
    Align2, Id, Modifiers, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};

use super::columns::Columns;
use super::menu::Choice;
use super::{keyboard, menu};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::browse::{Browse, Column};
use crate::app::symbols::{ICON_DRAFT, ICON_FOLDER};
use crate::app::theme;
use crate::app::theme::{font, radius, size};
use crate::app::ui::widgets::Text;
use crate::app::ui::{card_header, widgets};
use crate::{format, t};
use landline_engine::client::RemoteEntry;
use landline_engine::name_bytes;

/// The effect of a click on a row.
enum Click {
    /// Select it, with these modifiers.
    Choose(usize, Modifiers),
    /// Open or download it.
    Take(usize),
}

/// The list is a single tab stop; the arrow keys move inside it.
pub(super) fn id() -> Id {
    Id::unique("remote files")
}

/// The list widget, with or without rows.
fn list(ui: &mut Ui, area: Rect, browse: &mut Browse) -> egui::Response {
    let list = ui.interact(area, id(), Sense::focusable_noninteractive());
    if std::mem::take(&mut browse.wants_keyboard) {
        list.request_focus();
    }
    let host = browse.place().map_or("", |place| &*place.host);
    let name = t!("files-on", host = host);
    list.widget_info(|| WidgetInfo::labeled(Role::ListBox, true, &name));
    list
}

/// Keeps the keyboard focus while there are no rows, so that a user who navigates by keyboard can
/// continue in the next folder.
pub(super) fn keep(ui: &mut Ui, area: Rect, browse: &mut Browse, actions: &mut Vec<Action>) {
    let list = list(ui, area, browse);
    widgets::focus_ring(ui, &list, area.shrink(2.0), radius::KNOB);
    keyboard::without_rows(ui, browse, actions);
}

/// Draws the rows into `area`, whose right edge leaves space for the scroll bar.
pub(super) fn ui(
    ui: &mut Ui,
    area: Rect,
    columns: &Columns,
    model: &mut Model,
    actions: &mut Vec<Action>,
) {
    let browse = &mut model.client.browse;
    let rows = Rect::from_min_size(area.min, vec2(columns.width(), area.height()));
    let list = list(ui, rows, browse);
    let id = list.id;
    let count = browse.len();
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_multiselectable();
        node.set_size_of_set(count);
    });
    let page = (area.height() / size::FILE_ROW).floor();
    let has_keyboard = ui.memory(|memory| memory.has_focus(id));
    let take = keyboard::ui(ui, page, model, actions);

    let browse = &mut model.client.browse;
    if widgets::gained_focus(&list) {
        list.scroll_to_me(None);
        browse.follow = true;
    }
    let shown = rows_ui(ui, id, area, columns, browse, has_keyboard);
    // With a cursor, no focus ring around the list is needed.
    if browse.cursor().is_none() {
        widgets::focus_ring(ui, &list, rows.shrink(2.0), radius::KNOB);
    }
    if shown.click.is_some() {
        list.request_focus();
    }
    if shown.is_pointed_at {
        model.show_chosen();
    }
    let at_cursor = shown.cursor.unwrap_or(rows.with_max_y(rows.top()));
    let by_key = menu::by_key(&list, at_cursor, model);
    if let Some(choice) = shown.choice.or(by_key) {
        menu::carry_out(choice, model, actions);
    }
    match shown.click {
        Some(Click::Choose(row, held)) => {
            let browse = &mut model.client.browse;
            browse.click(row, held.command, held.shift);
            model.show_chosen();
        }
        Some(Click::Take(row)) => {
            model.client.browse.click(row, false, false);
            self::take(model, actions);
        }
        None if take => self::take(model, actions),
        None => {}
    }
}

/// What happened to the rows.
#[derive(Default)]
struct Shown {
    click: Option<Click>,
    /// Whether a context menu was opened, which may have changed the selection.
    is_pointed_at: bool,
    /// What was chosen in it.
    choice: Option<Choice>,
    /// The visible row with the cursor.
    cursor: Option<Rect>,
}

fn rows_ui(
    ui: &mut Ui,
    list: Id,
    area: Rect,
    columns: &Columns,
    browse: &mut Browse,
    has_keyboard: bool,
) -> Shown {
    let mut done = Shown::default();
    let builder = UiBuilder::new().max_rect(area).id_salt("files");
    let mut inner = ui.new_child(builder.accessibility_parent(list));
    inner.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical()
        .id_salt(browse.place().map(|of| (&of.host, of.port, &of.path)))
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .show_rows(&mut inner, size::FILE_ROW, browse.len(), |ui, shown| {
            let top = ui.max_rect().top();
            let start = shown.start;
            let place = |row: usize| {
                #[expect(clippy::cast_precision_loss, reason = "exact up to millions of rows")]
                let down = (row as f32 - start as f32) * size::FILE_ROW;
                let min = pos2(ui.max_rect().left(), top + down);
                Rect::from_min_size(min, vec2(columns.width(), size::FILE_ROW))
            };
            let follow = browse.cursor().filter(|_| browse.follow).map(place);
            let places: Vec<_> = shown.map(|row| (row, place(row))).collect();
            if let Some(rect) = follow {
                ui.scroll_to_rect(rect, None);
            }
            for (row, rect) in places {
                let Some(entry) = browse.row(row) else {
                    continue;
                };
                let marks = Marks {
                    is_chosen: browse.is_chosen(row),
                    is_cursor: has_keyboard && browse.cursor() == Some(row),
                };
                // A row whose name changes is another widget.
                let builder = UiBuilder::new().max_rect(rect).id_salt((row, &entry.name));
                let clicked = entry_ui(&mut ui.new_child(builder), rect, columns, entry, &marks);
                ui.ctx().accesskit_node_builder(clicked.id, |node| {
                    node.set_selected(marks.is_chosen);
                    node.set_position_in_set(row);
                });
                if marks.is_cursor {
                    // The list has the focus, but the row is announced.
                    ui.ctx().accesskit_node_builder(list, |node| {
                        node.set_active_descendant(clicked.id.accesskit_id());
                    });
                }
                if widgets::double_clicked(&clicked) {
                    done.click = Some(Click::Take(row));
                } else if clicked.clicked() {
                    let held = ui.input(|input| input.modifiers);
                    done.click = Some(Click::Choose(row, held));
                } else if clicked.secondary_clicked() {
                    done.is_pointed_at = true;
                    browse.point_at(row);
                    ui.memory_mut(|memory| memory.request_focus(list));
                }
                if browse.cursor() == Some(row) {
                    done.cursor = Some(rect);
                }
                let choice = menu::chosen(&clicked, browse);
                done.choice = done.choice.or(choice);
            }
        });
    browse.follow = false;
    done
}

/// The state of a row.
struct Marks {
    is_chosen: bool,
    /// The keyboard cursor is on it.
    is_cursor: bool,
}

fn entry_ui(
    ui: &mut Ui,
    rect: Rect,
    columns: &Columns,
    entry: &RemoteEntry,
    marks: &Marks,
) -> egui::Response {
    let palette = theme::palette(ui);
    let shown = name_bytes::shown(&entry.name);
    let id = ui.make_persistent_id("row");
    // Not a tab stop: there may be 100,000.
    let response = ui.interact(rect, id, Sense::CLICK);
    response.widget_info(|| WidgetInfo::labeled(Role::ListBoxOption, true, &shown));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_description(details(entry));
    });
    let ground = if marks.is_chosen {
        Some(palette.soft_accent)
    } else if response.hovered() {
        Some(palette.hover)
    } else {
        None
    };
    if let Some(ground) = ground {
        ui.painter().rect_filled(rect, 0, ground);
    }
    widgets::line(ui, rect.left(), rect.right(), rect.bottom() - 0.5);
    if marks.is_cursor {
        let stroke = egui::Stroke::new(1.0, palette.accent);
        let inside = egui::StrokeKind::Inside;
        ui.painter().rect_stroke(rect, radius::KNOB, stroke, inside);
    }
    let cell = |column| columns.cell(column, rect);
    let mut is_whole = true;
    if let Some(mut name) = cell(Column::Name) {
        let (icon, color) = if entry.is_folder {
            (ICON_FOLDER, palette.accent)
        } else {
            (ICON_DRAFT, palette.muted)
        };
        card_header::glyph(ui, name.left(), rect.center().y, icon, color);
        name.min.x += card_header::ICON_COLUMN - 2.0;
        let text = Text::new(&shown).font(font::regular(font::BODY));
        is_whole = text.middle().paint(ui, name);
    }
    let number = |ui: &mut Ui, column, text: String| {
        if let Some(cell) = cell(column) {
            Text::new(&text)
                .font(font::regular(font::NUMBER))
                .color(palette.muted)
                .align(Align2::RIGHT_CENTER)
                .paint(ui, cell);
        }
    };
    if let Some(bytes) = entry.size.filter(|_| !entry.is_folder) {
        number(ui, Column::Size, format::bytes(bytes));
    }
    if let Some(modified) = entry.modified {
        number(ui, Column::Modified, format::relative_time(modified));
    }
    if is_whole {
        response
    } else {
        response.on_hover_text(widgets::tooltip(ui, &shown))
    }
}

/// The text of the other columns, for a screen reader, including that it is a folder.
fn details(entry: &RemoteEntry) -> String {
    let kind = entry.is_folder.then(|| t!("folder"));
    let size = entry.size.filter(|_| !entry.is_folder).map(format::bytes);
    let modified = entry.modified.map(format::relative_time);
    let all: Vec<_> = [kind, size, modified].into_iter().flatten().collect();
    all.join(", ")
}

/// Opens the selected folder if it is the only entry, or else downloads the selection. If the
/// fields differ from the selection, this only updates the fields.
fn take(model: &mut Model, actions: &mut Vec<Action>) {
    let browse = &model.client.browse;
    let Some(place) = browse.place().filter(|_| browse.shows_chosen()) else {
        return;
    };
    if !model.is_browsed_host() {
        model.show_chosen();
        return;
    }
    let alone = browse.chosen().0 == 1;
    let folder = browse
        .cursor()
        .filter(|row| alone && browse.is_chosen(*row))
        .and_then(|row| browse.folder_at(row));
    if let Some(folder) = folder {
        actions.push(Action::OpenFolder(folder));
    } else {
        let names = browse.chosen_names();
        actions.push(Action::DownloadFrom(place.clone(), names));
        model.show_chosen();
    }
}
