//! The identity in the settings folder.
#![cfg_attr(
    not(test),
    expect(
        clippy::disallowed_methods,
        reason = "read once, on a thread that may wait"
    )
)]

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use zeroize::Zeroizing;

use super::certificate::{self, NewPair};
use super::{Identity, IdentityError};
use crate::fs::{fsync, no_clobber, regular_file};

/// The name of the file in the settings folder: the certificate and the key, as PEM (RFC 7468).
const NAME: &str = "identity.pem";

/// More than the two have.
const MAX_LEN: usize = 16 * 1024;

/// The identity in `dir`, created where there is none.
pub(super) fn read_or_create(dir: &Path) -> Result<Identity, IdentityError> {
    let path = dir.join(NAME);
    if let Some(identity) = read(&path)? {
        return Ok(identity);
    }
    let unwritable = |e: &dyn ToString| IdentityError::Unwritable {
        path: path.clone(),
        reason: e.to_string(),
    };
    create(dir, &path).map_err(|e| unwritable(&e))?;
    // Another process may have created it first.
    read(&path)?.ok_or_else(|| unwritable(&io::Error::from(ErrorKind::NotFound)))
}

/// `None` if there is no such file.
fn read(path: &Path) -> Result<Option<Identity>, IdentityError> {
    let unreadable = |reason: String| IdentityError::Unreadable {
        path: path.to_owned(),
        reason,
    };
    let file = match regular_file::open(path, OpenOptions::new().read(true)) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        file => file.map_err(|e| unreadable(e.to_string()))?,
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = file.metadata().map_err(|e| unreadable(e.to_string()))?;
        if metadata.permissions().mode() & 0o077 != 0 {
            let path = path.to_owned();
            return Err(IdentityError::Exposed { path });
        }
    }
    // Nothing of the key is left behind where a buffer grew.
    let mut pem = Zeroizing::new(vec![0; MAX_LEN]);
    let mut len = 0;
    loop {
        match { &file }.read(&mut pem[len..]) {
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Err(unreadable(e.to_string())),
            Ok(0) => break,
            Ok(read) => len += read,
        }
    }
    if len == MAX_LEN {
        return Err(unreadable(regular_file::too_long().to_string()));
    }
    let certificate = CertificateDer::from_pem_slice(&pem[..len]);
    let key = PrivatePkcs8KeyDer::from_pem_slice(&pem[..len]);
    let (Ok(certificate), Ok(key)) = (certificate, key) else {
        return Err(unreadable("not a certificate and its key".to_owned()));
    };
    let key = Zeroizing::new(key.secret_pkcs8_der().to_vec());
    Identity::new(certificate, &key)
        .map(Some)
        .map_err(|e| unreadable(e.to_string()))
}

/// Creates the file atomically, unless it exists. On Unix only its owner may read it.
fn create(dir: &Path, path: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    let NewPair { certificate, key } = certificate::generate()?;
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(pem("CERTIFICATE", &certificate).as_bytes())?;
    file.write_all(pem("PRIVATE KEY", &key).as_bytes())?;
    fsync::all(file.as_file())?;
    match no_clobber::rename(&file.into_temp_path(), path) {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => Err(e),
        _ => fsync::folder(dir),
    }
}

/// The textual encoding of `der` (RFC 7468 section 2).
fn pem(label: &str, der: &[u8]) -> Zeroizing<String> {
    let base64 = Zeroizing::new(STANDARD.encode(der));
    let mut pem = Zeroizing::new(String::with_capacity(base64.len() * 2 + 128));
    pem.extend(["-----BEGIN ", label, "-----\n"]);
    for at in (0..base64.len()).step_by(64) {
        pem.extend([&base64[at..base64.len().min(at + 64)], "\n"]);
    }
    pem.extend(["-----END ", label, "-----\n"]);
    pem
}
