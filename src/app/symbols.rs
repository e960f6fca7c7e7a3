//! The icons, and the font that draws them: `assets/fonts/Icons.ttf` contains only these of the
//! thousands in Material Symbols. Its README says how to add one.

pub(crate) use egui_material_icons::MaterialIcon;

/// The font.
pub(super) const FACE: &[u8] = include_bytes!("../../assets/fonts/Icons.ttf");

macro_rules! symbols {
    ($($name:ident),* $(,)?) => {
        pub(crate) use egui_material_icons::icons::{$($name),*};

        #[cfg(test)]
        const ALL: &[(&str, MaterialIcon)] = &[$((stringify!($name), $name)),*];
    };
}

symbols! {
    ICON_ADD,
    ICON_ARROW_BACK,
    ICON_ARROW_DOWNWARD,
    ICON_ARROW_DROP_DOWN,
    ICON_ARROW_DROP_UP,
    ICON_ARROW_FORWARD,
    ICON_ARROW_UPWARD,
    ICON_CALL,
    ICON_CALL_END,
    ICON_CANCEL,
    ICON_CHECK,
    ICON_CHECK_CIRCLE,
    ICON_CHEVRON_RIGHT,
    ICON_CLEAR_ALL,
    ICON_CLOSE,
    ICON_CONTENT_COPY,
    ICON_CONTENT_CUT,
    ICON_CONTENT_PASTE,
    ICON_DELETE,
    ICON_DEVICES,
    ICON_DRAFT,
    ICON_EXPAND_LESS,
    ICON_EXPAND_MORE,
    ICON_FOLDER,
    ICON_FOLDER_OPEN,
    ICON_FULLSCREEN,
    ICON_HARD_DRIVE,
    ICON_HELP,
    ICON_HISTORY,
    ICON_INFO,
    ICON_KEY,
    ICON_LAPTOP_WINDOWS,
    ICON_LINK,
    ICON_LOCK,
    ICON_LOCK_OPEN,
    ICON_MORE_VERT,
    ICON_NO_ENCRYPTION,
    ICON_OPEN_IN_NEW,
    ICON_PAUSE,
    ICON_PLAY_ARROW,
    ICON_REFRESH,
    ICON_REMOVE,
    ICON_REPLAY,
    ICON_SEARCH,
    ICON_SEARCH_OFF,
    ICON_SELECT_ALL,
    ICON_SEND,
    ICON_SENSORS,
    ICON_SETTINGS,
    ICON_SHIELD,
    ICON_SMARTPHONE,
    ICON_SPEED,
    ICON_SWAP_VERT,
    ICON_TUNE,
    ICON_VISIBILITY,
    ICON_VISIBILITY_OFF,
    ICON_WARNING,
}

#[cfg(test)]
mod tests {
    use egui::{Context, RawInput};

    use super::*;
    use crate::app::fonts;
    use crate::app::theme::{font, size};

    #[test]
    fn the_font_contains_every_icon() {
        let ctx = Context::default();
        fonts::install(&ctx);
        ctx.run_ui(RawInput::default(), |_| {})
            .textures_delta
            .clear();
        let face = font::icon(ICON_CLOSE, size::ICON);
        ctx.fonts_mut(|fonts| {
            for (name, symbol) in ALL {
                assert!(fonts.has_glyphs(&face, symbol.codepoint), "{name}");
            }
            assert!(!fonts.has_glyphs(&face, "a"), "any face would do");
        });
    }
}
