//! The fonts: Inter for the interface, Hack for addresses and the log, Noto for emoji, and an icon
//! font. eframe loads system fonts for missing glyphs.

use std::sync::Arc;

use egui::epaint::text::FontTweak;
use egui::{Context, FontData, FontDefinitions, FontFamily};
use epaint_default_fonts::NOTO_EMOJI_REGULAR;

use super::symbols;
use super::theme::font;

/// The family of the icon font.
const SYMBOLS: &str = egui_material_icons::FONT_FAMILY_OUTLINED;

const FACES: [(&str, &[u8]); 3] = [
    (
        "Inter",
        include_bytes!("../../assets/fonts/Inter-Regular.otf"),
    ),
    (
        "Inter Medium",
        include_bytes!("../../assets/fonts/Inter-Medium.otf"),
    ),
    (
        "Inter SemiBold",
        include_bytes!("../../assets/fonts/Inter-SemiBold.otf"),
    ),
];

const MONOSPACE: &str = "Hack";
const HACK: &[u8] = include_bytes!("../../assets/fonts/Hack.ttf");
const EMOJI: &str = "Noto Emoji";
/// Noto's emoji are larger than the letters beside them.
const EMOJI_SCALE: f32 = 0.81;

/// Installs the fonts.
pub(crate) fn install(ctx: &Context) {
    let mut fonts = FontDefinitions::empty();
    let emoji = FontData::from_static(NOTO_EMOJI_REGULAR).tweak(FontTweak {
        scale: EMOJI_SCALE,
        ..FontTweak::default()
    });
    let mut add = |name: &str, data| fonts.font_data.insert(name.to_owned(), Arc::new(data));
    add(MONOSPACE, FontData::from_static(HACK));
    add(EMOJI, emoji);
    add(SYMBOLS, FontData::from_static(symbols::FACE));
    for (name, face) in FACES {
        add(name, FontData::from_static(face));
    }
    let families = [
        FontFamily::Proportional,
        FontFamily::Name(font::MEDIUM.into()),
        FontFamily::Name(font::SEMIBOLD.into()),
    ];
    let chain = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    for (family, (name, _)) in families.into_iter().zip(FACES) {
        // Hack has glyphs that Inter lacks: fractions, subscripts, mathematical operators.
        fonts
            .families
            .insert(family, chain(&[name, EMOJI, MONOSPACE]));
    }
    let [(first, _), ..] = FACES;
    fonts
        .families
        .insert(FontFamily::Monospace, chain(&[MONOSPACE, first, EMOJI]));
    // In a family of their own, so that no file name can contain an icon.
    fonts
        .families
        .insert(FontFamily::Name(SYMBOLS.into()), chain(&[SYMBOLS]));
    ctx.set_fonts(fonts);
}
