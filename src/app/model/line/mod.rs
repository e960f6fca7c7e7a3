//! A TCP connection as it is shown: its sequence diagram, and what the figures of the system say about it.

mod close;
mod data;
mod diagram;
mod facts;
mod open;
mod plots;
mod seen;
mod timing;

pub(crate) use self::diagram::{
    Data, Diagram, Fate, Heading, HungUp, Label, Note, Segment, Side, Step, Tense, What,
};
pub(crate) use self::facts::{Fact, facts};
pub(crate) use self::open::{OpenLine, bytes};
pub(crate) use self::plots::{Plot, Plotted, plots};
pub(crate) use self::seen::{Message, Seen};
pub(crate) use self::timing::{Part, parts};

#[cfg(test)]
mod tests;
