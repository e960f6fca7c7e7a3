//! A new key and its self-signed certificate (RFC 5280).

use std::io;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _, tz::TimeZone};
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, SanType, SerialNumber, date_time_ymd,
};
use rustls::pki_types::CertificateDer;
use zeroize::Zeroizing;

use crate::secret::random;

/// How long a certificate is valid, in days. Apple's systems, and so all browsers on iOS, reject one that lasts longer
/// unless the user has added it to the keychain; one that has expired can still be visited. Landline itself compares
/// fingerprints and ignores the dates, so that an identity lasts until it is deleted. LocalSend compares fingerprints, too,
/// but rejects one that has expired.
const VALID_DAYS: i32 = 825;

/// What clients that compare names with the certificate may know the server as; its address changes.
const NAMES: [&str; 2] = ["landline", "localhost"];

/// A certificate and its key (PKCS #8, RFC 5958).
pub(super) struct NewPair {
    pub certificate: CertificateDer<'static>,
    pub key: Zeroizing<Vec<u8>>,
}

/// A P-256 key, and a certificate for a server.
///
/// # Errors
/// The system has no randomness.
pub(super) fn generate() -> io::Result<NewPair> {
    let key = KeyPair::generate().map_err(io::Error::other)?;
    let certificate = params().and_then(|params| params.self_signed(&key));
    Ok(NewPair {
        certificate: certificate.map_err(io::Error::other)?.der().clone(),
        key: Zeroizing::new(key.serialize_der()),
    })
}

fn params() -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "Landline");
    for name in NAMES {
        let name = SanType::DnsName(name.try_into()?);
        params.subject_alt_names.push(name);
    }
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    // LocalSend's devices are clients of each other with the certificates of their servers.
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
    ];
    let mut serial = random::<16>();
    // Positive, and not shorter in DER.
    serial[0] = serial[0] & 0x7f | 0x40;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    // Clocks differ.
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let begin = today.saturating_sub(1.day());
    let time = |date: Date| {
        let part = |value: i8| value.unsigned_abs();
        date_time_ymd(i32::from(date.year()), part(date.month()), part(date.day()))
    };
    params.not_before = time(begin);
    params.not_after = time(begin.saturating_add(VALID_DAYS.days()));
    Ok(params)
}
