//! A strip with an error or a warning, its hint, and buttons that may fix it.

use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{Align, Color32, CornerRadius, Galley, Pos2, Rect, Sense, Ui, UiBuilder, pos2};

use super::page::{Page, Row};
use super::widgets::Button;
use super::{card_header, widgets};
use crate::app::actions::Action;
use crate::app::model::{Failure, Firewall, Model, Selection, Step};
use crate::app::symbols::{ICON_CLOSE, ICON_LINK, ICON_SHIELD, ICON_WARNING};
use crate::app::theme;
use crate::app::theme::{font, radius, size, space};
use crate::text::{Language, Sentence};
use crate::{format, sentence, t, text};
use landline_engine::client::Location;
use landline_engine::name_bytes;
use landline_engine::printable::printable;

/// The vertical padding.
const PADDING: f32 = 10.0;

/// Shows a failure; returns the step that was chosen.
pub(crate) fn failure(ui: &mut Ui, page: &mut Page, failure: &Failure) -> Option<Step> {
    let texts: Vec<String> = failure.steps.iter().map(step_text).collect();
    let buttons = texts.iter().map(|text| Button::new(text).small()).collect();
    // Another button of the page may have the same name.
    let builder = UiBuilder::new().max_rect(ui.max_rect()).id_salt("failure");
    let ui = &mut ui.new_child(builder);
    strip(ui, page, &failure.reason, buttons, Tone::Error).map(|index| failure.steps[index].clone())
}

/// Shows the firewall warning, with how to allow the port.
pub(crate) fn firewall(
    ui: &mut Ui,
    page: &mut Page,
    (firewall, port): (Firewall, u16),
    actions: &mut Vec<Action>,
) {
    let text = t!("copy-command");
    let command = firewall.command(port);
    let buttons = command.iter().map(|_| Button::new(&text).small()).collect();
    let clicked = strip(ui, page, &firewall.advice(port), buttons, Tone::Advice);
    actions.extend(clicked.and(command).map(Action::Copy));
}

/// Shows that only a selection of a folder will be shared, with a button to share the whole folder.
pub(crate) fn selection(
    ui: &mut Ui,
    page: &mut Page,
    selection: &Selection,
    actions: &mut Vec<Action>,
) {
    let whole = match selection.in_folder {
        None => t!("share-whole"),
        Some((files, false)) => t!("share-whole-counted", count = files),
        Some((files, true)) => t!("share-whole-many", count = files),
    };
    let what = selection.words();
    let (counting, forget) = (t!("counting-its-files"), t!("do-not-share", what = &what));
    let is_uncounted = selection.in_folder.is_none();
    let buttons = vec![
        Button::new(&whole).small().unless(is_uncounted, &counting),
        Button::icon_only(ICON_CLOSE, &forget),
    ];
    let folder = selection.folder.display().to_string();
    let said = sentence!("only-this-is-shared", what = what, folder = folder);
    match strip(ui, page, &said, buttons, Tone::Advice) {
        Some(0) => actions.push(Action::ShareWhole),
        Some(_) => actions.push(Action::ForgetDropped),
        None => {}
    }
}

/// Offers the links that were pasted together for download.
pub(crate) fn pasted(
    ui: &mut Ui,
    page: &mut Page,
    links: &mut Vec<Location>,
    actions: &mut Vec<Action>,
) {
    if links.is_empty() {
        return;
    }
    let count = links.len();
    let names = format::list(links.iter().map(|link| {
        let name = link.name.as_deref().unwrap_or_default();
        let name = name.trim_end_matches('/').rsplit('/').next();
        let name = name.filter(|name| !name.is_empty());
        printable(&name_bytes::shown(name.unwrap_or(&link.host)), false)
    }));
    let (text, forget) = (t!("download-links", count = count), t!("forget-links"));
    let buttons = vec![
        Button::new(&text).small(),
        Button::icon_only(ICON_CLOSE, &forget),
    ];
    let said = sentence!("links-pasted", count = count, names = names);
    match strip(ui, page, &said, buttons, Tone::Offer) {
        Some(0) => actions.push(Action::DownloadPasted),
        Some(_) => links.clear(),
        None => {}
    }
}

/// Shows the problems of the program itself.
pub(crate) fn notices(ui: &mut Ui, page: &mut Page, model: &Model, actions: &mut Vec<Action>) {
    if let Some(what) = model.notices.front() {
        let name = t!("dismiss-notice");
        let buttons = vec![Button::icon_only(ICON_CLOSE, &name)];
        if strip(ui, page, what, buttons, Tone::Error).is_some() {
            actions.push(Action::DismissNotice);
        }
    }
}

fn step_text(step: &Step) -> String {
    match step {
        Step::UsePort(port) => t!("use-port", port = *port),
        Step::TryAgain => t!("try-again"),
        Step::ShowLog => t!("show-log"),
        Step::CreateFolder(_) => t!("create-folder"),
        Step::DownloadFolder(..) => t!("download-this-folder"),
        Step::ShareFolder(_) => t!("share-its-folder"),
        Step::ShareFile(_) => t!("share-only-it"),
    }
}

/// The severity of a strip.
#[derive(Clone, Copy)]
enum Tone {
    Error,
    Advice,
    Offer,
}

/// Draws a strip; returns the button that was clicked. Buttons that do not fit beside the text go
/// below it.
fn strip(
    ui: &mut Ui,
    page: &mut Page,
    what: &Sentence,
    buttons: Vec<Button<'_>>,
    tone: Tone,
) -> Option<usize> {
    let palette = theme::palette(ui);
    let (icon, color, behind) = match tone {
        Tone::Error => (ICON_WARNING, palette.error, palette.soft_error),
        Tone::Advice => (ICON_SHIELD, palette.accent, palette.soft_accent),
        Tone::Offer => (ICON_LINK, palette.accent, palette.soft_accent),
    };
    let widths: Vec<f32> = buttons.iter().map(|button| button.width(ui)).collect();
    let buttons_width: f32 = widths.iter().map(|width| width + space::M).sum();
    let whole = page.width() - space::M - card_header::ICON_COLUMN - space::M;
    let below = page.narrow && buttons.len() > 1;
    let text_width = if below { whole } else { whole - buttons_width };
    let galley = words(ui, what, text_width);
    let mut height = galley.size().y.max(size::SMALL_CONTROL) + 2.0 * PADDING;
    let line = height;
    if below {
        height += size::SMALL_CONTROL + space::S;
    }
    let rect = page.area(height);
    ui.painter()
        .rect_filled(rect, CornerRadius::same(radius::CARD), behind);
    let middle = rect.top() + line / 2.0;
    let left = rect.left() + space::M;
    card_header::glyph(ui, left, middle, icon, color);
    let text_left = left + card_header::ICON_COLUMN;
    let place = pos2(text_left, middle - galley.size().y / 2.0);
    say(ui, place, galley, what);

    let top = if below {
        rect.bottom() - PADDING - size::SMALL_CONTROL
    } else {
        middle - size::SMALL_CONTROL / 2.0
    };
    let start = if below {
        text_left
    } else {
        rect.right() - buttons_width
    };
    let row = Rect::from_min_max(
        pos2(start, top),
        pos2(rect.right() - space::M, rect.bottom()),
    );
    let mut row = Row::new(row, size::SMALL_CONTROL, space::M);
    let mut clicked = None;
    for (index, (button, width)) in buttons.into_iter().zip(widths).enumerate() {
        let rect = row.left(width);
        if button.show(ui, rect).clicked() {
            clicked = Some(index);
        }
    }
    clicked
}

/// Draws the layout from [`words`] for `what` at `min`.
fn say(ui: &mut Ui, min: Pos2, galley: Arc<Galley>, what: &Sentence) {
    let rect = Rect::from_min_size(min, galley.size());
    let response = ui.allocate_rect(rect, Sense::hover());
    widgets::alert(&response, &what.to_string());
    ui.painter().galley(min, galley, Color32::PLACEHOLDER);
}

/// Lays out the message followed by its hint. The message stands out in bold or, if the bold face
/// lacks glyphs for the language, by a muted hint.
pub(crate) fn words(ui: &Ui, what: &Sentence, width: f32) -> Arc<Galley> {
    let palette = theme::palette(ui);
    let format = |font, color| egui::TextFormat {
        valign: Align::Center,
        ..egui::TextFormat::simple(font, color)
    };
    let regular = font::regular(font::BODY);
    // A Chinese full stop includes the space after it.
    let (title_font, hint_color, gap) = match text::language() {
        Language::Chinese => (regular.clone(), palette.muted, 0.0),
        _ => (font::semibold(font::BODY), palette.text, space::XS),
    };
    let mut job = LayoutJob::default();
    job.append(&what.title(), 0.0, format(title_font, palette.text));
    if let Some(hint) = what.hint() {
        job.append(&hint, gap, format(regular, hint_color));
    }
    job.wrap.max_width = width;
    ui.fonts_mut(|fonts| fonts.layout_job(job))
}
