//! Gives the keyboard focus back when the widget that has it disappears with what is around it: a strip or a toast.
//! Dialogs do it themselves, see [`dialog`](super::dialog).

use egui::{Context, Id, LayerId, Memory, Rect, Ui};

#[derive(Clone, Debug, Default)]
struct Focus {
    /// Where what may disappear is in this pass.
    passing: Vec<(LayerId, Rect)>,
    /// The widget in it that has the focus.
    inside: Option<Id>,
    /// The widget outside of it that had the focus before.
    before: Option<Id>,
    /// The pass in which a widget was clicked, and the widget.
    clicked: Option<(u64, Id)>,
}

/// Notes that what is drawn in `rect` may disappear while a widget in it has the focus.
pub(crate) fn may_disappear(ui: &Ui, rect: Rect) {
    let layer = ui.layer_id();
    change(ui.ctx(), |focus| focus.passing.push((layer, rect)));
}

/// Must be called at the beginning of each pass: notes what the pointer has clicked.
pub(super) fn begin(ctx: &Context) {
    if let Some(clicked) = ctx.interaction_snapshot(|pointer| pointer.clicked) {
        note_clicked(ctx, clicked);
    }
}

/// Notes that `widget` was clicked, or an entry of its menu.
pub(super) fn note_clicked(ctx: &Context, widget: Id) {
    let pass = ctx.cumulative_pass_nr();
    change(ctx, |focus| focus.clicked = Some((pass, widget)));
}

/// The widget whose click has led to this pass: what it asks for is often there only in the next.
pub(super) fn clicked(ctx: &Context) -> Option<Id> {
    /// One more for a pass that was discarded.
    const PASSES: u64 = 2;

    let pass = ctx.cumulative_pass_nr();
    let clicked = change(ctx, |focus| focus.clicked);
    clicked.and_then(|(then, widget)| (pass - then <= PASSES).then_some(widget))
}

/// Whether `widget` was drawn in this pass.
pub(super) fn is_drawn(ctx: &Context, widget: Id) -> bool {
    place(ctx, widget).is_some()
}

/// Where `widget` was drawn in this pass. Its response would take the focus from what a menu covers.
fn place(ctx: &Context, widget: Id) -> Option<(LayerId, Rect)> {
    ctx.viewport(|viewport| {
        let drawn = viewport.this_pass.widgets.get(widget)?;
        Some((drawn.layer_id, drawn.rect))
    })
}

/// Must be called when everything is drawn: gives the focus back if its widget has disappeared.
pub(super) fn finish(ctx: &Context) {
    let passing = change(ctx, |focus| std::mem::take(&mut focus.passing));
    if ctx.memory(Memory::top_modal_layer).is_some() {
        return;
    }
    let now = ctx.memory(Memory::focused);
    let place = now.and_then(|now| place(ctx, now));
    let back = change(ctx, |focus| {
        if now.is_some() && place.is_none() {
            return focus.before.filter(|_| focus.inside == now);
        }
        let is_around = |(layer, rect): &(LayerId, Rect)| {
            place.is_some_and(|(own, place)| own == *layer && rect.contains(place.center()))
        };
        if passing.iter().any(is_around) {
            focus.inside = now;
        } else {
            (focus.inside, focus.before) = (None, now);
        }
        None
    });
    if let Some(back) = back {
        ctx.memory_mut(|memory| memory.request_focus(back));
        ctx.request_repaint();
    }
}

fn change<T>(ctx: &Context, change: impl FnOnce(&mut Focus) -> T) -> T {
    let id = Id::unique("focus");
    ctx.data_mut(|data| change(data.get_temp_mut_or_default(id)))
}
