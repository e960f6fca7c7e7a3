//! Which devices on the local network announce a share, and announcing ours (DNS-SD over mDNS, RFC 6763 and RFC 6762).
//! Nothing that is found is ever trusted.
