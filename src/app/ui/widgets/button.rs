//! The buttons of the window.

use egui::{
    Color32, CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    WidgetInfo,
};

use super::{Text, faded, focus_ring};
use crate::app::symbols::MaterialIcon;
use crate::app::theme;
use crate::app::theme::{font, radius, size, space};

/// The horizontal padding.
const PADDING: f32 = 15.0;
/// The horizontal padding of a small button.
const SMALL_PADDING: f32 = 11.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The primary action of a tab.
    Primary,
    /// All others.
    Secondary,
    /// Borderless.
    Ghost,
    /// On the soft error colour.
    Alarm,
}

/// The alignment of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    /// Centred.
    Middle,
    /// Left-aligned.
    Start,
    /// Centred, elided if there is no space.
    Cut,
}

/// A button; [`Button::show`] draws it.
#[derive(Debug)]
pub(crate) struct Button<'a> {
    text: &'a str,
    name: &'a str,
    icon: Option<MaterialIcon>,
    kind: Kind,
    small: bool,
    enabled: bool,
    tooltip: Option<&'a str>,
    slot: Option<usize>,
    fit: Fit,
}

impl<'a> Button<'a> {
    /// A secondary button.
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            name: text,
            icon: None,
            kind: Kind::Secondary,
            small: false,
            enabled: true,
            tooltip: None,
            slot: None,
            fit: Fit::Middle,
        }
    }

    /// A primary button, filled with the accent: one per tab.
    pub(crate) fn primary(text: &'a str) -> Self {
        Self {
            kind: Kind::Primary,
            ..Self::new(text)
        }
    }

    /// A small button without a border.
    pub(crate) fn plain(text: &'a str) -> Self {
        Self {
            kind: Kind::Ghost,
            small: true,
            ..Self::new(text)
        }
    }

    /// A small button that names a problem and leads to it.
    pub(crate) fn alarm(text: &'a str) -> Self {
        Self {
            kind: Kind::Alarm,
            small: true,
            ..Self::new(text)
        }
    }

    /// An icon button; its name is also its tooltip.
    pub(crate) fn icon_only(icon: MaterialIcon, name: &'a str) -> Self {
        Self {
            name,
            icon: Some(icon),
            kind: Kind::Ghost,
            small: true,
            tooltip: Some(name),
            ..Self::new("")
        }
    }

    /// Disables it while `blocked`, with `why` as the tooltip.
    pub(crate) fn unless(self, blocked: bool, why: &'a str) -> Self {
        if blocked {
            self.enabled(false).tooltip(why)
        } else {
            self
        }
    }

    /// An icon before the text.
    pub(crate) fn icon(mut self, icon: MaterialIcon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// The accessible name, if the text alone is ambiguous.
    pub(crate) fn name(mut self, name: &'a str) -> Self {
        self.name = name;
        self
    }

    /// 28 points high.
    pub(crate) fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// The slot that identifies the button when its text changes, so that it keeps the keyboard
    /// focus.
    pub(crate) fn slot(mut self, slot: usize) -> Self {
        self.slot = Some(slot);
        self
    }

    /// Left-aligns the text.
    pub(crate) fn start(mut self) -> Self {
        self.fit = Fit::Start;
        self
    }

    /// Elides the text in the middle if there is no space for it.
    pub(crate) fn cut(mut self) -> Self {
        self.fit = Fit::Cut;
        self
    }

    pub(crate) fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// The tooltip, also while it is disabled.
    pub(crate) fn tooltip(mut self, tooltip: &'a str) -> Self {
        self.tooltip = Some(tooltip);
        self
    }

    /// The height.
    pub(crate) fn height(&self) -> f32 {
        if self.small {
            size::SMALL_CONTROL
        } else {
            size::CONTROL
        }
    }

    /// The natural width.
    pub(crate) fn width(&self, ui: &Ui) -> f32 {
        if self.text.is_empty() {
            return self.height();
        }
        let padding = if self.small { SMALL_PADDING } else { PADDING };
        self.content_width(ui) + 2.0 * padding
    }

    /// Draws it in `rect`.
    pub(crate) fn show(self, ui: &mut Ui, rect: Rect) -> Response {
        let builder = UiBuilder::new().max_rect(rect);
        let builder = match self.slot {
            Some(slot) => builder.id_salt(slot),
            None => builder.id_salt(self.name),
        };
        let mut child = ui.new_child(builder);
        ui.expand_to_include_rect(rect);
        let ui = &mut child;
        let id = ui.scope_id().with("button");
        let mut sense = Sense::click();
        if !self.enabled && ui.memory(|memory| memory.has_focus(id)) {
            // Remains focusable, so that the tab order continues from here rather than from the
            // start.
            sense = Sense::focusable_noninteractive();
        } else if !self.enabled {
            ui.disable();
        }
        let response = ui.interact(rect, id, sense);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, self.enabled, self.name));
        if ui.is_rect_visible(rect) {
            self.paint(ui, rect, &response);
        }
        let ring = if self.small {
            radius::KNOB
        } else {
            radius::CONTROL
        };
        // A ring in the button's own colour needs a gap to be visible.
        let around = match self.kind {
            Kind::Primary => rect.expand(2.0),
            Kind::Secondary | Kind::Ghost | Kind::Alarm => rect,
        };
        focus_ring(ui, &response, around, ring);
        match self.tooltip {
            Some(tooltip) => response
                .on_hover_text(tooltip)
                .on_disabled_hover_text(tooltip),
            None => response,
        }
    }

    fn paint(&self, ui: &Ui, rect: Rect, response: &Response) {
        let palette = theme::palette(ui);
        let hot = response.hovered() && self.enabled;
        let pressed = response.is_pointer_button_down_on() && self.enabled;
        let (fill, border, color) = match self.kind {
            // Text on a faded accent would be unreadable, so a disabled button is muted.
            Kind::Primary if !self.enabled => {
                (palette.soft_accent, palette.soft_accent, palette.muted)
            }
            Kind::Primary => (palette.accent, palette.accent, palette.on_accent),
            Kind::Secondary if hot => (palette.hover, palette.line, palette.text),
            Kind::Secondary => (palette.card, palette.line, palette.text),
            Kind::Alarm if hot => (palette.soft_error, palette.error, palette.error),
            Kind::Alarm => (palette.soft_error, palette.soft_error, palette.error),
            Kind::Ghost if hot => (palette.hover, palette.hover, palette.text),
            Kind::Ghost => (Color32::TRANSPARENT, Color32::TRANSPARENT, palette.muted),
        };
        let fill = if self.kind == Kind::Primary && hot {
            fill.lerp_to_gamma(palette.text, theme::share::HOT)
        } else {
            fill
        };
        let rect = if pressed { rect.shrink(0.5) } else { rect };
        let corners = if self.small {
            radius::KNOB
        } else {
            radius::CONTROL
        };
        ui.painter().rect(
            rect,
            CornerRadius::same(corners),
            fill,
            Stroke::new(1.0, border),
            StrokeKind::Inside,
        );
        let mut x = if self.fit == Fit::Start {
            rect.left() + SMALL_PADDING
        } else {
            rect.center().x - self.content_width(ui) / 2.0
        };
        let color = faded(color, self.enabled || self.kind == Kind::Primary);
        if let Some(icon) = self.icon {
            let glyph = ui.painter().layout_no_wrap(
                icon.codepoint.to_owned(),
                font::icon(icon, size::BUTTON_ICON),
                color,
            );
            let left = rect.center().y - glyph.size().y / 2.0;
            ui.painter().galley(egui::pos2(x, left), glyph, color);
            x += size::BUTTON_ICON + space::S;
        }
        let galley = if self.fit == Fit::Cut {
            let room = rect.width() - 2.0 * SMALL_PADDING;
            x = x.max(rect.left() + SMALL_PADDING);
            self.caption().color(color).middle().layout(ui, room)
        } else {
            self.caption().color(color).layout(ui, f32::INFINITY)
        };
        let top = rect.center().y - galley.size().y / 2.0;
        ui.painter().galley(egui::pos2(x, top), galley, color);
    }

    fn caption(&self) -> Text<'a> {
        let points = if self.small { font::NUMBER } else { font::BODY };
        Text::new(self.text).font(font::medium(points))
    }

    fn content_width(&self, ui: &Ui) -> f32 {
        let text = if self.text.is_empty() {
            0.0
        } else {
            self.caption().width(ui)
        };
        let icon = match self.icon {
            Some(_) if self.text.is_empty() => size::BUTTON_ICON,
            Some(_) => size::BUTTON_ICON + space::S,
            None => 0.0,
        };
        icon + text
    }
}
