//! The card with the remote folder.

mod columns;
mod failed;
mod header;
mod keyboard;
mod list;
mod menu;

use egui::{Align2, Rect, Sense, Ui, pos2, vec2};

use super::page::Page;
use super::widgets::{self, Text};
use super::{card_header, empty, lock};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::browse::{Browse, State};
use crate::app::symbols::{ICON_FOLDER, ICON_SEARCH_OFF};
use crate::app::theme;
use crate::app::theme::{size, space};
use crate::t;

/// The header, the column names and three rows.
pub(crate) const MIN_HEIGHT: f32 = card_header::HEIGHT + 4.0 * size::FILE_ROW + space::XL;
/// The same if the user makes it small.
pub(crate) const SPLIT_HEIGHT: f32 = MIN_HEIGHT - size::FILE_ROW;

/// Draws the card, `height` points high.
pub(crate) fn ui(
    ui: &mut Ui,
    page: &mut Page,
    height: f32,
    model: &mut Model,
    actions: &mut Vec<Action>,
) {
    let card = page.card(ui, height);
    let inner = card.shrink2(vec2(page.padding(), 0.0));
    // Below everything else in the card.
    let mut space = ui.interact(card, ui.scope_id().with("folder"), Sense::CLICK);
    let mut y = header::ui(ui, inner, page.narrow, model, actions);
    // The keys are for the list or the header.
    space.rect.max.y = y;
    if let Some(choice) = menu::folder(&space, model) {
        menu::carry_out(choice, model, actions);
    }
    if space.clicked() && model.client.browse.chosen().0 > 0 {
        model.client.browse.choose_none();
        model.show_chosen();
    }
    let state = model.client.browse.state().clone();
    if let State::Failed(why) = &state {
        let rest = Rect::from_min_max(pos2(inner.left(), y), inner.max);
        list::keep(ui, rest, &mut model.client.browse, actions);
        failed::ui(ui, rest, why, model, actions);
        return;
    }
    let Some(folder) = model.client.browse.folder() else {
        let rest = Rect::from_min_max(pos2(inner.left(), y), inner.max);
        list::keep(ui, rest, &mut model.client.browse, actions);
        Text::new(&t!("asking"))
            .color(theme::palette(ui).muted)
            .align(Align2::CENTER_CENTER)
            .spoken()
            .show(ui, rest);
        return;
    };
    let mut notes = Vec::new();
    if let Some(words) = lock::words_of(folder.protection).filter(|_| page.narrow) {
        // Beside the lock, there is no space for them.
        notes.push(t!("encrypted-with-words", words = words));
    }
    if model.client.browse.is_first_visit {
        notes.push(t!("first-visit"));
    }
    if folder.is_cut {
        notes.push(t!("folder-cut", count = folder.entries.len()));
    }
    if folder.is_index {
        notes.push(t!("index-page"));
    }
    if folder.nameless > 0 {
        notes.push(t!("nameless", count = folder.nameless));
    }
    let is_empty = folder.entries.is_empty();
    let has_notes = !notes.is_empty();
    let mut bottom = card.bottom() - space::S;
    for note in notes {
        let line = Rect::from_min_max(
            pos2(inner.left(), bottom - size::LABEL),
            pos2(inner.right(), bottom),
        );
        Text::caption(&note, ui).show(ui, line);
        bottom = line.top() - space::XS;
    }
    if has_notes {
        // Rows that are scrolled out of view end here.
        widgets::line(ui, inner.left(), inner.right(), bottom);
    }
    if model.client.browse.len() == 0 {
        let rest = Rect::from_min_max(pos2(inner.left(), y), pos2(inner.right(), bottom));
        list::keep(ui, rest, &mut model.client.browse, actions);
        if is_empty {
            empty::ui(ui, rest, ICON_FOLDER, &t!("empty-folder"), "");
        } else {
            let filter = model.client.browse.filter();
            let text = t!("nothing-found", filter = filter.trim());
            empty::ui(ui, rest, ICON_SEARCH_OFF, &text, "");
        }
        return;
    }
    let columns = columns::Columns::new(inner, page.narrow);
    y = columns.names(ui, y, &mut model.client.browse);
    // The scroll bar overlays the padding.
    let right = card.right() - space::XS;
    let area = Rect::from_min_max(pos2(inner.left(), y), pos2(right, bottom));
    list::ui(ui, area, &columns, model, actions);
}

/// Downloads the folder that is shown.
fn download_whole(browse: &Browse) -> Option<Action> {
    let (place, name) = (browse.place()?.clone(), browse.whole()?);
    Some(Action::DownloadFrom(place, vec![name]))
}
