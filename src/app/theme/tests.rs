//! The contrast of all colour pairs that `ui` draws.

use super::*;

/// Relative luminance, WCAG 2.2.
fn luminance(color: Color32) -> f64 {
    let linear = |channel: u8| {
        let value = f64::from(channel) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
}

fn contrast(one: Color32, other: Color32) -> f64 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    one.max(other) / one.min(other)
}

/// The result of drawing one colour over another.
fn over(color: Color32, behind: Color32) -> Color32 {
    behind.blend(color)
}

/// The pairs of foreground and background.
fn check(what: &str, least: f64, pairs: &[(Color32, Color32)]) {
    for (over, behind) in pairs {
        let ratio = contrast(*over, *behind);
        assert!(
            ratio >= least,
            "{what}: {over:?} on {behind:?} is {ratio:.2}"
        );
    }
}

/// WCAG 2.2, 1.4.3. It exempts disabled controls.
#[test]
fn every_text_has_enough_contrast() {
    for palette in [&LIGHT, &DARK] {
        let text = palette.text;
        check(
            "text",
            4.5,
            &[
                // A drop area; a disabled field.
                (text, palette.background),
                (text, palette.card),
                (text, palette.field),
                (text, palette.hover),
                // The selected option.
                (text, palette.knob),
                // A selected row; a drop area while files are dragged over it.
                (text, palette.soft_accent),
                (text, palette.soft_error),
            ],
        );
        let muted = palette.muted;
        check(
            "muted",
            4.5,
            &[
                // Tags, unselected options, hints.
                (muted, palette.background),
                (muted, palette.card),
                (muted, palette.field),
                // The numbers of a row under the pointer.
                (muted, palette.hover),
                // The numbers of a selected row; a disabled primary button.
                (muted, palette.soft_accent),
                (muted, palette.soft_error),
            ],
        );
        let hot = palette.accent.lerp_to_gamma(palette.text, share::HOT);
        check(
            "accent",
            4.5,
            &[
                (palette.accent, palette.card),
                (palette.accent, palette.soft_accent),
                (palette.on_accent, palette.accent),
                (palette.on_accent, hot),
            ],
        );
        check(
            "how it went",
            4.5,
            &[
                (palette.good, palette.soft_good),
                (palette.error, palette.soft_error),
                // A message without a reply; a queued download.
                (palette.error, palette.card),
            ],
        );
        let selected = palette.accent.gamma_multiply(share::SELECTION);
        let selected = over(selected, palette.field);
        check("selected", 4.5, &[(text, selected)]);
    }
}

/// WCAG 2.2, 1.4.11: focus rings, switches and progress bars.
#[test]
fn every_indicator_has_enough_contrast() {
    for palette in [&LIGHT, &DARK] {
        let accent = palette.accent;
        check(
            "the ring around what has the keyboard",
            3.0,
            &[
                (accent, palette.background),
                (accent, palette.card),
                (accent, palette.field),
                (accent, palette.hover),
                (accent, palette.knob),
                (accent, palette.soft_accent),
                (accent, palette.soft_error),
            ],
        );
        check(
            "a switch and its thumb",
            3.0,
            &[
                (accent, palette.card),
                (palette.on_accent, accent),
                (palette.muted, palette.card),
                (palette.card, palette.muted),
            ],
        );
        let graph = accent.gamma_multiply(share::QUIET);
        let graph = over(graph, palette.card);
        check(
            "a bar and a graph",
            3.0,
            &[
                (accent, palette.track),
                (graph, palette.card),
                (graph, palette.soft_accent),
            ],
        );
        check(
            "icons and dots",
            3.0,
            &[
                (accent, palette.background),
                (accent, palette.hover),
                (palette.muted, palette.hover),
                (palette.muted, palette.soft_accent),
                (palette.muted, palette.track),
                (palette.good, palette.card),
                (palette.good, palette.soft_good),
                (palette.error, palette.soft_error),
            ],
        );
    }
}
