//! Integration with the desktop.

#[cfg(target_os = "linux")]
pub(super) mod appearance;
#[cfg(not(target_os = "linux"))]
#[path = "appearance_elsewhere.rs"]
pub(super) mod appearance;
pub(super) mod autostart;
pub(super) mod frames;
pub(super) mod notify;
pub(super) mod opening;
pub(super) mod single_instance;
pub(super) mod taskbar;
