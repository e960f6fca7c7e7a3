//! A TCP connection as it is shown: its sequence diagram, and what the figures of the system say about it.

mod close;
mod data;
mod diagram;
mod seen;

pub(crate) use self::diagram::{
    Data, Diagram, Fate, Heading, HungUp, Label, Note, Segment, Side, Step, Tense, What,
};
pub(crate) use self::seen::{Message, Seen};
