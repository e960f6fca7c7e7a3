//! Why a folder could not be listed, and the buttons that may help.

use egui::{Align2, CornerRadius, Rect, ScrollArea, Ui, UiBuilder, pos2, vec2};

use crate::app::actions::{Action, Forgotten};
use crate::app::model::Model;
use crate::app::model::password::Waiting;
use crate::app::symbols::{ICON_LOCK, ICON_WARNING};
use crate::app::theme;
use crate::app::theme::{radius, size, space};
use crate::app::ui::page::Row;
use crate::app::ui::widgets::Button;
use crate::app::ui::{card_header, empty, error_strip, widgets};
use crate::t;
use crate::text::Sentence;
use landline_engine::client::Place;
use landline_engine::error::{ClientError, PasswordError, TlsError};

/// The vertical padding of the strip.
const PADDING: f32 = 10.0;

/// Draws the error and its buttons into `rect`; they scroll if there is too little space.
pub(super) fn ui(
    ui: &mut Ui,
    rect: Rect,
    why: &Sentence,
    model: &mut Model,
    actions: &mut Vec<Action>,
) {
    let builder = UiBuilder::new().max_rect(rect).id_salt("failed");
    ScrollArea::vertical()
        .auto_shrink(false)
        .min_scrolled_height(0.0)
        .show(&mut ui.new_child(builder), |ui| {
            let visible = Rect::from_min_size(ui.max_rect().min, rect.size());
            content(ui, visible, why, model, actions);
        });
}

fn content(ui: &mut Ui, rect: Rect, why: &Sentence, model: &mut Model, actions: &mut Vec<Action>) {
    let mut steps = steps(model);
    steps.retain(|(_, action)| *action != Action::Refresh || model.can_list());
    let texts: Vec<&str> = steps.iter().map(|(text, _)| &**text).collect();
    let buttons: Vec<_> = texts.iter().map(|text| Button::new(text).small()).collect();
    let widths: Vec<f32> = buttons.iter().map(|button| button.width(ui)).collect();
    let gaps: f32 = widths.iter().skip(1).map(|_| space::S).sum();
    let width = widths.iter().sum::<f32>() + gaps;
    let error = model.client.browse.error();
    let place = if matches!(
        error,
        Some(ClientError::Tls(TlsError::IdentityChanged { .. }))
    ) {
        strip(ui, rect, why)
    } else {
        let area = rect.with_max_y(rect.bottom() - size::SMALL_CONTROL - space::S);
        let (title, hint) = (why.title(), why.hint().unwrap_or_default());
        let below = if matches!(error, Some(ClientError::Password(_))) {
            empty::ui(ui, area, ICON_LOCK, &title, &hint)
        } else {
            empty::bad(ui, area, ICON_WARNING, &title, &hint)
        };
        let place = pos2(rect.center().x, below);
        Align2::CENTER_TOP
            .anchor_size(place, vec2(width, size::SMALL_CONTROL))
            .min
    };
    let place = Rect::from_min_size(place, vec2(width, size::SMALL_CONTROL));
    ui.expand_to_include_rect(place.with_max_y(place.bottom() + PADDING));
    let mut row = Row::new(place, size::SMALL_CONTROL, space::S);
    for ((button, width), (_, action)) in buttons.into_iter().zip(widths).zip(&steps) {
        let response = button.show(ui, row.left(width));
        if response.clicked() {
            actions.push(action.clone());
            if *action == Action::Refresh {
                // The button disappears.
                model.client.browse.wants_keyboard |= response.has_focus();
            }
        }
    }
}

/// The buttons that may help: their texts and what they do.
fn steps(model: &Model) -> Vec<(String, Action)> {
    let browse = &model.client.browse;
    let again = (t!("try-again"), Action::Refresh);
    let (Some(place), Some(error)) = (browse.place(), browse.error()) else {
        return vec![again];
    };
    let peer = || (place.host.clone(), place.port);
    let why = || (t!("find-out-why"), Action::FindOutWhy(Some(peer())));
    match error {
        ClientError::Password(why) => {
            let waiting = Waiting::Listing(place.clone());
            let enter = (t!("enter-password"), Action::EnterPassword(waiting));
            match why {
                PasswordError::TooMany { .. } => vec![enter, again],
                PasswordError::Required { .. } | PasswordError::Wrong { .. } => vec![enter],
                PasswordError::OtherScheme { .. } => vec![again],
            }
        }
        ClientError::Tls(error) => match error {
            TlsError::IdentityChanged { .. } => {
                let forget = forgotten(model, place, error);
                let forget = forget.map(|of| (t!("forget-old-identity"), Action::AskToForget(of)));
                [Some(again), forget].into_iter().flatten().collect()
            }
            TlsError::NotEncrypted { .. } => {
                let forget = forgotten(model, place, error);
                let forget = forget.map(|of| (t!("forget-its-identity"), Action::AskToForget(of)));
                [Some(again), forget].into_iter().flatten().collect()
            }
            TlsError::Handshake { .. } => vec![again, why()],
            TlsError::WrongIdentity { .. }
            | TlsError::Untrusted { .. }
            | TlsError::RawNotEncrypted { .. } => vec![again],
        },
        error if error.is_of_connecting() => vec![again, why()],
        _ => vec![again],
    }
}

/// The identity that would have to be forgotten, if one is remembered.
fn forgotten(model: &Model, place: &Place, error: &TlsError) -> Option<Forgotten> {
    if let Some(of) = Forgotten::of(error) {
        return Some(of);
    }
    let known = model.known_identity(&place.host, place.port)?;
    Some(Forgotten {
        host: place.host.clone(),
        port: place.port,
        known: Some(known),
        found: None,
    })
}

/// Draws the error as a strip at the top of `rect`, with space for buttons; returns where they begin.
fn strip(ui: &mut Ui, rect: Rect, why: &Sentence) -> egui::Pos2 {
    let palette = theme::palette(ui);
    let left = rect.left() + space::M + card_header::ICON_COLUMN;
    let galley = error_strip::words(ui, why, rect.right() - space::M - left);
    let text_height = galley.size().y;
    let height = text_height + size::SMALL_CONTROL + space::S + 2.0 * PADDING;
    let area = Rect::from_min_size(
        pos2(rect.left(), rect.top() + space::S),
        vec2(rect.width(), height),
    );
    let corners = CornerRadius::same(radius::CONTROL);
    ui.painter().rect_filled(area, corners, palette.soft_error);
    let (icon_left, first) = (area.left() + space::M, area.top() + PADDING + 10.0);
    card_header::glyph(ui, icon_left, first, ICON_WARNING, palette.error);
    let spoken = why.to_string();
    let response = widgets::label(ui, pos2(left, area.top() + PADDING), galley, &spoken);
    widgets::alert(&response, &spoken);
    pos2(left, area.top() + PADDING + text_height + space::S)
}
