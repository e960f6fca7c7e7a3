use super::*;
use landline_engine::transport::trace::Role;

/// The height of a label, which is centred on its arrow, or 10 points above its middle.
const LABEL: f32 = 14.0;

#[test]
fn a_label_is_below_that_of_an_acknowledgement() {
    let arrow = |label| {
        let segment = Segment {
            from: Side::Peer,
            label,
            sender: None,
            receiver: None,
            fate: Fate::Arrives,
            crosses: false,
        };
        Step {
            what: What::Segment(segment),
            tense: Tense::Past,
            at: None,
        }
    };
    // A file that is sent, and the interim response to it.
    let bytes = Label::Bytes {
        count: 25,
        acks: false,
    };
    let diagram = Diagram {
        role: Role::Client,
        steps: vec![arrow(Label::Ack(None)), arrow(bytes)],
        notes: Vec::new(),
        hung_up: None,
        own: (TcpState::Established, true),
        peer: (TcpState::Established, true),
    };
    let layout = Layout::new(&diagram, Look::Wide, false);
    let labels: Vec<f32> = layout
        .marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Arrow {
                from,
                to,
                is_inline,
                ..
            } => Some(f32::midpoint(*from, *to) - if *is_inline { 0.0 } else { 10.0 }),
            _ => None,
        })
        .collect();
    assert!(
        matches!(labels[..], [above, below] if below - above >= LABEL),
        "{labels:?}"
    );
}
