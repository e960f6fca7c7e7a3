//! The response to a form: what became of each file, as JSON or as a small page.

use std::io::{self, Write as _};
use std::ops::ControlFlow;

use landline_http1::accept;
use landline_http1::request::Request;
use landline_http1::response::{Persistence, Status};
use serde::Serialize;

use super::result::FileResult;
use crate::server::connection::{Connection, Ending};
use crate::server::http::folders::content_fields;
use crate::server::http::page::escape::{write_name, write_text};
use crate::server::http::receive::reply::set_cookie;
use crate::server::http::text_response::texts;
use crate::server::http::{persist_or_close, start_head};
use crate::server::page_text::{Localized, PageText};

/// The response as JSON.
#[derive(Debug, Serialize)]
struct Body<'a> {
    files: Vec<File<'a>>,
}

#[derive(Debug, Serialize)]
struct File<'a> {
    /// As the sender calls it.
    name: &'a str,
    /// Its path here.
    #[serde(skip_serializing_if = "Option::is_none")]
    stored: Option<&'a str>,
    /// What a PUT would have been answered.
    status: u16,
}

impl<'a> File<'a> {
    fn of(file: &'a FileResult) -> Self {
        Self {
            name: &file.name,
            stored: file.stored.as_deref().ok(),
            status: file.status().0,
        }
    }
}

impl FileResult {
    fn status(&self) -> Status {
        match &self.stored {
            Ok(_) if self.is_old => Status(200),
            Ok(_) => Status(201),
            Err(why) => why.status(),
        }
    }
}

/// Sends what became of `files`, at least one. The status is 201 if all are stored now, that of the first one if none is,
/// else 200.
pub(super) fn send(
    connection: &Connection,
    request: &Request<'_>,
    files: &[FileResult],
    new_token: Option<&str>,
) -> io::Result<ControlFlow<Ending>> {
    let is_new = |file: &FileResult| file.stored.is_ok() && !file.is_old;
    let status = if files.iter().all(is_new) {
        Status(201)
    } else if files.iter().all(|file| file.stored.is_err()) {
        files.first().map_or(Status(400), FileResult::status)
    } else {
        Status(200)
    };
    let is_json = accept::prefers_json(&request.accept);
    let body = if is_json {
        json(files)?
    } else {
        html(files, texts(connection, request))?
    };
    let persistence = Persistence {
        http_11: request.http_11,
        keep_alive: request.keep_alive,
    };
    let mut head = start_head(connection, status, persistence);
    content_fields(&mut head, is_json);
    head.field("Content-Length", body.len());
    set_cookie(&mut head, new_token);
    let mut bytes = head.finish();
    bytes.extend_from_slice(&body);
    connection.send(&bytes)?;
    Ok(persist_or_close(persistence))
}

fn json(files: &[FileResult]) -> io::Result<Vec<u8>> {
    let body = Body {
        files: files.iter().map(File::of).collect(),
    };
    Ok(serde_json::to_vec(&body)?)
}

fn html(files: &[FileResult], texts: Localized<'_>) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let count = files.iter().filter(|file| file.stored.is_ok()).count();
    let title = texts.text(PageText::Received(count as u64));
    write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>",
        texts.language()
    )?;
    write_text(&mut page, &title)?;
    page.extend_from_slice(b"</title></head>\n<body><h1>");
    write_text(&mut page, &title)?;
    page.extend_from_slice(b"</h1>\n<ul>");
    for file in files {
        page.extend_from_slice(b"\n<li>");
        match &file.stored {
            Ok(stored) => write_name(&mut page, stored)?,
            Err(why) => {
                write_name(&mut page, &file.name)?;
                page.extend_from_slice(b": ");
                write_text(&mut page, &texts.text(PageText::NotReceived(*why)))?;
            }
        }
        page.extend_from_slice(b"</li>");
    }
    page.extend_from_slice(b"\n</ul>\n<p><a href=\"./\">");
    write_text(&mut page, &texts.text(PageText::Back))?;
    page.extend_from_slice(b"</a></p></body></html>\n");
    Ok(page)
}
