//! The program's icon, for the system's window list and the top bar.

use egui::{Color32, ColorImage, Context, IconData, TextureHandle, TextureOptions};

use super::theme;
use super::theme::Palette;

const FOR_SYSTEM: &[u8] = include_bytes!("../../assets/icons/icon-256.png");
const FOR_TOP_BAR: &[u8] = include_bytes!("../../assets/icons/icon-64.png");

/// The icon for the title bar, the taskbar and the window switcher; empty if it does not decode.
pub(crate) fn for_system() -> IconData {
    decode(FOR_SYSTEM)
}

/// The icon in the colours of the dark or the light theme.
pub(crate) fn texture(ctx: &Context, dark: bool) -> TextureHandle {
    let icon = decode(FOR_TOP_BAR);
    let palette = theme::of(dark);
    let pixels = icon.rgba.chunks_exact(4).map(|pixel| tint(pixel, palette));
    let image = ColorImage::new(
        [icon.width as usize, icon.height as usize],
        pixels.collect(),
    );
    let smaller = TextureOptions {
        mipmap_mode: Some(egui::TextureFilter::Linear),
        ..TextureOptions::LINEAR
    };
    ctx.load_texture("icon", image, smaller)
}

fn decode(png: &[u8]) -> IconData {
    eframe::icon_data::from_png_bytes(png).unwrap_or_else(|error| {
        log::error!("the icon does not decode: {error}");
        IconData::default()
    })
}

/// The drawing has two colours, the light theme's accent and white; red tells them apart best.
fn tint(pixel: &[u8], palette: &Palette) -> Color32 {
    let accent = f32::from(theme::LIGHT.accent.r());
    let white = (f32::from(pixel[0]) - accent).max(0.0) / (255.0 - accent);
    palette
        .accent
        .lerp_to_gamma(palette.on_accent, white)
        .gamma_multiply_u8(pixel[3])
}
