//! A text field with its label above.

use egui::{
    Color32, CornerRadius, Frame, Id, Margin, Rect, Response, Sense, Stroke, StrokeKind, TextEdit,
    Ui, UiBuilder, pos2,
};

use super::{Text, edit_menu, secret, selection, text};
use crate::app::symbols::MaterialIcon;
use crate::app::theme;
use crate::app::theme::{font, radius, size, space};
use landline_engine::password::Password;

/// The maximum length; longer than any valid path or host name.
const TEXT_LIMIT: usize = 4096;

/// From the border to the text if there is an icon.
const ICON_MARGIN: i8 = 28;

/// The height of a field with its label.
pub(crate) fn field_height() -> f32 {
    size::LABEL + space::XS + size::CONTROL
}

/// A text field; [`Field::show`] draws it.
#[derive(Debug)]
pub(crate) struct Field<'a> {
    label: &'a str,
    hint: &'a str,
    enabled: bool,
    label_above: bool,
    icon: Option<MaterialIcon>,
    tail: f32,
    salt: &'a str,
    /// Whether it is a password, and if so, whether it is legible.
    secret: Option<bool>,
}

impl<'a> Field<'a> {
    /// A field whose accessible name is its label.
    pub(crate) fn new(label: &'a str) -> Self {
        Self {
            label,
            hint: "",
            enabled: true,
            label_above: true,
            icon: None,
            tail: 0.0,
            salt: "",
            secret: None,
        }
    }

    /// The placeholder.
    pub(crate) fn hint(mut self, hint: &'a str) -> Self {
        self.hint = hint;
        self
    }

    /// Whether it is editable.
    pub(crate) fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Draws no label, because the context explains the field.
    pub(crate) fn without_label(mut self) -> Self {
        self.label_above = false;
        self
    }

    /// An icon before the text.
    pub(crate) fn icon(mut self, icon: MaterialIcon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Reserves this many points at the right end.
    pub(crate) fn tail(mut self, points: f32) -> Self {
        self.tail = points;
        self
    }

    /// Distinguishes it from another field with the same label.
    pub(crate) fn of(mut self, salt: &'a str) -> Self {
        self.salt = salt;
        self
    }

    /// Its text is a password: shown as dots unless it `is_legible`, and kept from the clipboard, from undo and from
    /// screen readers.
    pub(crate) fn secret(mut self, is_legible: bool) -> Self {
        self.secret = Some(is_legible);
        self
    }

    /// Gives it the keyboard focus, wherever it is.
    pub(crate) fn focus(&self, ui: &Ui) {
        ui.memory_mut(|memory| memory.request_focus(self.id()));
    }

    /// Whether it has the keyboard focus, wherever it is.
    pub(crate) fn has_keyboard(&self, ui: &Ui) -> bool {
        ui.memory(|memory| memory.has_focus(self.id()))
    }

    /// The ID of its state.
    fn id(&self) -> Id {
        Id::unique(("field", self.salt, self.label))
    }

    /// Draws the field into `rect`, with the label above.
    #[expect(
        clippy::too_many_lines,
        reason = "each part of a field, in drawing order"
    )]
    pub(crate) fn show(self, ui: &mut Ui, rect: Rect, text: &mut String) -> Response {
        let palette = theme::palette(ui);
        let id = self.id();
        let focused = ui.memory(|memory| memory.has_focus(id));
        let border = if focused {
            palette.accent
        } else {
            palette.line
        };
        let corners = CornerRadius::same(radius::CONTROL);
        if focused {
            ui.painter()
                .rect_filled(rect.expand(3.0), radius::HALO, palette.soft_accent);
        }
        let fill = if self.enabled {
            palette.field
        } else {
            palette.background
        };
        ui.painter().rect(
            rect,
            corners,
            fill,
            Stroke::new(if focused { 1.5 } else { 1.0 }, border),
            StrokeKind::Inside,
        );
        let area = rect.with_max_x(rect.right() - self.tail);
        let mut inner = ui.new_child(UiBuilder::new().max_rect(area));
        ui.expand_to_include_rect(rect);
        let mut color = palette.text;
        if !self.enabled {
            // Drawn below, as a label that can be selected.
            color = Color32::TRANSPARENT;
            // egui would fade the text, which is still worth reading.
            inner.visuals_mut().disabled_alpha = 1.0;
            inner.disable();
        }
        let small = rect.height() < size::CONTROL;
        let points = if small { font::NUMBER } else { font::BODY };
        let mut margin = Margin::symmetric(12, 0);
        if let Some(icon) = self.icon {
            let middle = rect.center().y;
            let glyph = font::icon(icon, size::FIELD_ICON);
            let painter = ui.painter();
            let galley = painter.layout_no_wrap(icon.codepoint.to_owned(), glyph, palette.muted);
            let place = pos2(rect.left() + space::S, middle - galley.size().y / 2.0);
            painter.galley(place, galley, palette.muted);
            margin.left = ICON_MARGIN;
        }
        let selection = edit_menu::selection(ui, id);
        let mut legible = |ui: &Ui, text: &dyn egui::TextBuffer, _: f32| {
            let text = text.as_str().to_owned();
            ui.painter()
                .layout_no_wrap(text, font::regular(points), color)
        };
        let mut edit = TextEdit::singleline(text)
            .id(id)
            .char_limit(match self.secret {
                Some(_) => Password::MAX_LEN + 1,
                None => TEXT_LIMIT,
            })
            .password(self.secret.is_some());
        if self.secret == Some(true) {
            edit = edit.layouter(&mut legible);
        }
        let mut output = edit
            // Otherwise Enter would take the focus from it.
            .return_key(None)
            .font(font::regular(points))
            .text_color(color)
            .hint_text(self.hint)
            .frame(Frame::NONE.inner_margin(margin))
            .align(egui::Align2::LEFT_CENTER)
            .desired_width(area.width())
            .min_size(area.size())
            .show(&mut inner);
        if self.secret.is_some() {
            secret::hide(ui, id, &mut output, text);
        }
        let may_copy = self.secret.is_none();
        let is_cut = self.enabled && edit_menu::ui(ui, &mut output, selection, text, may_copy);
        let mut response = output.response.response;
        if is_cut {
            response.mark_changed();
        }
        if !self.enabled {
            inner.set_clip_rect(output.text_clip_rect.intersect(ui.clip_rect()));
            let drawn = Text::new(text).font(font::regular(points));
            let overlay = ui.interact(area, id.with("text"), selection::sense(ui));
            let galley = drawn.layout(ui, f32::INFINITY);
            selection::draw(&inner, &overlay, output.galley_pos, galley, text, |_| {
                Vec::new()
            });
            selection::menu(&overlay, text);
        }
        if super::gained_focus(&response) {
            // Ctrl+C copies only one of them.
            selection::clear(ui.ctx());
            response.scroll_to_me(None);
        }
        if !self.label_above {
            return response.accessible_name(self.label);
        }
        let above = Rect::from_min_max(
            pos2(rect.left(), rect.top() - space::XS - size::LABEL),
            pos2(rect.right(), rect.top() - space::XS),
        );
        let label = label(ui, self.label, above, id);
        if label.clicked() {
            response.request_focus();
        }
        response.labelled_by(label.id)
    }
}

/// Draws the label, associated with its field for screen readers and the pointer.
fn label(ui: &mut Ui, words: &str, rect: Rect, field: Id) -> Response {
    let caption = Text::caption(words, ui);
    let galley = caption.layout(ui, rect.width());
    let place = egui::Align2::LEFT_CENTER.align_size_within_rect(galley.size(), rect);
    let response = ui.interact(place, field.with("label"), Sense::CLICK);
    ui.expand_to_include_rect(rect);
    text::announce(&response, words);
    ui.painter()
        .galley(place.min, galley, theme::palette(ui).muted);
    response
}
