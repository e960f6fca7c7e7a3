//! The faces: Inter for the interface, egui's own Hack for addresses and the log, an icon face.
//! Letters that none of them has come from the system's fonts, which eframe asks for.

use std::sync::Arc;

use egui::{Context, FontData, FontDefinitions, FontFamily};

use super::theme::font;

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

/// Install them. What egui brings stays behind each of them, for symbols.
pub(crate) fn install(ctx: &Context) {
    let mut fonts = FontDefinitions::default();
    // It has half of the full-width punctuation that Chinese needs, narrow and bold. The system has
    // all of it, and all symbols.
    for chain in fonts.families.values_mut() {
        chain.retain(|name| name != "emoji-icon-font");
    }
    fonts.font_data.remove("emoji-icon-font");
    let behind = fonts
        .families
        .get(&FontFamily::Proportional)
        .cloned()
        .unwrap_or_default();
    let families = [
        FontFamily::Proportional,
        FontFamily::Name(font::MEDIUM.into()),
        FontFamily::Name(font::SEMIBOLD.into()),
    ];
    for ((name, face), family) in FACES.into_iter().zip(families) {
        let data = Arc::new(FontData::from_static(face));
        fonts.font_data.insert(name.to_owned(), data);
        let mut chain = vec![name.to_owned()];
        chain.extend(behind.iter().cloned());
        fonts.families.insert(family, chain);
    }
    // Only in a family of their own: no file name may turn into an icon.
    let icons = egui_material_icons::font_insert();
    fonts
        .font_data
        .insert(icons.name.clone(), Arc::new(icons.data));
    fonts.families.insert(
        FontFamily::Name(egui_material_icons::FONT_FAMILY_OUTLINED.into()),
        vec![icons.name],
    );
    ctx.set_fonts(fonts);
}
