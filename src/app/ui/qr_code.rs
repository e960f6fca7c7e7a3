//! Draws QR codes.

use egui::{
    CornerRadius, Mesh, Rect, Response, Role, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo,
    pos2, vec2,
};

use crate::app::theme;
use crate::app::theme::{CODE, radius};
use crate::qr::Qr;
use crate::t;

/// The white border, in points: four modules (ISO/IEC 18004, section 9.1) of the smallest size in use.
pub(crate) const QUIET_ZONE: f32 = 16.0;

/// The code for `url`, which is computed only when it changes.
pub(crate) fn of(ui: &Ui, url: &str) -> Option<Qr> {
    let id = egui::Id::unique("qr code");
    let known: Option<(String, Qr)> = ui.data(|data| data.get_temp(id));
    if let Some((_, qr)) = known.filter(|(of, _)| of == url) {
        return Some(qr);
    }
    let qr = Qr::new(url)?;
    ui.data_mut(|data| data.insert_temp(id, (url.to_owned(), qr.clone())));
    Some(qr)
}

/// The width of a code with modules of this size, without its quiet zone.
#[expect(clippy::cast_precision_loss, reason = "at most 177 modules")]
pub(crate) fn side(qr: &Qr, module: f32) -> f32 {
    qr.size as f32 * module
}

/// Draws the code in the middle of `place`, which is white.
pub(crate) fn ui(
    ui: &mut Ui,
    place: Rect,
    (qr, module): (&Qr, f32),
    url: &str,
    sense: Sense,
) -> Response {
    let response = ui.interact(place, ui.scope_id().with("qr code"), sense);
    ui.expand_to_include_rect(place);
    let name = t!("qr-code-of", address = url);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
    let painter = ui.painter();
    let [_, light] = CODE;
    painter.rect(
        place,
        CornerRadius::same(radius::CONTROL),
        light,
        Stroke::new(1.0, theme::palette(ui).line),
        StrokeKind::Inside,
    );
    let side = side(qr, module);
    let area = Rect::from_center_size(place.center(), vec2(side, side));
    painter.add(Shape::mesh(modules(qr, module, area)));
    response
}

/// The dark modules, without smoothed edges, which would leave gaps between them.
fn modules(qr: &Qr, module: f32, area: Rect) -> Mesh {
    let [color, _] = CODE;
    let mut mesh = Mesh::default();
    let mut top = area.top();
    for y in 0..qr.size {
        let mut left = area.left();
        for x in 0..qr.size {
            if qr.is_dark(x, y) {
                let dark = Rect::from_min_size(pos2(left, top), vec2(module, module));
                mesh.add_colored_rect(dark, color);
            }
            left += module;
        }
        top += module;
    }
    mesh
}
