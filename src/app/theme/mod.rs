//! Every colour, size and distance of the window. They are defined only here, so that the look can
//! be changed in one file, and a test can check the contrast.

use egui::{
    Color32, Context, CornerRadius, FontFamily, FontId, Frame, Id, Margin, Shadow, Stroke,
    TextStyle, Theme, Ui, Visuals, vec2,
};

/// The colours of one theme.
#[derive(Debug)]
pub(crate) struct Palette {
    /// Behind the cards.
    pub background: Color32,
    /// Cards, the top bar, secondary buttons.
    pub card: Color32,
    /// The background of an editable field.
    pub field: Color32,
    /// The selected side of a switch.
    pub knob: Color32,
    /// Under the pointer.
    pub hover: Color32,
    /// Borders and separators.
    pub line: Color32,
    /// Primary text.
    pub text: Color32,
    /// Secondary text.
    pub muted: Color32,
    /// The brand colour.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// Behind accent-coloured text.
    pub soft_accent: Color32,
    /// Success.
    pub good: Color32,
    /// Behind success text.
    pub soft_good: Color32,
    /// Errors.
    pub error: Color32,
    /// Behind error text.
    pub soft_error: Color32,
    /// The empty part of a progress bar.
    pub track: Color32,
    /// Over everything behind a dialog.
    pub shade: Color32,
}

/// The light theme.
pub(crate) const LIGHT: Palette = Palette {
    background: rgb(0x00F6_F7F8),
    card: rgb(0x00FF_FFFF),
    field: rgb(0x00FF_FFFF),
    knob: rgb(0x00FF_FFFF),
    hover: rgb(0x00F1_F3F5),
    line: rgb(0x00E2_E6E9),
    text: rgb(0x001B_2328),
    muted: rgb(0x005A_666E),
    accent: rgb(0x000B_7285),
    on_accent: rgb(0x00FF_FFFF),
    soft_accent: rgb(0x00E3_F3F6),
    good: rgb(0x001E_6F30),
    soft_good: rgb(0x00E6_F4E9),
    error: rgb(0x00C9_2A2A),
    soft_error: rgb(0x00FC_EBEB),
    track: rgb(0x00E4_E9EC),
    shade: Color32::from_black_alpha(70),
};

/// The dark theme.
pub(crate) const DARK: Palette = Palette {
    background: rgb(0x0014_181B),
    card: rgb(0x001D_2327),
    field: rgb(0x0017_1C20),
    knob: rgb(0x002D_363C),
    hover: rgb(0x0026_2E33),
    line: rgb(0x002D_363C),
    text: rgb(0x00E6_EBEE),
    muted: rgb(0x009A_A7AF),
    accent: rgb(0x004C_C3D6),
    on_accent: rgb(0x0006_262C),
    soft_accent: rgb(0x0017_343B),
    good: rgb(0x0069_DB7C),
    soft_good: rgb(0x0018_3222),
    error: rgb(0x00FF_8787),
    soft_error: rgb(0x003A_2024),
    track: rgb(0x002D_363C),
    shade: Color32::from_black_alpha(140),
};

/// The dark and the light modules of a QR code in both themes, because many readers take nothing else.
pub(crate) const CODE: [Color32; 2] = [Color32::BLACK, Color32::WHITE];

/// Distances, in points.
pub(crate) mod space {
    /// Between a label and its field.
    pub(crate) const XS: f32 = 4.0;
    /// Between related items.
    pub(crate) const S: f32 = 8.0;
    /// Between the fields of a row.
    pub(crate) const M: f32 = 12.0;
    /// Between cards.
    pub(crate) const L: f32 = 16.0;
    /// Around the page.
    pub(crate) const XL: f32 = 20.0;
}

/// Heights and widths, in points.
pub(crate) mod size {
    /// The bar at the top of the window.
    pub(crate) const TOP_BAR: f32 = 62.0;
    /// Fields and buttons.
    pub(crate) const CONTROL: f32 = 36.0;
    /// Buttons inside rows and strips.
    pub(crate) const SMALL_CONTROL: f32 = 28.0;
    /// A field's label.
    pub(crate) const LABEL: f32 = 16.0;
    /// A port has at most five digits.
    pub(crate) const PORT_FIELD: f32 = 84.0;
    /// A file or folder in a list.
    pub(crate) const FILE_ROW: f32 = 34.0;
    /// The height of a progress bar.
    pub(crate) const BAR: f32 = 5.0;
    /// Below this width, fields wrap and rows use a second line.
    pub(crate) const NARROW: f32 = 640.0;
    /// The height of the progress bar of the totals.
    pub(crate) const THIN_BAR: f32 = 3.0;
    /// The width and height of the rate graph.
    pub(crate) const GRAPH: [f32; 2] = [64.0, 20.0];
    /// The icon of the program in the top bar.
    pub(crate) const LOGO: f32 = 26.0;
    /// Icons of cards and rows; the font includes padding.
    pub(crate) const ICON: f32 = 20.0;
    /// The icon on a button.
    pub(crate) const BUTTON_ICON: f32 = 18.0;
    /// The icon before the text of a field.
    pub(crate) const FIELD_ICON: f32 = 16.0;
    /// The icon of an empty state.
    pub(crate) const LARGE_ICON: f32 = 44.0;
}

/// Rounded corners, in points.
pub(crate) mod radius {
    /// Fields and buttons.
    pub(crate) const CONTROL: u8 = 8;
    /// The selected side of a switch.
    pub(crate) const KNOB: u8 = 6;
    /// Cards.
    pub(crate) const CARD: u8 = 12;
    /// Chips: round ends.
    pub(crate) const CHIP: u8 = 12;
    /// Check boxes.
    pub(crate) const CHECK_BOX: u8 = 4;
    /// Tags and switch tracks: round ends.
    pub(crate) const PILL: u8 = 9;
    /// Bars.
    pub(crate) const BAR: u8 = 3;
    /// The focus ring of a field.
    pub(crate) const HALO: u8 = 11;
}

/// Font sizes and families.
pub(crate) mod font {
    use crate::app::symbols::MaterialIcon;

    use super::{FontFamily, FontId};

    /// Captions and tags.
    pub(crate) const CAPTION: f32 = 12.0;
    /// Numbers in columns.
    pub(crate) const NUMBER: f32 = 13.0;
    /// Most text.
    pub(crate) const BODY: f32 = 14.0;
    /// Titles of cards and of the program.
    pub(crate) const TITLE: f32 = 15.0;
    /// The title of an empty state.
    pub(crate) const LEAD: f32 = 17.0;
    /// The address to share.
    pub(crate) const LARGE: f32 = 21.0;

    /// The family names of the heavier weights.
    pub(crate) const MEDIUM: &str = "medium";
    /// See [`MEDIUM`].
    pub(crate) const SEMIBOLD: &str = "semibold";

    /// The interface font.
    pub(crate) fn regular(size: f32) -> FontId {
        FontId::new(size, FontFamily::Proportional)
    }

    /// For buttons.
    pub(crate) fn medium(size: f32) -> FontId {
        FontId::new(size, FontFamily::Name(MEDIUM.into()))
    }

    /// For titles.
    pub(crate) fn semibold(size: f32) -> FontId {
        FontId::new(size, FontFamily::Name(SEMIBOLD.into()))
    }

    /// For addresses and the log.
    pub(crate) fn mono(size: f32) -> FontId {
        FontId::new(size, FontFamily::Monospace)
    }

    /// For an icon.
    pub(crate) fn icon(icon: MaterialIcon, size: f32) -> FontId {
        FontId::new(size, icon.font_family())
    }
}

/// Opacities.
pub(crate) mod share {
    /// A disabled control.
    pub(crate) const DISABLED: f32 = 0.45;
    /// The border of a drop area.
    pub(crate) const DASHES: f32 = 0.35;
    /// The progress bar of an inactive transfer.
    pub(crate) const RESTING: f32 = 0.6;
    /// A lifeline of a sequence diagram.
    pub(crate) const LIFELINE: f32 = 0.75;
    /// The line of a graph, whose numbers beside it say more.
    pub(crate) const QUIET: f32 = 0.8;
    /// How much of the text's colour a primary button takes on under the pointer.
    pub(crate) const HOT: f32 = 0.12;
    /// The accent behind selected text.
    pub(crate) const SELECTION: f32 = 0.3;
}

/// The frame of a dialog.
pub(crate) fn dialog_frame(ui: &Ui) -> Frame {
    let palette = palette(ui);
    Frame::NONE
        .fill(palette.card)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(radius::CARD)
        .inner_margin(space::XL)
}

/// The shade behind a dialog.
pub(crate) fn backdrop(ui: &Ui) -> Color32 {
    palette(ui).shade
}

/// The colours of the current theme.
pub(crate) fn palette(ui: &Ui) -> &'static Palette {
    of(ui.visuals().dark_mode)
}

/// The colours of the dark or the light theme.
pub(crate) fn of(dark: bool) -> &'static Palette {
    if dark { &DARK } else { &LIGHT }
}

/// Sets reduced motion: progress bars then jump instead of being animated.
pub(crate) fn set_calm(ctx: &Context, calm: bool) {
    ctx.data_mut(|data| data.insert_temp(calm_id(), calm));
}

/// See [`set_calm`].
pub(crate) fn is_calm(ctx: &Context) -> bool {
    ctx.data(|data| data.get_temp(calm_id())).unwrap_or(false)
}

fn calm_id() -> Id {
    Id::unique("calm")
}

/// Styles egui's own widgets (text fields, tooltips, scroll bars) in both themes.
pub(crate) fn install(ctx: &Context) {
    for (theme, palette) in [(Theme::Light, &LIGHT), (Theme::Dark, &DARK)] {
        ctx.style_mut_of(theme, |style| {
            restyle(&mut style.visuals, palette);
            style.text_styles = [
                (TextStyle::Small, font::regular(font::CAPTION)),
                (TextStyle::Body, font::regular(font::BODY)),
                (TextStyle::Button, font::medium(font::BODY)),
                (TextStyle::Heading, font::semibold(font::TITLE)),
                (TextStyle::Monospace, font::mono(font::NUMBER)),
            ]
            .into();
            style.spacing.item_spacing = vec2(space::S, space::S);
            style.spacing.menu_margin = Margin::same(12);
            style.spacing.scroll.content_margin = Margin::ZERO;
            // A list that grows and shows its new end at once would glide back and leave a gap.
            style.spacing.scroll.kinetic.rubber_band = false;
            style.interaction.selectable_labels = false;
            // Only bars are animated.
            style.animation_time = 0.0;
            style.scroll_animation = egui::style::ScrollAnimation::none();
        });
    }
}

fn restyle(visuals: &mut Visuals, palette: &Palette) {
    let line = Stroke::new(1.0, palette.line);
    visuals.panel_fill = palette.background;
    visuals.window_fill = palette.card;
    visuals.window_stroke = line;
    visuals.window_shadow = Shadow::NONE;
    visuals.popup_shadow = Shadow::NONE;
    visuals.window_corner_radius = CornerRadius::same(radius::CARD);
    visuals.menu_corner_radius = CornerRadius::same(radius::CONTROL);
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(palette.muted);
    visuals.extreme_bg_color = palette.field;
    visuals.selection.bg_fill = palette.accent.gamma_multiply(share::SELECTION);
    visuals.selection.stroke = Stroke::new(1.0, palette.text);
    visuals.hyperlink_color = palette.accent;
    visuals.error_fg_color = palette.error;
    // A blinking cursor would draw frames while the window is idle.
    visuals.text_cursor.blink = false;
    visuals.text_cursor.stroke = Stroke::new(1.5, palette.accent);
    for widget in [
        &mut visuals.widgets.noninteractive,
        &mut visuals.widgets.inactive,
        &mut visuals.widgets.hovered,
        &mut visuals.widgets.active,
        &mut visuals.widgets.open,
    ] {
        widget.fg_stroke = Stroke::new(1.0, palette.text);
        widget.bg_stroke = line;
        widget.corner_radius = CornerRadius::same(radius::CONTROL);
        widget.expansion = 0.0;
    }
}

const fn rgb(hex: u32) -> Color32 {
    let [_, red, green, blue] = hex.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}

#[cfg(test)]
mod tests;
