//! A scripted LocalSend device.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use landline_engine::identity::Fingerprint;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{ServerConfig, ServerConnection, SignatureScheme, StreamOwned};
use serde_json::{Value, json};

use crate::peer::{PATIENCE, hang_up, reset};

/// A request.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its number among all requests, from 0.
    pub number: usize,
    /// `prepare-upload`, `upload` or `cancel`.
    pub what: String,
    /// Not decoded.
    pub query: String,
    /// In lower case.
    pub head: String,
    /// The question; null for other requests.
    pub question: Value,
    /// The client's certificate.
    pub client: Option<Fingerprint>,
}

impl Asked {
    pub fn len(&self) -> usize {
        let mut lines = self.head.lines();
        let len = lines.find_map(|line| line.strip_prefix("content-length: "));
        len.unwrap_or("0").parse().unwrap()
    }

    /// Of a file that is uploaded.
    pub fn file_id(&self) -> &str {
        let mut pairs = self.query.split('&');
        pairs.find_map(|pair| pair.strip_prefix("fileId=")).unwrap()
    }
}

/// What the device does with a request.
pub enum Act {
    /// Accepts everything, stores files, takes note of a cancel.
    Usual,
    /// Accepts the files with these names.
    Choose(Vec<&'static str>),
    /// Takes the body, and answers this.
    Answer(Vec<u8>),
    /// Answers this at once, and closes.
    Early(Vec<u8>),
    /// Answers as usual, and closes without announcing that.
    Close,
    /// Takes so many bytes of the body, and resets the connection.
    Cut(usize),
    /// Takes everything, and says nothing until the client has closed.
    Wait,
}

type Script = dyn Fn(&Asked) -> Act + Send + Sync;

/// The state of a device.
#[derive(Default)]
pub struct Kept {
    pub asked: Vec<Asked>,
    /// Names by ids.
    pub names: HashMap<String, String>,
    /// Contents by names.
    pub files: HashMap<String, Vec<u8>>,
    connections: usize,
    /// The certificates of the clients, over TLS.
    clients: Vec<Option<Fingerprint>>,
}

pub struct Device {
    pub port: u16,
    /// Of its certificate; `None`: it speaks plain HTTP.
    pub identity: Option<Fingerprint>,
    pub kept: Arc<Mutex<Kept>>,
}

impl Device {
    /// One that accepts everything, over TLS.
    pub fn new() -> Self {
        Self::with(|_| Act::Usual)
    }

    pub fn with(script: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(Vec::new()).unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        let fingerprint = Fingerprint::of(&certificate);
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(Arc::new(AnyClient))
            .with_single_cert(vec![certificate], key)
            .unwrap();
        Self::start(Some((Arc::new(config), fingerprint)), script)
    }

    /// One without TLS.
    pub fn plain(script: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> Self {
        Self::start(None, script)
    }

    fn start(
        tls: Option<(Arc<ServerConfig>, Fingerprint)>,
        script: impl Fn(&Asked) -> Act + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let kept: Arc<Mutex<Kept>> = Arc::default();
        let script: Arc<Script> = Arc::new(script);
        let identity = tls.as_ref().map(|(_, fingerprint)| *fingerprint);
        let all = Arc::clone(&kept);
        // It ends with the test program.
        thread::spawn(move || {
            for socket in listener.incoming() {
                let socket = socket.unwrap();
                socket.set_read_timeout(Some(PATIENCE)).unwrap();
                socket.set_nodelay(true).unwrap();
                let (kept, script, tls) = (Arc::clone(&all), Arc::clone(&script), tls.clone());
                kept.lock().unwrap().connections += 1;
                thread::spawn(move || match tls {
                    None => serve(socket, None, &kept, &*script),
                    Some((config, _)) => {
                        let mut tls = ServerConnection::new(config).unwrap();
                        let mut socket = socket;
                        while tls.is_handshaking() {
                            if tls.complete_io(&mut socket).is_err() {
                                return;
                            }
                        }
                        let client = tls.peer_certificates().map(|all| Fingerprint::of(&all[0]));
                        kept.lock().unwrap().clients.push(client);
                        let stream = StreamOwned::new(tls, socket);
                        serve(stream, client, &kept, &*script);
                    }
                });
            }
        });
        Self {
            port,
            identity,
            kept,
        }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.kept.lock().unwrap().asked.clone()
    }

    /// The requests for this.
    pub fn count(&self, what: &str) -> usize {
        let asked = self.asked();
        asked.iter().filter(|asked| asked.what == what).count()
    }

    /// Connections whose handshake may have failed.
    pub fn connections(&self) -> usize {
        self.kept.lock().unwrap().connections
    }

    /// Who has connected over TLS.
    pub fn clients(&self) -> Vec<Option<Fingerprint>> {
        self.kept.lock().unwrap().clients.clone()
    }

    #[track_caller]
    pub fn file(&self, name: &str) -> Vec<u8> {
        let kept = self.kept.lock().unwrap();
        let file = kept.files.get(name);
        file.unwrap_or_else(|| panic!("{name} of {:?}", kept.files.keys()))
            .clone()
    }

    pub fn names(&self) -> Vec<String> {
        let kept = self.kept.lock().unwrap();
        let mut names: Vec<_> = kept.files.keys().cloned().collect();
        names.sort();
        names
    }

    /// What it was asked first.
    pub fn question(&self) -> Value {
        self.asked()[0].question.clone()
    }

    /// Waits until there is a request for this.
    pub fn wait_for(&self, what: &str) {
        let began = std::time::Instant::now();
        while self.count(what) == 0 {
            assert!(began.elapsed() < PATIENCE, "no {what}");
            thread::yield_now();
        }
    }
}

trait Wire: Read + Write {
    fn socket(self) -> TcpStream;
}

impl Wire for TcpStream {
    fn socket(self) -> TcpStream {
        self
    }
}

impl Wire for StreamOwned<ServerConnection, TcpStream> {
    fn socket(self) -> TcpStream {
        self.sock
    }
}

fn serve<W: Wire>(stream: W, client: Option<Fingerprint>, kept: &Mutex<Kept>, script: &Script) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let target = head.split(' ').nth(1).unwrap();
        let path = target.strip_prefix("/api/localsend/v2/").unwrap_or(target);
        let (what, query) = path.split_once('?').unwrap_or((path, ""));
        let mut asked = Asked {
            number: 0,
            what: what.to_owned(),
            query: query.to_owned(),
            head: head.to_lowercase(),
            question: Value::Null,
            client,
        };
        let len = asked.len();
        let mut body = vec![0; len];
        if what == "prepare-upload" {
            if stream.read_exact(&mut body).is_err() {
                return;
            }
            asked.question = serde_json::from_slice(&body).unwrap();
        }
        {
            let mut kept = kept.lock().unwrap();
            asked.number = kept.asked.len();
            kept.asked.push(asked.clone());
        }
        let act = script(&asked);
        match &act {
            Act::Early(answer) => {
                let _ = stream.get_mut().write_all(answer);
                let _ = stream.get_mut().flush();
                // So that no reset overtakes the answer.
                hang_up(stream.into_inner().socket());
                return;
            }
            Act::Cut(len) => {
                let _ = stream.read_exact(&mut body[..*len]);
                reset(stream.into_inner().socket());
                return;
            }
            _ => {}
        }
        if what == "upload" && stream.read_exact(&mut body).is_err() {
            return;
        }
        let answer = match &act {
            Act::Wait => {
                let _ = stream.read_to_end(&mut Vec::new());
                return;
            }
            Act::Answer(answer) => answer.clone(),
            Act::Choose(names) => answer_question(kept, &asked.question, Some(names)),
            _ if what == "prepare-upload" => answer_question(kept, &asked.question, None),
            _ if what == "upload" => {
                let mut kept = kept.lock().unwrap();
                let name = kept.names[asked.file_id()].clone();
                assert!(
                    asked
                        .query
                        .ends_with(&format!("&token=t%2F{}", asked.file_id()))
                );
                kept.files.insert(name, body);
                status("200 OK")
            }
            _ => status("200 OK"),
        };
        if stream.get_mut().write_all(&answer).is_err() || stream.get_mut().flush().is_err() {
            return;
        }
        if matches!(act, Act::Close) {
            return;
        }
    }
}

/// Accepts the files with these names; all if there are none.
fn answer_question(
    kept: &Mutex<Kept>,
    question: &Value,
    names: Option<&Vec<&'static str>>,
) -> Vec<u8> {
    let mut tokens = serde_json::Map::new();
    let mut kept = kept.lock().unwrap();
    for (id, file) in question["files"].as_object().unwrap() {
        let name = file["fileName"].as_str().unwrap();
        kept.names.insert(id.clone(), name.to_owned());
        if names.is_none_or(|names| names.contains(&name)) {
            tokens.insert(id.clone(), format!("t/{id}").into());
        }
    }
    json_answer(&json!({"sessionId": "s 1", "files": tokens}).to_string())
}

/// An answer with this JSON.
pub fn json_answer(body: &str) -> Vec<u8> {
    let len = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// An answer without a body.
pub fn status(line: &str) -> Vec<u8> {
    format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\n\r\n").into_bytes()
}

/// Asks for a certificate, and accepts any.
#[derive(Debug)]
struct AnyClient;

impl ClientCertVerifier for AnyClient {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[rustls::DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &rustls::pki_types::CertificateDer<'_>,
        _: &[rustls::pki_types::CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &rustls::pki_types::CertificateDer<'_>,
        signature: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, &algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &rustls::pki_types::CertificateDer<'_>,
        signature: &rustls::DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}
