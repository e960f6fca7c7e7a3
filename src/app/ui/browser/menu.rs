//! The context menus of the rows and of the folder.

use egui::{Rect, Response};

use super::super::widgets::menu::{self, Entry};
use crate::app::actions::Action;
use crate::app::model::Model;
use crate::app::model::browse::Browse;
use crate::app::symbols::{
    ICON_ARROW_DOWNWARD, ICON_CONTENT_COPY, ICON_FOLDER_OPEN, ICON_LINK, ICON_REFRESH,
};
use crate::t;
use landline_engine::client::Place;
use landline_engine::name_bytes;

/// An entry of a menu.
#[derive(Clone, Copy, Debug)]
pub(super) enum Choice {
    Open,
    Download,
    CopyLinks,
    CopyNames,
    Refresh,
    DownloadFolder,
}

/// The menu of the selection, opened on the row of `response`.
pub(super) fn chosen(response: &Response, browse: &Browse) -> Option<Choice> {
    menu::context(response, || for_chosen(browse))
}

/// The menu that the keyboard opens in the list, at the row with the cursor: that of the selection or, without one, of
/// the folder.
pub(super) fn by_key(list: &Response, row: Rect, model: &Model) -> Option<Choice> {
    let mut at_row = list.clone();
    at_row.rect = row;
    menu::context(&at_row, || match model.client.browse.chosen().0 {
        0 => for_folder(model),
        _ => for_chosen(&model.client.browse),
    })
}

/// The menu of the folder, on its header and beside its rows.
pub(super) fn folder(response: &Response, model: &Model) -> Option<Choice> {
    menu::context(response, || for_folder(model))
}

fn for_chosen(browse: &Browse) -> Vec<Entry<Choice>> {
    let (count, _) = browse.chosen();
    let is_folder = browse.only_chosen().is_some_and(|name| name.ends_with('/'));
    let open = is_folder.then(|| Entry::new(t!("open"), Choice::Open).icon(ICON_FOLDER_OPEN));
    let (links, names) = if count > 1 {
        (t!("copy-links"), t!("copy-names"))
    } else {
        (t!("copy-link"), t!("copy-name"))
    };
    let rest = [
        Entry::new(t!("download"), Choice::Download).icon(ICON_ARROW_DOWNWARD),
        Entry::new(links, Choice::CopyLinks).icon(ICON_LINK),
        Entry::new(names, Choice::CopyNames).icon(ICON_CONTENT_COPY),
    ];
    open.into_iter().chain(rest).collect()
}

fn for_folder(model: &Model) -> Vec<Entry<Choice>> {
    vec![
        Entry::new(t!("refresh"), Choice::Refresh)
            .icon(ICON_REFRESH)
            .enabled(model.can_list()),
        Entry::new(t!("download-this-folder"), Choice::DownloadFolder)
            .icon(ICON_ARROW_DOWNWARD)
            .enabled(model.client.browse.whole().is_some()),
    ]
}

/// Carries out what was chosen.
pub(super) fn carry_out(choice: Choice, model: &Model, actions: &mut Vec<Action>) {
    let browse = &model.client.browse;
    let Some(place) = browse.place() else {
        return;
    };
    let names = |shown: &dyn Fn(&Place, &str) -> String| {
        let names = browse.chosen_names();
        let lines: Vec<_> = names.iter().map(|name| shown(place, name)).collect();
        Action::Copy(lines.join("\n"))
    };
    actions.extend(match choice {
        Choice::Open => {
            let path = browse.only_chosen();
            let path = path.as_deref().and_then(|path| path.strip_suffix('/'));
            path.and_then(|path| browse.place_at(path))
                .map(Action::OpenFolder)
        }
        Choice::Download => Some(Action::DownloadFrom(place.clone(), browse.chosen_names())),
        Choice::CopyLinks => Some(names(&Place::url_of)),
        Choice::CopyNames => Some(names(&|_, name| {
            let name = name.trim_end_matches('/').rsplit('/').next();
            name_bytes::shown(name.unwrap_or_default()).into_owned()
        })),
        Choice::Refresh => Some(Action::Refresh),
        Choice::DownloadFolder => super::download_whole(browse),
    });
}
