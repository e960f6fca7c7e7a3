//! The failed files of a folder: collapsed at first, then grouped by reason.

use egui::{Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

use super::LINE;
use super::buttons::Buttons;
use super::offers::Slot;
use crate::app::actions::Action;
use crate::app::model::row::Row;
use crate::app::symbols::{ICON_CONTENT_COPY, ICON_EXPAND_LESS, ICON_EXPAND_MORE};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::app::ui::widgets::{Button, Text};
use crate::t;
use crate::text::Describe;
use landline_engine::collation;
use landline_engine::error::{ClientError, StoreError};
use landline_engine::transfer::{FailedFile, Incomplete, Outcome};

/// More lines than this scroll; the last one is cut off to indicate that.
const LINES: f32 = 10.5;
/// The indentation of names below a reason.
const INDENT: f32 = space::M;

/// The list of failed files.
#[derive(Debug)]
pub(super) struct Failed<'a> {
    count: u64,
    examples: &'a [FailedFile],
    name: &'a str,
    /// The groups, if the list is expanded.
    groups: Option<Vec<Group<'a>>>,
}

/// Files that failed for the same reason.
#[derive(Debug, PartialEq, Eq)]
struct Group<'a> {
    kind: Kind<'a>,
    files: Vec<&'a FailedFile>,
}

impl<'a> Failed<'a> {
    /// The failed files of `row`.
    pub(super) fn of(row: &'a Row) -> Option<Self> {
        let Some(Outcome::Incomplete(Incomplete {
            failed, examples, ..
        })) = row.transfer.outcome()
        else {
            return None;
        };
        (!examples.is_empty()).then(|| Self {
            count: *failed,
            examples,
            name: row.transfer.name(),
            groups: row.unfolded.then(|| groups(examples)),
        })
    }

    /// The height in points.
    pub(super) fn height(&self) -> f32 {
        let button = size::SMALL_CONTROL + space::XS;
        match &self.groups {
            Some(groups) => button + self.list_height(groups) + space::XS,
            None => button,
        }
    }

    fn list_height(&self, groups: &[Group<'_>]) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred lines")]
        let lines = self.lines(groups) as f32;
        lines.min(LINES) * LINE
    }

    fn lines(&self, groups: &[Group<'_>]) -> usize {
        self.examples.len() + groups.len() + usize::from(self.others() > 0)
    }

    /// The number of failed files that are not among the examples.
    fn others(&self) -> u64 {
        self.count.saturating_sub(self.examples.len() as u64)
    }

    /// Draws the list; returns whether it was expanded or collapsed.
    pub(super) fn ui(&self, ui: &mut Ui, area: Rect, buttons: &mut Buttons<'_>) -> bool {
        let (count, name) = (self.count, self.name);
        let (icon, text, name) = if self.groups.is_some() {
            let name = t!("hide-failed-files-of", name = name);
            (ICON_EXPAND_LESS, t!("hide-failed-files"), name)
        } else {
            let text = t!("show-failed-files", count = count);
            let name = t!("show-failed-files-of", count = count, name = name);
            (ICON_EXPAND_MORE, text, name)
        };
        let fold = Button::plain(&text).name(&name).icon(icon);
        let top = area.top() + space::XS;
        let place = Rect::from_min_size(
            // The icon is aligned with the text.
            pos2(area.left() - space::S, top),
            vec2(fold.width(ui), size::SMALL_CONTROL),
        );
        let clicked = buttons.put(ui, place, fold, Slot::Unfold);
        if let Some(groups) = &self.groups {
            let (text, name) = (t!("copy-list"), t!("copy-list-of", name = self.name));
            let copy = Button::plain(&text).name(&name).icon(ICON_CONTENT_COPY);
            let size = vec2(copy.width(ui), size::SMALL_CONTROL);
            let place = Rect::from_min_size(pos2(place.right() + space::XS, top), size);
            if buttons.put(ui, place, copy, Slot::Copy) {
                buttons.ask(Action::Copy(list(groups)));
            }
            let area = Rect::from_min_max(pos2(area.left(), place.bottom()), area.max);
            self.list(ui, area, groups);
        }
        clicked
    }

    fn list(&self, ui: &mut Ui, area: Rect, groups: &[Group<'_>]) {
        let area = Rect::from_min_size(area.min, vec2(area.width(), self.list_height(groups)));
        let builder = UiBuilder::new().max_rect(area).id_salt("failed");
        let mut inner = ui.new_child(builder);
        inner.spacing_mut().item_spacing.y = 0.0;
        ScrollArea::vertical()
            .auto_shrink(false)
            .min_scrolled_height(0.0)
            .show_rows(&mut inner, LINE, self.lines(groups), |ui, shown| {
                let mut number = 0;
                // Only visible lines are formatted.
                let mut next = |ui: &mut Ui, indent: f32| {
                    number += 1;
                    shown.contains(&(number - 1)).then(|| {
                        let space = vec2(ui.available_width(), LINE);
                        let (_, mut rect) = ui.allocate_space(space);
                        rect.min.x += indent;
                        rect
                    })
                };
                for group in groups {
                    if let Some(rect) = next(ui, 0.0) {
                        let why = group.why();
                        let why = Text::caption(&why, ui).font(font::medium(font::CAPTION));
                        why.show(ui, rect);
                    }
                    for file in &group.files {
                        if let Some(rect) = next(ui, INDENT) {
                            let words = theme::palette(ui).text;
                            let name = Text::caption(&file.name, ui).color(words);
                            let shown = name.middle().explained().show(ui, rect);
                            shown.on_hover_text(file.why.to_string());
                        }
                    }
                }
                if self.others() > 0
                    && let Some(rect) = next(ui, 0.0)
                {
                    let others = t!("and-others", count = self.others());
                    Text::caption(&others, ui).show(ui, rect);
                }
            });
    }
}

/// Groups files by reason, the most frequent first, with names in natural order.
fn groups(files: &[FailedFile]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for file in files {
        let kind = kind(&file.why);
        match groups.iter_mut().find(|group| group.kind == kind) {
            Some(group) => group.files.push(file),
            None => groups.push(Group {
                kind,
                files: vec![file],
            }),
        }
    }
    for Group { files, .. } in &mut groups {
        files.sort_by(|one, other| collation::compare(&one.name, &other.name));
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.files.len()));
    groups
}

/// The reason without the parts that differ between files.
#[derive(Debug, PartialEq, Eq)]
enum Kind<'a> {
    Gone,
    Cut,
    Damaged,
    Changing,
    Denied,
    Unsent,
    Unsaved,
    Unnameable,
    /// Any other reason.
    Other(&'a ClientError),
}

fn kind(why: &ClientError) -> Kind<'_> {
    match why {
        ClientError::NoSuchFile { .. } => Kind::Gone,
        ClientError::Cut { .. } | ClientError::Stalled { .. } => Kind::Cut,
        ClientError::Damaged { .. } => Kind::Damaged,
        ClientError::KeepsChanging { .. } => Kind::Changing,
        ClientError::Status { status, .. } => match status {
            401 | 403 | 407 => Kind::Denied,
            421 => Kind::Other(why),
            _ => Kind::Unsent,
        },
        ClientError::Store(
            StoreError::Write { .. }
            | StoreError::InTheWay { .. }
            | StoreError::LeadsElsewhere { .. },
        ) => Kind::Unsaved,
        ClientError::BadName { .. }
        | ClientError::NameTooLong { .. }
        | ClientError::TooDeep { .. } => Kind::Unnameable,
        _ => Kind::Other(why),
    }
}

impl Group<'_> {
    /// The exact reason for a single file, or the common one for several.
    fn why(&self) -> String {
        match (&self.kind, &*self.files) {
            (_, [only]) => only.why.sentence().title(),
            (Kind::Gone, _) => t!("files-gone"),
            (Kind::Cut, _) => t!("files-cut"),
            (Kind::Damaged, _) => t!("files-damaged"),
            (Kind::Changing, _) => t!("files-changing"),
            (Kind::Denied, _) => t!("files-denied"),
            (Kind::Unsent, _) => t!("files-unsent"),
            (Kind::Unsaved, _) => t!("files-unsaved"),
            (Kind::Unnameable, _) => t!("files-unnameable"),
            (Kind::Other(why), _) => why.sentence().title(),
        }
    }
}

/// The list as text for the clipboard: each file's name and reason.
fn list(groups: &[Group<'_>]) -> String {
    let files = groups.iter().flat_map(|group| &group.files);
    let lines = files.map(|file| format!("{}\t{}\n", file.name, file.why.sentence().title()));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, why: ClientError) -> FailedFile {
        FailedFile {
            name: name.to_owned(),
            why,
        }
    }

    #[test]
    fn failed_files_are_grouped_by_reason_in_natural_order() {
        let host = || "box".to_owned();
        let gone = |name: &str| {
            let why = ClientError::NoSuchFile {
                host: host(),
                name: name.to_owned(),
                nearest: Vec::new(),
            };
            file(name, why)
        };
        let full = StoreError::DiskFull {
            folder: "/tmp".into(),
            lacking: None,
        };
        let full = ClientError::from(full);
        let denied = ClientError::Status {
            host: host(),
            name: "x".to_owned(),
            status: 403,
            reason: String::new(),
            retry_after: None,
        };
        let files = [
            file("x", denied.clone()),
            file("z", full.clone()),
            gone("photo 10.jpg"),
            file("y", full.clone()),
            gone("photo 9.jpg"),
            gone("photo 1.jpg"),
        ];
        let groups = groups(&files);
        let names = groups
            .iter()
            .map(|group| group.files.iter().map(|file| &*file.name).collect());
        let names: Vec<Vec<&str>> = names.collect();
        let photos = vec!["photo 1.jpg", "photo 9.jpg", "photo 10.jpg"];
        assert_eq!(names, [photos, vec!["y", "z"], vec!["x"]]);
        let whys: Vec<String> = groups.iter().map(Group::why).collect();
        assert_eq!(
            whys,
            [
                t!("files-gone"),
                full.sentence().title(),
                denied.sentence().title()
            ]
        );
        assert!(list(&groups).starts_with("photo 1.jpg\tbox has no file “photo 1.jpg”.\n"));
    }
}
