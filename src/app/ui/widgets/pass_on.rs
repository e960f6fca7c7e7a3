//! Clicks on a label that the row around it acts on, as if the label were not there.

use egui::{Context, Id, LayerId, Pos2, Response};

/// Which click.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Click {
    /// The one that presses a button.
    Primary,
    /// The one that opens a context menu.
    Secondary,
}

/// A click on a label.
#[derive(Clone, Copy, Debug)]
struct Passed {
    click: Click,
    layer: LayerId,
    pos: Pos2,
    frame: u64,
}

/// Passes this click on `label` on to the row around it, which has been drawn before.
pub(super) fn pass_on(label: &Response, click: Click) {
    let is_clicked = match click {
        // A click with Shift extends a selection.
        Click::Primary => label.clicked() && !label.ctx.input(|input| input.modifiers.shift),
        Click::Secondary => label.secondary_clicked(),
    };
    if is_clicked && let Some(pos) = label.interact_pointer_pos() {
        let (ctx, layer) = (&label.ctx, label.layer_id);
        let frame = ctx.cumulative_frame_nr();
        let passed = Passed {
            click,
            layer,
            pos,
            frame,
        };
        ctx.data_mut(|data| data.insert_temp(id(), passed));
        ctx.request_repaint();
    }
}

/// Whether `row` was clicked, itself or on a label of [`super::Text::clicks_row`].
pub(crate) fn row_clicked(row: &Response) -> bool {
    row.clicked() || was_passed_on(row, Click::Primary)
}

/// Whether this click was passed on to `row` in the last frame.
pub(super) fn was_passed_on(row: &Response, click: Click) -> bool {
    let passed: Option<Passed> = row.ctx.data(|data| data.get_temp(id()));
    let is_mine = passed.is_some_and(|passed| {
        let is_new = passed.frame + 1 == row.ctx.cumulative_frame_nr();
        let is_same = passed.click == click && passed.layer == row.layer_id;
        is_new && is_same && row.interact_rect.contains(passed.pos)
    });
    if is_mine {
        forget(&row.ctx);
    }
    is_mine
}

fn forget(ctx: &Context) {
    ctx.data_mut(|data| data.remove::<Passed>(id()));
}

fn id() -> Id {
    Id::unique("click passed on")
}
