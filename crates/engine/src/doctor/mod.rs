//! Finds out why a device cannot be reached. It changes nothing.
