//! A connection that is cut off looks like one that is cut off, at both ends.
