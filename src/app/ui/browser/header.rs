//! The header of the remote folder: the host, the path and the filter.

use egui::{InputState, Key, Modifiers, Rect, Ui, pos2, vec2};

use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::browse::Browse;
use crate::app::symbols::{
    ICON_ARROW_DOWNWARD, ICON_ARROW_UPWARD, ICON_CHEVRON_RIGHT, ICON_CLOSE, ICON_FOLDER,
    ICON_REFRESH, ICON_SEARCH,
};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::app::ui::page::Row;
use crate::app::ui::widgets::{Button, Field, Text};
use crate::app::ui::{card_header, entered, keys, lock};
use crate::{format, t};
use landline_engine::name_bytes;

/// The width of the filter field.
const FILTER: f32 = 170.0;
/// Its width beside the words that people compare.
const SMALL_FILTER: f32 = 130.0;
/// Its width in a narrow window.
const NARROW_FILTER: f32 = 104.0;
/// From this width on, there is space for everything.
const ROOMY: f32 = 1080.0;
/// The maximum width of a breadcrumb.
const CRUMB: f32 = 160.0;

/// Draws the header at the top of `card`, which excludes the horizontal padding; returns its
/// bottom.
pub(super) fn ui(
    ui: &mut Ui,
    card: Rect,
    narrow: bool,
    model: &mut Model,
    actions: &mut Vec<Action>,
) -> f32 {
    let middle = card.top() + card_header::MIDDLE + space::XS;
    let tools = Rect::from_min_max(
        pos2(card.left(), middle - size::SMALL_CONTROL / 2.0),
        card.max,
    );
    let mut row = Row::new(tools, size::SMALL_CONTROL, space::S);
    let text = t!("refresh");
    let tip = keys::tip(ui, &text, keys::REFRESH);
    let needs_space = needs_space(model, card);
    let refresh = if narrow || needs_space {
        Button::icon_only(ICON_REFRESH, &text)
    } else {
        Button::new(&text).icon(ICON_REFRESH).small()
    };
    let refresh = refresh.enabled(model.can_list());
    let refresh_rect = row.right(refresh.width(ui));
    let whole_name = t!("download-this-folder");
    let whole = if narrow {
        Button::icon_only(ICON_ARROW_DOWNWARD, &whole_name)
    } else {
        Button::new(&whole_name).icon(ICON_ARROW_DOWNWARD).small()
    };
    let whole = whole.enabled(model.client.browse.whole().is_some());
    let whole_rect = row.right(whole.width(ui));
    let clear = row.right(filter_width(narrow, needs_space));
    let has_filter = !model.client.browse.filter().is_empty();
    let mut filter_rect = clear;
    if has_filter {
        filter_rect.max.x -= size::SMALL_CONTROL;
    }

    let browse = &mut model.client.browse;
    let mut title = row.rest();
    title.max.x -= space::S;
    let host = browse.place().map_or("", |place| &place.host);
    let shift = middle - card.top() - card_header::MIDDLE;
    let place = Rect::from_min_max(pos2(title.left(), card.top() + shift), title.max);
    let name = t!("files-on", host = host);
    let right = card_header::ui(ui, place, 0.0, Some(ICON_FOLDER), &name, "");
    let mut rest = title;
    rest.min.x = (right + space::S).min(rest.right());
    let text = remark(browse);
    let text = Text::new(&text)
        .in_row()
        .font(font::regular(font::NUMBER))
        .color(theme::palette(ui).muted);
    // Only the folder's contents are announced; the selection announces itself.
    let text = if browse.chosen().0 == 0 {
        text.spoken()
    } else {
        text
    };
    if let Some(folder) = browse.folder() {
        let right = text.show(ui, rest).rect.right();
        rest.min.x = (right + space::M).min(rest.right());
        let place = rest.with_max_x(rest.right() - space::S);
        lock::ui(ui, place, folder.protection, host);
    }

    let mut filter = browse.filter().to_owned();
    let label = t!("filter");
    let field = Field::new(&label)
        .hint(&label)
        .icon(ICON_SEARCH)
        .without_label()
        .show(ui, filter_rect, &mut filter)
        .on_hover_text(keys::tip(ui, &label, keys::FILTER));
    // Escape has already taken the focus from it.
    let had_keyboard = ui.memory(|memory| memory.had_focus_last_frame(field.id));
    let is_escape = |input: &mut InputState| input.consume_key(Modifiers::NONE, Key::Escape);
    if had_keyboard && ui.input_mut(is_escape) {
        filter.clear();
    }
    if has_filter {
        let name = t!("clear-filter");
        let place = Rect::from_min_max(pos2(filter_rect.right(), tools.top()), clear.max);
        let button = Button::icon_only(ICON_CLOSE, &name);
        if button.show(ui, place).clicked() {
            filter.clear();
        }
    }
    browse.set_filter(filter);
    if browse.len() > 0 && entered(ui, &field) {
        browse.enter();
        model.show_chosen();
    }
    let browse = &mut model.client.browse;
    if whole.show(ui, whole_rect).clicked() {
        actions.extend(super::download_whole(browse));
    }
    if refresh.tooltip(&tip).show(ui, refresh_rect).clicked() {
        actions.push(Action::Refresh);
    }
    let bottom = card.top() + card_header::HEIGHT + space::S;
    if browse.above().is_none() {
        return bottom;
    }
    let line = Rect::from_min_size(
        pos2(card.left(), bottom),
        vec2(card.width(), size::SMALL_CONTROL),
    );
    crumbs(ui, line, browse, actions);
    line.bottom() + space::XS
}

fn filter_width(narrow: bool, needs_space: bool) -> f32 {
    match (narrow, needs_space) {
        (true, _) => NARROW_FILTER,
        (false, true) => SMALL_FILTER,
        (false, false) => FILTER,
    }
}

/// Whether the words that people compare need the space of other texts.
fn needs_space(model: &Model, card: Rect) -> bool {
    let shown = model.client.browse.folder();
    let has_words = shown.is_some_and(|folder| lock::words_of(folder.protection).is_some());
    has_words && card.width() < ROOMY
}

/// The number of selected entries, or of all entries.
fn remark(browse: &Browse) -> String {
    let (chosen, bytes) = browse.chosen();
    match chosen {
        0 => match browse.folder().map(|folder| folder.entries.len()) {
            None => String::new(),
            Some(all) if browse.len() == all => t!("items", count = all),
            Some(all) => t!("items-of", count = browse.len(), all = all),
        },
        _ if bytes == 0 => t!("chosen", count = chosen),
        _ => t!("chosen-size", count = chosen, size = format::bytes(bytes)),
    }
}

/// The parent button and the breadcrumbs.
fn crumbs(ui: &mut Ui, line: Rect, browse: &mut Browse, actions: &mut Vec<Action>) {
    let palette = theme::palette(ui);
    let mut row = Row::new(line, size::SMALL_CONTROL, 0.0);
    let name = t!("folder-above");
    let tip = keys::tip(ui, &name, keys::ABOVE);
    let up = Button::icon_only(ICON_ARROW_UPWARD, &name).tooltip(&tip);
    let up = up.show(ui, row.left(size::SMALL_CONTROL));
    // Whether the focused button disappears with the click.
    let mut is_lost = false;
    if up.clicked()
        && let Some(place) = browse.above()
    {
        is_lost |= place.path.is_empty() && up.has_focus();
        actions.push(Action::OpenFolder(place));
    }
    let crumbs = browse.crumbs();
    let host = browse.place().map_or("", |place| &*place.host);
    let steps = [(host, "")].into_iter().chain(crumbs);
    let mut steps: Vec<_> = steps
        .map(|(name, path)| (name_bytes::shown(name), path))
        .collect();
    let here = steps.pop();
    // If there is little space, the last folders are the most useful.
    let mut room = line.width() - size::SMALL_CONTROL - CRUMB;
    let mut first = steps.len();
    for (index, (name, _)) in steps.iter().enumerate().rev() {
        room -= Button::plain(name).width(ui).min(CRUMB) + card_header::ICON_COLUMN;
        if room < 0.0 {
            break;
        }
        first = index;
    }
    for (name, path) in &steps[first..] {
        let button = Button::plain(name);
        let spoken = t!("go-to-folder", name = &**name);
        let button = button.name(&spoken).cut();
        let rect = row.left(button.width(ui).min(CRUMB));
        let button = button.show(ui, rect);
        if button.clicked() {
            actions.extend(browse.place_at(path).map(Action::OpenFolder));
            is_lost |= button.has_focus();
        }
        let gap = row.left(card_header::ICON_COLUMN - space::S);
        let (left, middle) = (gap.left(), gap.center().y);
        card_header::glyph(ui, left, middle, ICON_CHEVRON_RIGHT, palette.muted);
    }
    let mut rest = row.rest();
    rest.min.x += space::XS;
    Text::new(here.as_ref().map_or("", |(name, _)| name))
        .font(font::medium(font::NUMBER))
        .middle()
        .show(ui, rest);
    browse.wants_keyboard |= is_lost;
}
