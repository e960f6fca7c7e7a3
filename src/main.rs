//! Landline's program: the window, or one of its commands.

fn main() {}
