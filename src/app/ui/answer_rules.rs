//! The rules in the settings for automatic answers to messages.

use egui::{Align2, Rect, Ui, pos2, vec2};

use super::page::Row;
use super::widgets::menu::{self, Entry};
use super::widgets::{Button, Field, Text};
use crate::app::model::share_config::rule;
use crate::app::symbols::{
    ICON_ADD, ICON_ARROW_DOWNWARD, ICON_ARROW_FORWARD, ICON_ARROW_UPWARD, ICON_CLOSE,
    ICON_EXPAND_MORE, MaterialIcon,
};
use crate::app::theme;
use crate::app::theme::{font, size, space};
use crate::settings::{AnswerRule, AnswerTo, AnswerWith, RULES_MAX};
use crate::t;

/// The width of a choice.
const CHOICE: f32 = 140.0;
/// The height of the two lines of a rule, with the gap below.
const RULE: f32 = 2.0 * size::SMALL_CONTROL + space::XS + space::M;

/// The height of all rules, with what is wrong with them, and the button that adds one.
pub(super) fn height(rules: &[AnswerRule]) -> f32 {
    let heights = rules.iter().map(|typed| match rule(typed) {
        Ok(_) => RULE,
        Err(_) => RULE + size::LABEL,
    });
    heights.sum::<f32>() + size::SMALL_CONTROL
}

/// What a button of a rule does.
enum Change {
    Up(usize),
    Down(usize),
    Remove(usize),
}

/// Draws the rules from the top of `area`.
pub(super) fn ui(ui: &mut Ui, area: Rect, rules: &mut Vec<AnswerRule>) {
    let mut y = area.top();
    let mut change = None;
    let count = rules.len();
    for (index, typed) in rules.iter_mut().enumerate() {
        let number = index + 1;
        let mut line = || {
            let line = pos2(area.left(), y);
            y += size::SMALL_CONTROL + space::XS;
            let size = vec2(area.width(), size::SMALL_CONTROL);
            Row::new(Rect::from_min_size(line, size), size.y, space::XS)
        };
        let mut row = line();
        if count > 1 {
            for (icon, name, is_possible, what) in [
                (
                    ICON_CLOSE,
                    t!("rule-remove", number = number),
                    true,
                    Change::Remove(index),
                ),
                (
                    ICON_ARROW_DOWNWARD,
                    t!("rule-down", number = number),
                    number < count,
                    Change::Down(index),
                ),
                (
                    ICON_ARROW_UPWARD,
                    t!("rule-up", number = number),
                    index > 0,
                    Change::Up(index),
                ),
            ] {
                let button = Button::icon_only(icon, &name).enabled(is_possible);
                let place = row.right(size::SMALL_CONTROL);
                if button.show(ui, place).clicked() {
                    change = Some(what);
                }
            }
        }
        let texts = [
            AnswerTo::Any,
            AnswerTo::Equals,
            AnswerTo::Contains,
            AnswerTo::Hex,
        ]
        .map(|to| (to, to_words(to)));
        let name = t!("rule-when", number = number);
        choose(ui, row.left(CHOICE), &name, &mut typed.to, &texts);
        if typed.to != AnswerTo::Any {
            let name = t!("rule-what", number = number);
            let field = Field::new(&name).without_label().hint(match typed.to {
                AnswerTo::Hex => "0D 0A",
                _ => "",
            });
            field.show(ui, row.rest(), &mut typed.what);
        }
        let mut row = line();
        arrow(ui, row.left(size::BUTTON_ICON));
        let texts = [AnswerWith::Text, AnswerWith::Hex, AnswerWith::Echo]
            .map(|with| (with, with_words(with)));
        let name = t!("rule-reply", number = number);
        let place = row.left(CHOICE - size::BUTTON_ICON - space::XS);
        choose(ui, place, &name, &mut typed.with, &texts);
        if typed.with != AnswerWith::Echo {
            let name = t!("rule-answer", number = number);
            let usual = t!("usual-answer");
            let field = Field::new(&name).without_label().hint(match typed.with {
                AnswerWith::Hex => "06",
                _ => &usual,
            });
            field.show(ui, row.rest(), &mut typed.answer);
        }
        if let Err(why) = rule(typed) {
            let place = Rect::from_min_size(pos2(area.left(), y), vec2(area.width(), size::LABEL));
            let why = why.to_string();
            Text::caption(&why, ui)
                .color(theme::palette(ui).error)
                .show(ui, place);
            y += size::LABEL;
        }
        y += space::M - space::XS;
    }
    let text = t!("rule-add");
    let button = Button::new(&text).icon(ICON_ADD).small();
    let button = button.enabled(count < RULES_MAX);
    let place = vec2(button.width(ui), size::SMALL_CONTROL);
    let place = Rect::from_min_size(pos2(area.left(), y), place);
    if button.show(ui, place).clicked() {
        add(rules);
    }
    match change {
        None => {}
        Some(Change::Up(index)) => rules.swap(index, index - 1),
        Some(Change::Down(index)) => rules.swap(index, index + 1),
        Some(Change::Remove(index)) => _ = rules.remove(index),
    }
}

/// Adds a rule before the one that answers everything: after it, it would never be tried.
fn add(rules: &mut Vec<AnswerRule>) {
    let at = rules.iter().position(|rule| rule.to == AnswerTo::Any);
    let new = AnswerRule {
        to: AnswerTo::Equals,
        ..AnswerRule::default()
    };
    rules.insert(at.unwrap_or(rules.len()), new);
}

/// A button with the current choice, which opens a menu with all.
fn choose<T: Copy + PartialEq>(
    ui: &mut Ui,
    place: Rect,
    name: &str,
    value: &mut T,
    texts: &[(T, String)],
) {
    let current = texts.iter().find(|(of, _)| of == value);
    let current = current.map_or("", |(_, text)| text);
    let spoken = t!("choice", about = name, choice = current);
    let button = Button::new(current)
        .icon(ICON_EXPAND_MORE)
        .name(&spoken)
        .small()
        .start()
        .cut();
    // The text changes with the choice.
    let mut child = ui.new_child(egui::UiBuilder::new().max_rect(place).id_salt(name));
    let button = button.slot(0).show(&mut child, place);
    let entries = || {
        let entry = |(value, text): &(T, String)| Entry::new(text.clone(), *value);
        texts.iter().map(entry).collect()
    };
    if let Some(chosen) = menu::dropdown(&button, entries) {
        *value = chosen;
    }
}

fn arrow(ui: &Ui, place: Rect) {
    let icon: MaterialIcon = ICON_ARROW_FORWARD;
    ui.painter().text(
        place.center(),
        Align2::CENTER_CENTER,
        icon.codepoint,
        font::icon(icon, size::FIELD_ICON),
        theme::palette(ui).muted,
    );
}

fn to_words(to: AnswerTo) -> String {
    match to {
        AnswerTo::Any => t!("rule-any"),
        AnswerTo::Equals => t!("rule-equals"),
        AnswerTo::Contains => t!("rule-contains"),
        AnswerTo::Hex => t!("rule-contains-hex"),
    }
}

fn with_words(with: AnswerWith) -> String {
    match with {
        AnswerWith::Text => t!("call-as-text"),
        AnswerWith::Hex => t!("call-as-hex"),
        AnswerWith::Echo => t!("rule-echo"),
    }
}
