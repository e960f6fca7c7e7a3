//! The files of a folder that did not arrive: folded away at first, then by reason.

use egui::{Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};
use egui_material_icons::icons::{ICON_CONTENT_COPY, ICON_EXPAND_LESS, ICON_EXPAND_MORE};

use super::LINE;
use super::buttons::Buttons;
use super::offers::Slot;
use crate::app::actions::Action;
use crate::app::model::row::Row;
use crate::app::theme::{self, font, size, space};
use crate::app::ui::widgets::{Button, Text};
use crate::net::{FailedFile, Incomplete, Outcome};
use crate::t;
use crate::text::Sentence;

/// More lines than this scroll in an area of their own; the last one is cut, so that this shows.
const LINES: f32 = 10.5;
/// From the left to the names below a reason.
const INDENT: f32 = space::M;

/// Files that did not arrive.
#[derive(Debug)]
pub(super) struct Failed<'a> {
    count: u64,
    examples: &'a [FailedFile],
    name: &'a str,
    unfolded: bool,
}

/// Files that did not arrive for one reason.
#[derive(Debug, PartialEq, Eq)]
struct Group<'a> {
    why: String,
    files: Vec<&'a FailedFile>,
}

impl<'a> Failed<'a> {
    /// Those of `row`.
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
            unfolded: row.unfolded,
        })
    }

    /// How high it is.
    pub(super) fn height(&self) -> f32 {
        let button = size::SMALL_CONTROL + space::XS;
        if self.unfolded {
            button + self.list_height(&groups(self.examples)) + space::XS
        } else {
            button
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

    /// Those that are not among the examples.
    fn others(&self) -> u64 {
        self.count.saturating_sub(self.examples.len() as u64)
    }

    /// Draw it; whether it was folded or unfolded.
    pub(super) fn ui(&self, ui: &mut Ui, area: Rect, buttons: &mut Buttons<'_>) -> bool {
        let (count, name) = (self.count, self.name);
        let (icon, text, name) = if self.unfolded {
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
            // Its icon stands where text begins.
            pos2(area.left() - space::S, top),
            vec2(fold.width(ui), size::SMALL_CONTROL),
        );
        let clicked = buttons.put(ui, place, fold, Slot::Unfold);
        if self.unfolded {
            let groups = groups(self.examples);
            let (text, name) = (t!("copy-list"), t!("copy-list-of", name = self.name));
            let copy = Button::plain(&text).name(&name).icon(ICON_CONTENT_COPY);
            let size = vec2(copy.width(ui), size::SMALL_CONTROL);
            let place = Rect::from_min_size(pos2(place.right() + space::XS, top), size);
            if buttons.put(ui, place, copy, Slot::Copy) {
                buttons.ask(Action::Copy(list(&groups)));
            }
            let area = Rect::from_min_max(pos2(area.left(), place.bottom()), area.max);
            self.list(ui, area, &groups);
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
                let words = theme::palette(ui).text;
                let mut number = 0;
                let mut line = |ui: &mut Ui, indent: f32, text: Text<'_>, whole: Option<&str>| {
                    if shown.contains(&number) {
                        let space = vec2(ui.available_width(), LINE);
                        let (_, mut rect) = ui.allocate_space(space);
                        rect.min.x += indent;
                        let response = text.show(ui, rect);
                        if let Some(whole) = whole {
                            response.on_hover_text(whole);
                        }
                    }
                    number += 1;
                };
                for group in groups {
                    let why = Text::caption(&group.why, ui).font(font::medium(font::CAPTION));
                    line(ui, 0.0, why, None);
                    for file in &group.files {
                        let name = Text::caption(&file.name, ui)
                            .color(words)
                            .middle()
                            .explained();
                        line(ui, INDENT, name, Some(&file.why.to_string()));
                    }
                }
                if self.others() > 0 {
                    let others = t!("and-others", count = self.others());
                    line(ui, 0.0, Text::caption(&others, ui), None);
                }
            });
    }
}

/// By reason, the commonest first; the names as people order them.
fn groups(files: &[FailedFile]) -> Vec<Group<'_>> {
    let mut kinds: Vec<(Kind, Vec<&FailedFile>)> = Vec::new();
    for file in files {
        let kind = kind(&file.why);
        match kinds.iter_mut().find(|(own, _)| *own == kind) {
            Some((_, files)) => files.push(file),
            None => kinds.push((kind, vec![file])),
        }
    }
    let mut groups: Vec<Group<'_>> = kinds
        .into_iter()
        .map(|(kind, mut files)| {
            files.sort_by(|one, other| alphanumeric_sort::compare_str(&one.name, &other.name));
            Group {
                why: in_words(&kind, &files),
                files,
            }
        })
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.files.len()));
    groups
}

/// What reasons have in common that name different files.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Gone,
    Cut,
    Damaged,
    Changing,
    Denied,
    Unsent,
    Unsaved,
    Unnameable,
    /// The reason itself.
    Other(String),
}

fn kind(why: &Sentence) -> Kind {
    match why.key() {
        "no-such-file" | "no-such-file-near" => Kind::Gone,
        "cut" | "stalled" => Kind::Cut,
        "damaged" => Kind::Damaged,
        "keeps-changing" => Kind::Changing,
        "status-denied" => Kind::Denied,
        "status-server" | "status-other" => Kind::Unsent,
        "write-failed" | "in-the-way" | "leads-elsewhere" => Kind::Unsaved,
        "bad-name" | "name-too-long" | "too-deep" | "not-names" => Kind::Unnameable,
        _ => Kind::Other(why.title()),
    }
}

/// The reason itself where there is one file; what they have in common where there are more.
fn in_words(kind: &Kind, files: &[&FailedFile]) -> String {
    match (kind, files) {
        (_, [only]) => only.why.title(),
        (Kind::Gone, _) => t!("files-gone"),
        (Kind::Cut, _) => t!("files-cut"),
        (Kind::Damaged, _) => t!("files-damaged"),
        (Kind::Changing, _) => t!("files-changing"),
        (Kind::Denied, _) => t!("files-denied"),
        (Kind::Unsent, _) => t!("files-unsent"),
        (Kind::Unsaved, _) => t!("files-unsaved"),
        (Kind::Unnameable, _) => t!("files-unnameable"),
        (Kind::Other(why), _) => why.clone(),
    }
}

/// As a text to pass on: each file's name and why it is missing.
fn list(groups: &[Group<'_>]) -> String {
    let files = groups.iter().flat_map(|group| &group.files);
    let lines = files.map(|file| format!("{}\t{}\n", file.name, file.why.title()));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentence;

    fn file(name: &str, why: Sentence) -> FailedFile {
        FailedFile {
            name: name.to_owned(),
            why,
        }
    }

    #[test]
    fn files_stand_by_reason_and_in_their_order() {
        let gone = |name: &str| file(name, sentence!("no-such-file", host = "box", name = name));
        let full = sentence!("disk-full", folder = "/tmp");
        let denied = sentence!("status-denied", host = "box", name = "x", status = "403");
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
        let whys: Vec<&str> = groups.iter().map(|group| &*group.why).collect();
        assert_eq!(whys, [&t!("files-gone"), &full.title(), &denied.title()]);
        assert!(list(&groups).starts_with("photo 1.jpg\tbox has no file “photo 1.jpg”.\n"));
    }
}
