//! Colours, fonts and their sizes are defined only in `theme`.

use std::fs;
use std::path::Path;

use super::texts::sources;

/// Constants that are not colours of their own, and why they are allowed.
const NO_COLOURS: [&str; 3] = [
    // The default of the text.
    "PLACEHOLDER",
    // Draws nothing.
    "TRANSPARENT",
    // An image in its own colours.
    "WHITE",
];
/// Ways to define a colour, apart from the type itself.
const COLOURS: [&str; 6] = ["rgb(", "rgba(", "hsv(", "hex_color!", "Rgba::", "Hsva::"];
/// Ways to choose a font.
const FACES: [&str; 4] = ["FontId::", "FontFamily::", "RichText", "TextStyle::"];
/// Functions that take a size, a radius or an opacity, which must be a named constant.
const NUMBERS: [&str; 12] = [
    "regular(",
    "medium(",
    "semibold(",
    "mono(",
    "font::icon(icon, ",
    ".size(",
    "CornerRadius::same(",
    "corner_radius(",
    "gamma_multiply(",
    "linear_multiply(",
    "gamma_multiply_u8(",
    "from_black_alpha(",
];

/// The part of a line of code that defines a look.
fn looks(line: &str) -> Option<&str> {
    let code = line.split("//").next().unwrap_or_default();
    let after = |what: &'static str| code.split(what).skip(1);
    for rest in after("Color32::") {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        if !NO_COLOURS.contains(&&rest[..end.unwrap_or(rest.len())]) {
            return Some("Color32");
        }
    }
    let is_named = |what: &&str| code.contains(*what);
    if let Some(what) = COLOURS.into_iter().chain(FACES).find(|what| is_named(what)) {
        return Some(what);
    }
    NUMBERS.into_iter().find(|what| {
        let mut rests = after(what);
        rests.any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    })
}

#[test]
fn looks_are_defined_in_the_theme() {
    let app = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/app");
    let mut files = Vec::new();
    sources(&app, &mut files);
    // `fonts.rs` defines the family names that the theme refers to.
    let is_drawing = |path: &&std::path::PathBuf| {
        let inside = path.strip_prefix(&app).unwrap();
        !["theme.rs", "theme", "tests", "fonts.rs"]
            .iter()
            .any(|theirs| inside.starts_with(theirs))
    };
    let files: Vec<_> = files.iter().filter(is_drawing).collect();
    assert!(files.len() > 40, "{}", files.len());
    let mut found = Vec::new();
    for file in files {
        let source = fs::read_to_string(file).unwrap();
        for (number, line) in (1..).zip(source.lines()) {
            if let Some(what) = looks(line) {
                found.push(format!("{}:{number}: {what}", file.display()));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn looks_are_found_wherever_they_stand() {
    for line in [
        "let red = Color32::RED;",
        "ui.painter().rect_filled(rect, 0, Color32::from_gray(20));",
        "let one = Color32::PLACEHOLDER; let other = egui::Color32::from_rgb(1, 2, 3);",
        "let color = rgb(0x00FF_0000);",
        "let font = FontId::new(ICON, icon.font_family());",
        "Text::new(words).font(font::regular(13.0))",
        "RichText::new(words)",
        "CornerRadius::same(9)",
        "let color = palette.muted.gamma_multiply(0.35);",
    ] {
        assert!(looks(line).is_some(), "{line}");
    }
    for line in [
        "let size = vec2(width, size::SMALL_CONTROL);",
        "use egui::{Color32, FontId};",
        "ui.painter().galley(min, galley, Color32::PLACEHOLDER);",
        "let x = galley.size().x;",
        "// Color32::RED would be too loud",
        "fn faded(color: Color32, enabled: bool) -> Color32 {",
        "Text::new(words).font(font::regular(font::NUMBER))",
        "palette.accent.lerp_to_gamma(palette.on_accent, white)",
    ] {
        assert_eq!(looks(line), None, "{line}");
    }
}
