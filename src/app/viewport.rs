//! What egui tells about the window, and what the window asks of the system.

use egui::{Context, ViewportCommand};

/// Brings the window to the front.
pub(super) fn raise(ctx: &Context) {
    ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
    ctx.send_viewport_cmd(ViewportCommand::Focus);
    // Wayland lets no program take the focus, but one may ask for attention.
    if std::env::var_os("WAYLAND_DISPLAY").is_some() {
        let attention = egui::UserAttentionType::Informational;
        ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(attention));
    }
}

/// Whether the window is maximised; `None` while it is minimised or hidden.
pub(super) fn fills(window: &egui::ViewportInfo) -> Option<bool> {
    let is_other = window.minimized == Some(true) || window.fullscreen == Some(true);
    (!is_other).then_some(window.maximized == Some(true))
}

/// Rounds to whole points.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast keeps to what fits, and no window is larger"
)]
pub(super) fn points(length: f32) -> u16 {
    length.round() as u16
}

/// A zoom factor in percent.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "egui keeps it between 0.2 and 5"
)]
pub(super) fn percent(zoom: f32) -> u16 {
    (zoom * 100.0).round() as u16
}
