//! A strip with an error or a warning, its hint, and buttons that may fix it.

use std::sync::Arc;

use egui::text::LayoutJob;
use egui::{Align, CornerRadius, Galley, Pos2, Rect, Ui, UiBuilder, pos2};

use super::page::{Page, Row};
use super::widgets::Button;
use super::{card_header, focus, widgets};
use crate::app::actions::Action;
use crate::app::model::{Failure, Model, Selection, Step};
use crate::app::symbols::{ICON_CLOSE, ICON_CONTENT_COPY, ICON_LINK, ICON_SHIELD, ICON_WARNING};
use crate::app::theme;
use crate::app::theme::{font, radius, size, space};
use crate::text::{Language, Sentence};
use crate::{format, sentence, t, text};
use landline_engine::client::Location;
use landline_engine::doctor::firewall::Firewall;
use landline_engine::name_bytes;
use landline_engine::printable::printable;

/// The vertical padding.
const PADDING: f32 = 10.0;

/// Shows a failure; returns the step that was chosen.
pub(crate) fn failure(ui: &mut Ui, page: &mut Page, failure: &Failure) -> Option<Step> {
    let texts: Vec<String> = failure.steps.iter().map(step_text).collect();
    let copy = t!("copy-error");
    let mut buttons: Vec<_> = texts.iter().map(|text| Button::new(text).small()).collect();
    buttons.push(Button::icon_only(ICON_CONTENT_COPY, &copy));
    // Another button of the page may have the same name.
    // Two failures can be shown at once.
    let salt = ("failure", failure.reason.key());
    let builder = UiBuilder::new().max_rect(ui.max_rect()).id_salt(salt);
    let ui = &mut ui.new_child(builder);
    let clicked = strip(ui, page, &failure.reason, buttons, Tone::Error)?;
    let step = failure.steps.get(clicked).cloned();
    if step.is_none() {
        ui.ctx().copy_text(failure.reason.to_string());
    }
    step
}

/// Shows the firewall warning, with how to allow the port.
pub(crate) fn firewall(
    ui: &mut Ui,
    page: &mut Page,
    (firewall, port): (&Firewall, u16),
    actions: &mut Vec<Action>,
) {
    let (copy, why) = (t!("copy-command"), t!("find-out-why"));
    let command = firewall.command(port);
    let mut buttons: Vec<_> = command.iter().map(|_| Button::new(&copy).small()).collect();
    buttons.push(Button::new(&why).small());
    let warning = text::doctor::warning(firewall, port);
    let clicked = strip(ui, page, &warning, buttons, Tone::Advice);
    actions.extend(clicked.map(|clicked| match command {
        Some(command) if clicked == 0 => Action::Copy(command),
        _ => Action::FindOutWhy(None),
    }));
}

/// Warns that received files are shared at once.
pub(crate) fn received_is_shared(ui: &mut Ui, page: &mut Page) {
    let what = sentence!("received-is-shared");
    strip(ui, page, &what, Vec::new(), Tone::Advice);
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
        let (copy, dismiss) = (t!("copy-notice"), t!("dismiss-notice"));
        let buttons = vec![
            Button::icon_only(ICON_CONTENT_COPY, &copy),
            Button::icon_only(ICON_CLOSE, &dismiss),
        ];
        match strip(ui, page, what, buttons, Tone::Error) {
            Some(0) => ui.ctx().copy_text(what.to_string()),
            Some(_) => actions.push(Action::DismissNotice),
            None => {}
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
        Step::CallAgain(_) => t!("call-again"),
        Step::FindOutWhy(..) => t!("find-out-why"),
        Step::BecomeVisible(None) => t!("try-again"),
        Step::BecomeVisible(Some(port)) => t!("use-port", port = *port),
        Step::ChooseReceived => t!("choose-another-folder"),
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
    let below = page.narrow && buttons_width > 2.0 * (size::SMALL_CONTROL + space::M);
    let text_width = if below { whole } else { whole - buttons_width };
    let galley = words(ui, what, text_width);
    let mut height = galley.size().y.max(size::SMALL_CONTROL) + 2.0 * PADDING;
    let line = height;
    if below {
        height += size::SMALL_CONTROL + space::S;
    }
    let rect = page.area(height);
    focus::may_disappear(ui, rect);
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
    let what = what.to_string();
    let response = widgets::label(ui, min, galley, &what);
    widgets::alert(&response, &what);
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
    let (title_font, hint_color) = match text::language() {
        Language::Chinese => (regular.clone(), palette.muted),
        _ => (font::semibold(font::BODY), palette.text),
    };
    let (whole, title) = (what.to_string(), what.title());
    let hint = whole.strip_prefix(title.as_str()).unwrap_or_default();
    let mut job = LayoutJob::default();
    job.append(&title, 0.0, format(title_font, palette.text));
    job.append(hint, 0.0, format(regular, hint_color));
    job.wrap.max_width = width;
    widgets::lay_out(ui, job)
}
