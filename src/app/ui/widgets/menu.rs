//! The context menu of a widget: on a right click, and on the Menu key or Shift+F10 while the
//! widget, or one inside it, has the keyboard focus. egui's own menu does the rest: arrow keys, Esc, closing.

use egui::accesskit::Action;
use egui::{
    Align2, Context, CornerRadius, Frame, Id, Key, Memory, Modifiers, Popup, PopupAnchor,
    PopupCloseBehavior, Pos2, RectAlign, Response, Role, Sense, SetOpenCommand, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use super::pass_on::{Click, was_passed_on};
use super::{Text, faded};
use crate::app::symbols::MaterialIcon;
use crate::app::theme;
use crate::app::theme::{font, radius, size, space};
use crate::app::ui::focus;

/// The height of an entry.
const ENTRY: f32 = 30.0;
/// The minimum width of an entry.
const MIN_WIDTH: f32 = 132.0;

/// An entry of a menu.
#[derive(Debug)]
pub(crate) struct Entry<T> {
    text: String,
    value: T,
    icon: Option<MaterialIcon>,
    enabled: bool,
}

impl<T> Entry<T> {
    /// An entry that stands for `value`.
    pub(crate) fn new(text: String, value: T) -> Self {
        Self {
            text,
            value,
            icon: None,
            enabled: true,
        }
    }

    /// An icon before the text.
    pub(crate) fn icon(mut self, icon: MaterialIcon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Whether it can be chosen.
    pub(crate) fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }
}

/// An open menu.
#[derive(Clone, Debug)]
struct Opened {
    /// The texts of its entries.
    texts: Vec<String>,
    /// The widget that had the keyboard focus before, and gets it back.
    before: Option<Id>,
    /// Below the widget, if it was opened by keyboard; otherwise at the pointer.
    below: Option<Pos2>,
    /// The first entry is yet to be focused.
    wants_focus: bool,
    /// An entry has the keyboard focus.
    has_focus: bool,
}

/// Whether the context menu of `widget` is open.
pub(crate) fn is_open(ctx: &Context, widget: Id) -> bool {
    Popup::is_id_open(ctx, menu_id(widget))
}

fn menu_id(widget: Id) -> Id {
    widget.with("context menu")
}

/// Shows the context menu of `response` when the user asks for it; returns the value of the chosen
/// entry. Must be called in every frame, but `entries` is called only while the menu is open. When
/// the entries change, the menu closes: another one would be under the pointer or have the focus.
pub(crate) fn context<T>(
    response: &Response,
    entries: impl FnOnce() -> Vec<Entry<T>>,
) -> Option<T> {
    let by_key = asked_by_key(response);
    let opens = by_key || response.secondary_clicked() || was_passed_on(response, Click::Secondary);
    show(response, opens, (by_key, by_key), entries)
}

/// Shows the menu of a button, below it, when it is clicked; otherwise like [`context`].
pub(crate) fn dropdown<T>(button: &Response, entries: impl FnOnce() -> Vec<Entry<T>>) -> Option<T> {
    let (ctx, id) = (&button.ctx, menu_id(button.id));
    let opens = button.clicked();
    if opens
        && is_open(ctx, button.id)
        && let Some(opened) = ctx.data(|data| data.get_temp::<Opened>(id))
    {
        // The second click closes it.
        close(ctx, id, &opened);
        return None;
    }
    let keys = [Key::Enter, Key::Space];
    let by_key = opens && ctx.input(|input| keys.iter().any(|key| input.key_pressed(*key)));
    show(button, opens, (true, by_key), entries)
}

/// Shows the menu if it is open or `opens`: below the widget or at the pointer, with the focus on its first entry if
/// it is opened by a key.
fn show<T>(
    response: &Response,
    opens: bool,
    (below, by_key): (bool, bool),
    entries: impl FnOnce() -> Vec<Entry<T>>,
) -> Option<T> {
    let (ctx, id) = (&response.ctx, menu_id(response.id));
    if !opens && !is_open(ctx, response.id) {
        return None;
    }
    let entries = entries();
    if opens {
        let before = ctx.memory(Memory::focused);
        let opened = Opened {
            texts: entries.iter().map(|entry| entry.text.clone()).collect(),
            before,
            below: below.then(|| response.rect.left_bottom()),
            wants_focus: by_key,
            has_focus: false,
        };
        ctx.data_mut(|data| data.insert_temp(id, opened));
        // Otherwise the keys would still go there.
        if let Some(before) = before {
            ctx.memory_mut(|memory| memory.surrender_focus(before));
        }
    }
    let mut opened: Opened = ctx.data(|data| data.get_temp(id))?;
    let texts = entries.iter().map(|entry| &entry.text);
    if !opened.texts.iter().eq(texts) {
        close(ctx, id, &opened);
        return None;
    }
    let anchor = opened
        .below
        .map_or(PopupAnchor::PointerFixed, PopupAnchor::Position);
    let shown = Popup::context_menu(response)
        .id(id)
        .open_memory(opens.then_some(SetOpenCommand::Bool(true)))
        // The click that opens it, if it was open already, must not close it.
        .close_behavior(if opens {
            PopupCloseBehavior::IgnoreClicks
        } else {
            PopupCloseBehavior::CloseOnClick
        })
        .anchor(anchor)
        .align(RectAlign::BOTTOM_START)
        .frame(frame(ctx))
        .show(|ui| list(ui, entries, &mut opened))?;
    let chosen = shown.inner;
    if chosen.is_some() || shown.response.should_close() {
        close(ctx, id, &opened);
    } else {
        ctx.data_mut(|data| data.insert_temp(id, opened));
    }
    if chosen.is_some() {
        // The entry is gone.
        focus::note_clicked(ctx, response.id);
    }
    chosen
}

/// Closes the menu; gives the keyboard focus back, unless another widget has it.
fn close(ctx: &Context, id: Id, opened: &Opened) {
    Popup::close_id(ctx, id);
    ctx.data_mut(|data| data.remove::<Opened>(id));
    if opened.has_focus {
        // The key was meant for the entry, not for what gets the focus.
        ctx.input_mut(|input| {
            for key in [Key::Enter, Key::Space] {
                input.consume_key(Modifiers::NONE, key);
            }
        });
    }
    let now = ctx.memory(Memory::focused);
    if let Some(before) = opened.before
        && (opened.has_focus || now.is_none())
    {
        ctx.memory_mut(|memory| memory.request_focus(before));
    }
    ctx.request_repaint();
}

/// Consumes the keys that open the menu, or a screen reader's request; returns whether there were
/// any. The keys are meant for the focused widget and for the row that contains it.
fn asked_by_key(response: &Response) -> bool {
    let (ctx, id) = (&response.ctx, response.id);
    ctx.accesskit_node_builder(id, |node| node.add_action(Action::ShowContextMenu));
    if ctx.input(|input| input.has_accesskit_action_request(id, Action::ShowContextMenu)) {
        return true;
    }
    let keys = [(Modifiers::SHIFT, Key::F10), (Modifiers::NONE, Key::Menu)];
    if !ctx.input(|input| keys.iter().any(|(_, key)| input.key_pressed(*key))) {
        return false;
    }
    let focused = ctx.memory(|memory| {
        let focused = memory.focused()?;
        memory.had_focus_last_frame(focused).then_some(focused)
    });
    let is_inside = |focused: Response| {
        focused.layer_id == response.layer_id && response.rect.contains_rect(focused.rect)
    };
    focused
        .is_some_and(|focused| focused == id || ctx.read_response(focused).is_some_and(is_inside))
        && ctx.input_mut(|input| {
            keys.iter()
                .any(|(modifiers, key)| input.consume_key(*modifiers, *key))
        })
}

fn frame(ctx: &Context) -> Frame {
    Frame::popup(&ctx.global_style()).inner_margin(space::XS)
}

/// Draws the entries; returns the value of the chosen one.
fn list<T>(ui: &mut Ui, entries: Vec<Entry<T>>, opened: &mut Opened) -> Option<T> {
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    let has_icons = entries.iter().any(|entry| entry.icon.is_some());
    let left = if has_icons {
        space::S + size::BUTTON_ICON + space::S
    } else {
        space::M
    };
    let widths = entries
        .iter()
        .map(|entry| left + caption(&entry.text).width(ui) + space::M);
    let width = widths.fold(MIN_WIDTH, f32::max);
    let mut chosen = None;
    opened.has_focus = false;
    for entry in entries {
        let response = row(ui, &entry, width, left);
        if entry.enabled && opened.wants_focus && !ui.is_sizing_pass() {
            opened.wants_focus = false;
            response.request_focus();
        }
        opened.has_focus |= response.has_focus();
        if response.clicked() {
            chosen = Some(entry.value);
        }
    }
    chosen
}

fn caption(text: &str) -> Text<'_> {
    Text::new(text).font(font::regular(font::BODY))
}

fn row<T>(ui: &mut Ui, entry: &Entry<T>, width: f32, left: f32) -> Response {
    let palette = theme::palette(ui);
    let sense = if entry.enabled {
        Sense::click()
    } else {
        Sense::hover()
    };
    let (rect, response) = ui.allocate_exact_size(vec2(width, ENTRY), sense);
    response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, entry.enabled, &entry.text));
    // The pointer and the arrow keys move the same mark.
    let moved = ui.input(|input| input.pointer.delta() != Vec2::ZERO);
    if entry.enabled && moved && response.hovered() {
        response.request_focus();
    }
    if response.has_focus() {
        let corners = CornerRadius::same(radius::KNOB);
        ui.painter().rect_filled(rect, corners, palette.soft_accent);
    }
    if let Some(icon) = entry.icon {
        ui.painter().text(
            pos2(rect.left() + space::S, rect.center().y),
            Align2::LEFT_CENTER,
            icon.codepoint,
            font::icon(icon, size::BUTTON_ICON),
            faded(palette.muted, entry.enabled),
        );
    }
    let color = faded(palette.text, entry.enabled);
    caption(&entry.text)
        .color(color)
        .paint(ui, rect.with_min_x(rect.left() + left));
    response
}
