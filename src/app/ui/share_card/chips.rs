//! The chips in the card: that there is a password, how the share is encrypted, and whether it is visible nearby.

use egui::{Pos2, Ui, Vec2, vec2};

use crate::app::model::Model;
use crate::app::symbols::{ICON_LOCK, ICON_SENSORS, ICON_SHIELD, ICON_SMARTPHONE, MaterialIcon};
use crate::app::theme::space;
use crate::app::ui::widgets::{CHIP, chip, chip_width};
use crate::app::ui::{localsend_card, nearby};
use crate::t;

/// One of them.
struct Chip {
    icon: MaterialIcon,
    words: String,
    about: Option<String>,
    /// Whether it only keeps its place.
    is_pending: bool,
}

/// The chips of the share.
pub(super) struct Chips(Vec<Chip>);

impl Chips {
    pub(super) fn of(model: &Model) -> Self {
        let chip = |icon, words, about| Chip {
            icon,
            words,
            about: Some(about),
            is_pending: false,
        };
        let mut chips = Vec::new();
        if model.privacy.has_password() {
            chips.push(chip(
                ICON_LOCK,
                t!("password-set"),
                t!("what-password-set-means"),
            ));
        }
        let is_encrypted = model.privacy.identity().is_some();
        if is_encrypted && model.settings.encrypted_only {
            let about = t!("what-encrypted-only-means");
            chips.push(chip(ICON_SHIELD, t!("encrypted-only"), about));
        } else if is_encrypted {
            chips.push(chip(
                ICON_SHIELD,
                t!("encrypted"),
                t!("what-encrypted-means"),
            ));
        }
        if model.announcement().is_some() {
            let said = nearby::chip_text(model);
            chips.push(Chip {
                icon: ICON_SENSORS,
                is_pending: said.is_none(),
                // From the start, so that nothing moves once the share is announced.
                words: said
                    .unwrap_or_else(|| t!("visible-nearby-as", name = model.computer_name())),
                about: None,
            });
        }
        if model.is_visible_to_localsend() {
            let visible = t!("localsend-visible-as", name = model.computer_name());
            let about = format!("{visible}\n{}", localsend_card::about(model));
            chips.push(chip(ICON_SMARTPHONE, t!("visible-to-localsend"), about));
        }
        Self(chips)
    }

    /// The height in lines of `width` points, with the gap above.
    pub(super) fn height(&self, ui: &Ui, width: f32) -> f32 {
        let last = self.places(ui, width).last().copied();
        last.map_or(0.0, |last| space::S + last.y + CHIP)
    }

    /// Draws them from the top of `min`.
    pub(super) fn ui(&self, ui: &mut Ui, min: Pos2, width: f32) {
        let min = min + vec2(0.0, space::S);
        let places = self.places(ui, width);
        for (it, place) in self.0.iter().zip(places).filter(|(it, _)| !it.is_pending) {
            chip(
                ui,
                min + place,
                width,
                (it.icon, &it.words),
                it.about.as_deref(),
            );
        }
    }

    /// Where they are: side by side, in as many lines as they need.
    fn places(&self, ui: &Ui, width: f32) -> Vec<Vec2> {
        let mut at = Vec2::ZERO;
        let place = |chip: &Chip| {
            let own = chip_width(ui, &chip.words).min(width);
            if at.x > 0.0 && at.x + own > width {
                at = vec2(0.0, at.y + CHIP + space::XS);
            }
            let place = at;
            at.x += own + space::S;
            place
        };
        self.0.iter().map(place).collect()
    }
}
