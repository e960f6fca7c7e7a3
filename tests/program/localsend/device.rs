//! A small LocalSend device, which decides byte by byte what it sends.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::common::{PATIENCE, status, tls};

/// A device that sends to a port of this computer.
pub struct Device {
    pub port: u16,
    pub is_encrypted: bool,
}

/// A file that is offered.
pub struct Offered<'a> {
    pub name: &'a str,
    pub content: &'a [u8],
    /// RFC 3339.
    pub modified: &'a str,
}

impl Device {
    /// Sends one request on a connection of its own, and returns the whole response.
    pub fn ask(&self, request: &str, fields: &str, body: &[u8]) -> String {
        let head = format!(
            "{request} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n{fields}\r\n",
            self.port
        );
        let socket = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        if self.is_encrypted {
            exchange(tls::Tls::over(socket, tls::config()), &head, body)
        } else {
            exchange(socket, &head, body)
        }
    }

    /// Sends JSON.
    pub fn post(&self, target: &str, json: &Value) -> String {
        let body = json.to_string();
        let fields = format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n",
            body.len()
        );
        let request = format!("POST /api/localsend/v2/{target}");
        self.ask(&request, &fields, body.as_bytes())
    }

    /// Asks whether a file may be sent.
    pub fn offer(&self, file: &Offered<'_>, query: &str) -> String {
        let files = json!({ "one": {
            "id": "one",
            "fileName": file.name,
            "size": file.content.len(),
            "fileType": "application/octet-stream",
            "metadata": { "modified": file.modified },
        }});
        self.prepare(&files, query)
    }

    /// Asks whether `files` may be sent.
    pub fn prepare(&self, files: &Value, query: &str) -> String {
        let info = json!({
            "alias": "Ann’s phone",
            "version": "2.1",
            "deviceModel": "Phone",
            "deviceType": "mobile",
            "fingerprint": "ann",
            "port": 9,
            "protocol": "http",
            "download": false,
        });
        let body = json!({ "info": info, "files": files });
        self.post(&format!("prepare-upload{query}"), &body)
    }

    /// Sends the content that was accepted with `accepted`; in chunks, as the app does, or as one body of known length.
    pub fn upload(&self, accepted: &str, content: &[u8], is_chunked: bool) -> String {
        assert_eq!(status(accepted), 200, "{accepted}");
        let (_, body) = accepted.split_once("\r\n\r\n").unwrap();
        let accepted: Value = serde_json::from_str(body).unwrap();
        let (session, token) = (&accepted["sessionId"], &accepted["files"]["one"]);
        let request = format!(
            "POST /api/localsend/v2/upload?sessionId={}&fileId=one&token={}",
            session.as_str().unwrap(),
            token.as_str().unwrap()
        );
        if !is_chunked {
            let fields = format!("Content-Length: {}\r\n", content.len());
            return self.ask(&request, &fields, content);
        }
        let mut body = Vec::new();
        for chunk in content.chunks(3) {
            write!(body, "{:x}\r\n", chunk.len()).unwrap();
            body.extend_from_slice(chunk);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"0\r\n\r\n");
        self.ask(&request, "Transfer-Encoding: chunked\r\n", &body)
    }
}

fn exchange(mut stream: impl Read + Write, head: &str, body: &[u8]) -> String {
    stream.write_all(head.as_bytes()).unwrap();
    // It may answer before it has read everything.
    let _ = stream.write_all(body);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}
