//! Clients that do not get through their handshake.
