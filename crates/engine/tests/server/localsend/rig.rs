//! A receiver with a folder of its own, and devices that send to it.

use std::fmt::Write as _;
use std::io::{BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use landline_engine::identity::Fingerprint;
use landline_engine::localsend::{DeviceType, Node};
use landline_engine::server::receiving::{Access, Consent, Offer};
use landline_engine::server::{Config, ServerEvent};
use landline_http1::digest::Hasher;
use rustls::ClientConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use socket2::{Domain, SockAddr, Socket, Type};

use crate::common::PATIENCE;
use crate::common::answers::{self, Answer};
use crate::common::tls::{Anyone, Tls, identity};
use crate::receive::rig::Rig;

pub const PATH: &str = "/api/localsend/v2/";

/// A receiver that accepts everything.
pub fn receiver() -> (Rig, Node) {
    receiver_with(Consent::Given, |_| {})
}

/// A receiver whose owner is asked.
pub fn asking() -> (Rig, Node) {
    receiver_with(
        Consent::Ask {
            trusted: Vec::new(),
        },
        |config| {
            config.limits.answer = PATIENCE;
        },
    )
}

pub fn receiver_with(consent: Consent, configure: impl FnOnce(&mut Config)) -> (Rig, Node) {
    let node = Node::new(identity(), "Desk", DeviceType::Desktop);
    let of_config = node.clone();
    let rig = Rig::with(Access::Send, consent, |config| {
        config.localsend = Some(of_config);
        configure(config);
    });
    (rig, node)
}

/// What an owner is asked.
pub fn offered(rig: &Rig) -> Arc<Offer> {
    rig.shared.wait(|event| match event {
        ServerEvent::Offered(offer) => Some(offer),
        _ => None,
    })
}

/// A device that sends.
pub struct Device {
    pub fingerprint: Option<Fingerprint>,
    tls: Option<Arc<ClientConfig>>,
    pub from: Ipv4Addr,
}

impl Device {
    /// It speaks TLS and has a certificate of its own.
    pub fn certified() -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        Self {
            fingerprint: Some(Fingerprint::of(&certificate)),
            tls: Some(config(Some((certificate, key)))),
            from: Ipv4Addr::LOCALHOST,
        }
    }

    /// It speaks TLS without a certificate.
    pub fn uncertified() -> Self {
        Self {
            fingerprint: None,
            tls: Some(config(None)),
            from: Ipv4Addr::LOCALHOST,
        }
    }

    /// It speaks plain HTTP.
    pub fn plain() -> Self {
        Self {
            fingerprint: None,
            tls: None,
            from: Ipv4Addr::LOCALHOST,
        }
    }

    /// The same device at another address.
    #[cfg(target_os = "linux")]
    #[must_use]
    pub fn at(&self, last: u8) -> Self {
        Self {
            fingerprint: self.fingerprint,
            tls: self.tls.clone(),
            from: Ipv4Addr::new(127, 0, 0, last),
        }
    }

    pub fn connect(&self, rig: &Rig) -> Connected {
        let socket = connect(self.from, rig.shared.address);
        match &self.tls {
            Some(config) => Connected::Tls(Box::new(Tls::over(socket, Arc::clone(config)))),
            None => Connected::Plain(socket),
        }
    }

    /// Sends a request whose body is complete, and reads the response.
    pub fn ask(&self, rig: &Rig, method: &str, path: &str, body: &[u8]) -> Answer {
        let mut connected = self.connect(rig);
        connected.send(rig, method, path, body);
        connected.answer()
    }

    pub fn post(&self, rig: &Rig, path: &str, body: &[u8]) -> Answer {
        self.ask(rig, "POST", path, body)
    }

    pub fn prepare(&self, rig: &Rig, files: &Value) -> Answer {
        self.post(rig, "prepare-upload", &prepare(files))
    }

    /// What it says about itself.
    pub fn info(&self) -> Value {
        let fingerprint = self.fingerprint.map(|it| it.to_string().to_uppercase());
        json!({
            "alias": "Ann's phone",
            "version": "2.2",
            "deviceModel": "Pixel",
            "deviceType": "mobile",
            "fingerprint": fingerprint.as_deref().unwrap_or("whatever"),
            "port": 53317,
            "protocol": if self.tls.is_some() { "https" } else { "http" },
            "download": false,
        })
    }
}

/// A connection of a device.
pub enum Connected {
    Plain(TcpStream),
    Tls(Box<Tls>),
}

impl Connected {
    /// Sends a request with the length of its body. The server may answer and close before it has read that.
    pub fn send(&mut self, rig: &Rig, method: &str, path: &str, body: &[u8]) {
        self.begin(
            rig,
            method,
            path,
            &format!("Content-Length: {}\r\n", body.len()),
        );
        let _ = self.write_all(body);
    }

    /// Sends a head with these fields.
    pub fn begin(&mut self, rig: &Rig, method: &str, path: &str, fields: &str) {
        let host = rig.shared.address;
        let head = format!("{method} {PATH}{path} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n");
        self.write_all(head.as_bytes()).unwrap();
    }

    /// The next answer to a request that is not a HEAD.
    pub fn answer(&mut self) -> Answer {
        answers::next(&mut BufReader::with_capacity(1, self), true).expect("an answer")
    }

    pub fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(tls) => &tls.socket,
        }
    }
}

impl Read for Connected {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(buffer),
            Self::Tls(tls) => tls.read(buffer),
        }
    }
}

impl Write for Connected {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Tls(tls) => tls.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            Self::Tls(tls) => tls.flush(),
        }
    }
}

/// A session in which files are sent.
pub struct Session {
    pub id: String,
    tokens: Value,
}

impl Session {
    /// The session of an accepted offer.
    pub fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", text(answer));
        let prepared: Value = serde_json::from_slice(&answer.body).unwrap();
        Self {
            id: prepared["sessionId"].as_str().unwrap().to_owned(),
            tokens: prepared["files"].clone(),
        }
    }

    pub fn begin(device: &Device, rig: &Rig, files: &Value) -> Self {
        Self::of(&device.prepare(rig, files))
    }

    /// The token of a file, if that was accepted.
    pub fn token(&self, file: &str) -> Option<&str> {
        self.tokens[file].as_str()
    }

    pub fn count(&self) -> usize {
        self.tokens.as_object().unwrap().len()
    }

    /// The target of the upload of a file.
    pub fn target(&self, file: &str) -> String {
        let token = self.token(file).unwrap();
        format!("upload?sessionId={}&fileId={file}&token={token}", self.id)
    }

    pub fn upload(&self, device: &Device, rig: &Rig, file: &str, content: &[u8]) -> Answer {
        device.post(rig, &self.target(file), content)
    }

    pub fn cancel(&self, device: &Device, rig: &Rig) -> Answer {
        device.post(rig, &format!("cancel?sessionId={}", self.id), b"")
    }
}

/// One file of an offer, with its digest.
pub fn file(name: &str, content: &[u8]) -> Value {
    let mut hasher = Hasher::new();
    hasher.update(content);
    let digest = hasher
        .finish()
        .iter()
        .fold(String::new(), |mut digits, byte| {
            write!(digits, "{byte:02x}").unwrap();
            digits
        });
    json!({
        "id": "1",
        "fileName": name,
        "size": content.len(),
        "fileType": "application/octet-stream",
        "sha256": digest,
    })
}

/// `prepare-upload` with these files.
pub fn prepare(files: &Value) -> Vec<u8> {
    let info = Device::plain().info();
    serde_json::to_vec(&json!({ "info": info, "files": files })).unwrap()
}

/// The body as text.
pub fn text(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// What a refusal says.
pub fn message(answer: &Answer) -> String {
    let json: Value = serde_json::from_slice(&answer.body).unwrap();
    json["message"].as_str().expect("a message").to_owned()
}

fn connect(from: Ipv4Addr, to: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket
        .bind(&SockAddr::from(SocketAddr::new(IpAddr::V4(from), 0)))
        .unwrap();
    socket.connect(&SockAddr::from(to)).unwrap();
    let socket = TcpStream::from(socket);
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
        .set_write_timeout(Some(PATIENCE + Duration::from_secs(5)))
        .unwrap();
    socket
}

fn config(own: Option<(CertificateDer<'static>, PrivateKeyDer<'static>)>) -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anyone));
    Arc::new(match own {
        Some((certificate, key)) => config
            .with_client_auth_cert(vec![certificate], key)
            .unwrap(),
        None => config.with_no_client_auth(),
    })
}
