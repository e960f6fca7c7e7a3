//! The settings panel, with information about the program.

mod known;
mod localsend;
mod privacy;
mod receiving;

use std::ops::RangeInclusive;

use egui::accesskit::Role;
use egui::{Align2, Id, Rect, ScrollArea, Sense, Ui, pos2, vec2};

use super::dialog::Parts;
use super::widgets::{Button, Field, Text, segments, switch};
use super::{answer_rules, dialog, entered, keys, widgets};
use crate::app::actions::Action;
use crate::app::model::{Autostart, Model, Sharing};
use crate::app::symbols::{ICON_ADD, ICON_FOLDER_OPEN, ICON_REMOVE};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::settings::{AT_ONCE, Copies, Settings, Theme, ZOOM};
use crate::t;
use crate::text::Language;
use landline_engine::client::{CopyNaming, IfExists};
use landline_engine::discovery::computer_name;
use landline_engine::server::host_names;

/// As wide as three options side by side in any language.
const WIDTH: f32 = 420.0;
/// A step of the zoom, in percent.
const ZOOM_STEP: u16 = 10;
/// The space for the scroll bar beside the rows.
const SCROLL_BAR: f32 = space::M;
/// The width of a stepper's number.
const STEPPER_NUMBER: f32 = 64.0;

/// Shows the panel while it is open. `button` opens it.
pub(crate) fn ui(ui: &mut Ui, model: &mut Model, button: Id, actions: &mut Vec<Action>) {
    let id = Id::unique("settings");
    if !model.settings_open {
        dialog::gone(ui, id, Some(button));
        return;
    }
    let before = model.settings.clone();
    let window = ui.ctx().content_rect();
    let width = WIDTH.min(window.width() - 4.0 * space::XL);
    let most = window.height() - 4.0 * space::XL - size::CONTROL;
    let (clicked, closes) = dialog::show(ui, id, Role::Dialog, |ui| {
        let parts = header(ui, width);
        ui.add_space(space::XS);
        ui.spacing_mut().item_spacing.y = 0.0;
        ui.set_max_width(width);
        // The scroll bar is at the edge of the panel, not of the rows.
        let area = ScrollArea::vertical().auto_shrink([false, true]);
        let area = area.max_height(most);
        // As high as possible, but no higher than the content.
        area.min_scrolled_height(most).show(ui, |ui| {
            let mut form = Form::new(ui, width - SCROLL_BAR);
            window_part(ui, &mut form, &mut model.settings);
            sharing_part(ui, &mut form, model, actions);
            privacy::part(ui, &mut form, model, actions);
            known::part(ui, &mut form, &model.known, actions);
            downloads_part(ui, &mut form, &mut model.settings);
            about_part(ui, &mut form, actions);
            form.finish(ui);
        });
        parts
    });
    if model.settings != before {
        actions.push(Action::SettingsChanged(Box::new(before)));
    }
    if clicked || closes {
        model.settings_open = false;
    }
}

/// A column of rows.
struct Form {
    left: f32,
    width: f32,
    top: f32,
    y: f32,
}

impl Form {
    fn new(ui: &Ui, width: f32) -> Self {
        let min = ui.max_rect().min;
        Self {
            left: min.x,
            width,
            top: min.y,
            y: min.y,
        }
    }

    /// Adds a row.
    fn row(&mut self, height: f32) -> Rect {
        let rect = Rect::from_min_size(pos2(self.left, self.y), vec2(self.width, height));
        self.y = rect.bottom() + space::S;
        rect
    }

    /// Adds a row with a label on its left; returns the rest of it.
    fn labelled(&mut self, ui: &mut Ui, label: &str) -> Rect {
        let row = self.row(size::CONTROL);
        let middle = row.left() + (row.width() * 0.4).floor();
        let words = Rect::from_min_max(row.min, pos2(middle - space::S, row.bottom()));
        Text::new(label)
            .font(font::regular(font::NUMBER))
            .show(ui, words);
        Rect::from_min_max(pos2(middle, row.top()), row.max)
    }

    /// Adds an explanation in small print, on as many lines as it needs.
    fn note(&mut self, ui: &mut Ui, text: &Text<'_>) {
        let galley = text.lines(ui, self.width);
        // It belongs to what is above.
        self.y -= space::XS;
        let row = self.row(galley.size().y.max(size::LABEL));
        text.show_lines(ui, row.min, galley);
    }

    /// Adds a section title.
    fn title(&mut self, ui: &mut Ui, title: &str) {
        if self.y > self.top {
            let line = self.row(space::S);
            widgets::line(ui, line.left(), line.right(), line.center().y);
        }
        let row = self.row(space::XL);
        Text::new(title)
            .font(font::semibold(font::BODY))
            .show(ui, row);
    }

    /// Reports the final height to egui.
    fn finish(self, ui: &mut Ui) {
        let height = self.y - space::S - self.top;
        let rect = Rect::from_min_size(pos2(self.left, self.top), vec2(self.width, height));
        ui.expand_to_include_rect(rect);
    }
}

/// Draws the header of the panel; returns whether to close it.
fn header(ui: &mut Ui, width: f32) -> Parts<bool> {
    let (row, _) = ui.allocate_exact_size(vec2(width, size::CONTROL), Sense::hover());
    let title = Text::new(&t!("settings"))
        .font(font::semibold(font::TITLE))
        .show(ui, row);
    dialog::close_button(ui, row, title.id, &t!("close-settings"))
}

fn window_part(ui: &mut Ui, form: &mut Form, settings: &mut Settings) {
    form.title(ui, &t!("window"));
    let about = t!("language");
    let place = form.labelled(ui, &about);
    let choices = [
        (Language::System, t!("language-system")),
        (Language::English, t!("language-english")),
        (Language::Chinese, t!("language-chinese")),
    ];
    choose(ui, place, &about, &mut settings.language, &choices);
    let about = t!("appearance");
    let place = form.labelled(ui, &about);
    let choices = [
        (Theme::System, t!("theme-system")),
        (Theme::Light, t!("theme-light")),
        (Theme::Dark, t!("theme-dark")),
    ];
    choose(ui, place, &about, &mut settings.theme, &choices);
    let place = form.labelled(ui, &t!("text-size"));
    let text = t!("percent", percent = u64::from(settings.zoom));
    let (less, more) = (t!("smaller"), t!("larger"));
    let less = keys::tip(ui, &less, egui::gui_zoom::kb_shortcuts::ZOOM_OUT);
    let more = keys::tip(ui, &more, egui::gui_zoom::kb_shortcuts::ZOOM_IN);
    let zoom = &mut settings.zoom;
    stepper(ui, place, zoom, ZOOM, ZOOM_STEP, [&less, &text, &more]);
}

/// The switch shows what the system does, not what was clicked.
fn autostart_row(ui: &mut Ui, form: &mut Form, state: Autostart, actions: &mut Vec<Action>) {
    let (Autostart::Pending(was_on) | Autostart::Is(was_on)) = state else {
        return;
    };
    let row = form.row(size::SMALL_CONTROL);
    let mut on = was_on;
    let clicked = switch(ui, row, &mut on, &t!("start-at-login")).changed();
    if clicked && state == Autostart::Is(was_on) {
        actions.push(Action::SetAutostart(on));
    }
}

fn sharing_part(ui: &mut Ui, form: &mut Form, model: &mut Model, actions: &mut Vec<Action>) {
    form.title(ui, &t!("sharing"));
    let place = form.labelled(ui, &t!("port-of-share"));
    let off = model.server.sharing == Sharing::Off;
    let mut field = place;
    field.max.x = field.left() + size::PORT_FIELD;
    let port = Field::new(&t!("port-of-share"))
        .without_label()
        .enabled(off)
        .show(ui, field, &mut model.settings.port);
    if entered(ui, &port) {
        model.settings_open = false;
    }
    if !off {
        let note = Rect::from_min_max(pos2(field.right() + space::M, place.top()), place.max);
        Text::caption(&t!("port-while-sharing"), ui).show(ui, note);
    }
    autostart_row(ui, form, model.autostart, actions);
    let settings = &mut model.settings;
    let row = form.row(size::SMALL_CONTROL);
    let text = t!("share-at-launch");
    switch(ui, row, &mut settings.share_at_launch, &text);
    let row = form.row(size::SMALL_CONTROL);
    let text = t!("share-hidden-files");
    switch(ui, row, &mut settings.hidden, &text);
    receiving::rows(ui, form, settings);
    let row = form.row(size::SMALL_CONTROL);
    let text = t!("answer-messages");
    switch(ui, row, &mut settings.answering, &text).on_hover_text(t!("what-answering-does"));
    if settings.answering {
        let area = form.row(answer_rules::height(&settings.answers));
        answer_rules::ui(ui, area, &mut settings.answers);
        let row = form.row(size::SMALL_CONTROL);
        let text = t!("keep-the-line-open");
        switch(ui, row, &mut settings.keeps_open, &text)
            .on_hover_text(t!("what-keeping-open-does"));
    }
    nearby_rows(ui, form, settings);
    localsend::row(ui, form, model);
    let settings = &mut model.settings;
    let about = t!("host-names");
    let row = form.row(size::LABEL);
    Text::new(&about)
        .font(font::regular(font::NUMBER))
        .show(ui, row);
    Field::new(&about)
        .hint("files.example.org")
        .without_label()
        .show(ui, form.row(size::CONTROL), &mut settings.host_names);
    let wrong = host_names(&settings.host_names).find_map(Result::err);
    let (text, color) = match wrong {
        Some(wrong) => (
            t!("not-a-host-name", name = wrong),
            theme::palette(ui).error,
        ),
        None => (t!("what-host-names-do"), theme::palette(ui).muted),
    };
    form.note(ui, &Text::caption(&text, ui).color(color));
}

/// What this computer is called, and who may see that.
fn nearby_rows(ui: &mut Ui, form: &mut Form, settings: &mut Settings) {
    let about = t!("computer-name");
    let place = form.labelled(ui, &about);
    Field::new(&about)
        .hint(&computer_name())
        .without_label()
        .show(ui, place, &mut settings.name);
    let row = form.row(size::SMALL_CONTROL);
    let text = t!("visible-nearby");
    switch(ui, row, &mut settings.is_announced, &text)
        .on_hover_text(t!("what-visible-nearby-does"));
}

fn downloads_part(ui: &mut Ui, form: &mut Form, settings: &mut Settings) {
    form.title(ui, &t!("downloads"));
    let row = form.row(size::LABEL);
    let about = t!("if-it-exists");
    Text::new(&about)
        .font(font::regular(font::NUMBER))
        .show(ui, row);
    let choices = [
        (IfExists::Keep, t!("keep-both")),
        (IfExists::Skip, t!("skip")),
        (IfExists::Overwrite, t!("overwrite")),
    ];
    let row = form.row(size::CONTROL);
    choose(ui, row, &about, &mut settings.exists, &choices);
    let what = match settings.exists {
        IfExists::Keep => match settings.copies.naming() {
            CopyNaming::Prefix => t!("what-keep-both-does", name = t!("copies-prefix")),
            CopyNaming::Number | CopyNaming::ByProtocol => {
                t!("what-keep-both-does", name = t!("copies-number"))
            }
        },
        IfExists::Skip => t!("what-skip-does"),
        IfExists::Overwrite => t!("what-overwrite-does"),
    };
    form.note(ui, &Text::caption(&what, ui));
    let about = t!("copies");
    let place = form.labelled(ui, &about);
    let choices = [
        (Copies::Automatic, t!("copies-automatic")),
        (Copies::Number, t!("copies-number")),
        (Copies::Prefix, t!("copies-prefix")),
    ];
    choose(ui, place, &about, &mut settings.copies, &choices);
    let place = form.labelled(ui, &t!("at-once"));
    let text = u64::from(settings.at_once).to_string();
    let (fewer, more) = (t!("fewer-at-once"), t!("more-at-once"));
    let count = &mut settings.at_once;
    stepper(ui, place, count, AT_ONCE, 1, [&fewer, &text, &more]);
}

fn about_part(ui: &mut Ui, form: &mut Form, actions: &mut Vec<Action>) {
    form.title(ui, &t!("about"));
    let row = form.row(size::LABEL);
    let version = t!("version", version = env!("CARGO_PKG_VERSION"));
    Text::new(&version)
        .font(font::regular(font::NUMBER))
        .show(ui, row);
    let row = form.row(size::LABEL);
    Text::caption(&t!("license", license = env!("CARGO_PKG_LICENSE")), ui).show(ui, row);
    let row = form.row(size::SMALL_CONTROL);
    let text = t!("show-log-files");
    let button = Button::new(&text).icon(ICON_FOLDER_OPEN).small();
    let place = Rect::from_min_size(row.min, vec2(button.width(ui), row.height()));
    if button.show(ui, place).clicked() {
        actions.push(Action::ShowLogFiles);
    }
}

/// Draws the choices for a setting, which is `about` something.
fn choose<T>(ui: &mut Ui, place: Rect, about: &str, value: &mut T, choices: &[(T, String)])
where
    T: Copy + PartialEq,
{
    if let Some(chosen) = segments(ui, place, Some(about), *value, choices, &[], font::NUMBER) {
        *value = chosen;
    }
}

/// Draws a number between buttons that decrease and increase it. `words` are the name of the first
/// button, the number, and the name of the second.
fn stepper<T>(
    ui: &mut Ui,
    rect: Rect,
    value: &mut T,
    range: RangeInclusive<T>,
    step: T,
    words: [&str; 3],
) where
    T: Copy + PartialOrd + std::ops::Add<Output = T> + std::ops::Sub<Output = T>,
{
    let [less, text, more] = words;
    let middle = rect.center().y;
    let button = |left: f32| {
        let place = pos2(left, middle);
        Align2::LEFT_CENTER.anchor_size(place, vec2(size::SMALL_CONTROL, size::SMALL_CONTROL))
    };
    let minus = button(rect.left());
    let plus = button(minus.right() + STEPPER_NUMBER);
    let can_less = *value >= *range.start() + step;
    let can_more = *value + step <= *range.end();
    let minus = Button::icon_only(ICON_REMOVE, less)
        .enabled(can_less)
        .show(ui, minus);
    let number = Rect::from_min_max(
        pos2(minus.rect.right(), rect.top()),
        pos2(plus.left(), rect.bottom()),
    );
    Text::new(text)
        .font(font::medium(font::NUMBER))
        .align(Align2::CENTER_CENTER)
        .show(ui, number);
    let plus = Button::icon_only(ICON_ADD, more)
        .enabled(can_more)
        .show(ui, plus);
    if minus.clicked() {
        *value = *value - step;
    }
    if plus.clicked() {
        *value = *value + step;
    }
}
