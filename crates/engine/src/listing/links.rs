//! The links of a page, found by a real tokenizer and one at a time. Its own emitters gather every
//! token whole; this one keeps only what can be a link, and no more of it than a link may have.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::mem;

use html5gum::{Emitter, IoReader, State, Tokenizer, naive_next_state};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode, percent_encode};

use super::limits::{Guard, HtmlScan, PATH_MAX_LEN};

/// A path with each byte percent-encoded, and the address in front of it.
const HREF_MAX_LEN: usize = 3 * PATH_MAX_LEN + 1024;

/// Longer than the names of all tags and attributes that matter here.
const NAME_MAX_LEN: usize = 32;

/// One link of a page, decoded from HTML and from nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// `<base href>`: from where the others are to be seen.
    Base(Vec<u8>),
    /// `<a href>`.
    To(Vec<u8>),
    /// What belongs to the page: `<img src>`, `<link href>` and the like.
    Part(Vec<u8>),
}

/// All links in `body` that are not absurdly long, in their order.
pub(crate) fn links(body: impl Read) -> impl Iterator<Item = io::Result<Link>> {
    let source = IoReader::new(Guard::<_, HtmlScan>::new(body));
    Tokenizer::new_with_emitter(source, Links::default())
}

/// What the tokenizer is in the middle of.
#[derive(Debug, Default)]
struct Links {
    tag: Vec<u8>,
    is_end_tag: bool,
    /// It tells which end tag ends a `<script>`.
    last_start_tag: Vec<u8>,
    attribute: Vec<u8>,
    value: Vec<u8>,
    href: Option<Vec<u8>>,
    src: Option<Vec<u8>>,
    /// The `href` of an `<a>` that has not ended, if it may be a name that the server has not escaped.
    open: Option<Vec<u8>>,
    /// What has been read of that link's text.
    text: Vec<u8>,
    found: VecDeque<Link>,
}

impl Links {
    fn init_tag(&mut self, is_end_tag: bool) {
        self.is_end_tag = is_end_tag;
        self.tag.clear();
        self.attribute.clear();
        self.value.clear();
        (self.href, self.src) = (None, None);
    }

    fn close_attribute(&mut self) {
        // The first of two counts.
        let kept = match self.attribute.as_slice() {
            b"href" => Some(&mut self.href),
            b"src" => Some(&mut self.src),
            _ => None,
        };
        if let Some(kept @ None) = kept {
            *kept = Some(mem::take(&mut self.value));
        }
        self.attribute.clear();
        self.value.clear();
    }

    fn close_anchor(&mut self) {
        let href = self.open.take();
        let meant = href.and_then(|href| meant(&href, &self.text));
        self.found.extend(meant.map(Link::To));
        self.text.clear();
    }
}

/// The reference that `href` should have been if a server has left `?` or `#` in its last name as they are.
///
/// Some servers do (updog, Sanic and Ruby among them), and a URL parser takes the rest of such a name for a query or a
/// fragment. The text of the link tells it from a link that has one: there, it is the whole name.
fn meant(href: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    const MARKS: &AsciiSet = &CONTROLS.add(b'?').add(b'#');

    let (path, slash) = match href.strip_suffix(b"/") {
        Some(path) => (path, "/"),
        None => (href, ""),
    };
    let start = path.iter().rposition(|&b| b == b'/').map_or(0, |at| at + 1);
    let (before, raw) = path.split_at(start);
    let decoded: Vec<u8> = percent_decode(raw).collect();
    let text = text.trim_ascii();
    let text = text.strip_suffix(b"/").unwrap_or(text);
    let name = [raw, &decoded]
        .into_iter()
        .find(|name| name.trim_ascii() == text)?;
    let before = percent_encode(before, MARKS);
    let name = percent_encode(name, NON_ALPHANUMERIC);
    Some(format!("{before}{name}{slash}").into_bytes())
}

/// One byte more than `max_len` is kept: then it is known to be too long.
fn push(to: &mut Vec<u8>, bytes: &[u8], max_len: usize) {
    let room = (max_len + 1).saturating_sub(to.len());
    to.extend_from_slice(&bytes[..bytes.len().min(room)]);
}

impl Emitter for Links {
    type Token = Link;

    fn pop_token(&mut self) -> Option<Link> {
        self.found.pop_front()
    }

    fn init_start_tag(&mut self) {
        self.init_tag(false);
    }

    fn init_end_tag(&mut self) {
        self.init_tag(true);
    }

    fn push_tag_name(&mut self, bytes: &[u8]) {
        push(&mut self.tag, bytes, NAME_MAX_LEN);
    }

    fn init_attribute(&mut self) {
        self.close_attribute();
    }

    fn push_attribute_name(&mut self, bytes: &[u8]) {
        push(&mut self.attribute, bytes, NAME_MAX_LEN);
    }

    fn push_attribute_value(&mut self, bytes: &[u8]) {
        if matches!(self.attribute.as_slice(), b"href" | b"src") {
            push(&mut self.value, bytes, HREF_MAX_LEN);
        }
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.close_attribute();
        // A link ends where another begins (HTML section 13.2.6.4.7).
        if self.tag == b"a" {
            self.close_anchor();
        }
        if self.is_end_tag {
            self.last_start_tag.clear();
            return None;
        }
        let is_sane = |reference: &Vec<u8>| reference.len() <= HREF_MAX_LEN;
        if let Some(href) = self.href.take().filter(is_sane) {
            match self.tag.as_slice() {
                b"a" => {
                    let is_mark = |b: &u8| matches!(b, b'?' | b'#');
                    let may_be_unescaped =
                        href.iter().any(is_mark) && !href.first().is_some_and(is_mark);
                    self.open = may_be_unescaped.then(|| href.clone());
                    self.found.push_back(Link::To(href));
                }
                b"base" => self.found.push_back(Link::Base(href)),
                b"link" | b"area" => self.found.push_back(Link::Part(href)),
                _ => {}
            }
        }
        let src = self.src.take().filter(is_sane);
        self.found.extend(src.map(Link::Part));
        mem::swap(&mut self.last_start_tag, &mut self.tag);
        match self.last_start_tag.as_slice() {
            // It is for programs like this one, which run no scripts.
            b"noscript" => None,
            tag => naive_next_state(tag),
        }
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.is_end_tag && !self.tag.is_empty() && self.tag == self.last_start_tag
    }

    fn set_last_start_tag(&mut self, tag: Option<&[u8]>) {
        self.last_start_tag.clear();
        self.last_start_tag.extend(tag.unwrap_or_default());
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn emit_string(&mut self, bytes: &[u8]) {
        if self.open.is_some() {
            push(&mut self.text, bytes, PATH_MAX_LEN);
        }
    }

    // No link is in any of these.
    fn emit_eof(&mut self) {}
    fn emit_error(&mut self, _: html5gum::Error) {}
    fn init_comment(&mut self) {}
    fn push_comment(&mut self, _: &[u8]) {}
    fn emit_current_comment(&mut self) {}
    fn init_doctype(&mut self) {}
    fn push_doctype_name(&mut self, _: &[u8]) {}
    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn set_force_quirks(&mut self) {}
    fn emit_current_doctype(&mut self) {}
    fn set_self_closing(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(page: &str) -> Vec<String> {
        links(page.as_bytes())
            .map(|link| match link.unwrap() {
                Link::To(href) => String::from_utf8(href).unwrap(),
                Link::Base(href) => format!("base {}", String::from_utf8(href).unwrap()),
                Link::Part(href) => format!("part {}", String::from_utf8(href).unwrap()),
            })
            .collect()
    }

    #[test]
    fn links_are_found_however_they_are_written() {
        let page = "<BASE HREF=/b/><a href=a>A</a><A class='x' HREF = 'b&amp;c'><img src=i></A>\
                    <a\nhref=\"&#x6d77;&quot;d\" href=second title='<a href=no>'/><a name=x><a href>\
                    <link href=l><area href=m><script src=s src=no></script></a href=no></img src=no>";
        let (links, parts): (Vec<_>, Vec<_>) = all(page)
            .into_iter()
            .partition(|link| !link.starts_with("part "));
        assert_eq!(links, ["base /b/", "a", "b&c", "海\"d", ""]);
        assert_eq!(parts, ["part i", "part l", "part m", "part s"]);
    }

    #[test]
    fn a_name_that_is_not_escaped_is_a_link_of_its_own() {
        let meant = |page: &str| all(page).split_off(1);
        for (page, link) in [
            ("<a href='/s/n97?mark'>n97?mark</a>", "/s/n97%3Fmark"),
            ("<a href='n96#hash'>\n <b></b> n96#hash </a>", "n96%23hash"),
            ("<a href=a%20b?c>a b?c</a>", "a%20b%3Fc"),
            ("<a href='%41?'>%41?</a>", "%2541%3F"),
            ("<a href='a?b&amp;c'>a?b&amp;c<a", "a%3Fb%26c"),
            ("<a href=n?C=N;O=D>n?C=N;O=D<p></a>", "n%3FC%3DN%3BO%3DD"),
            ("<a href='/s/#1?/'>#1?/</a>", "/s/%231%3F/"),
            (
                "<a href='/s/ #1?/in.txt'>in.txt</a>",
                "/s/ %231%3F/in%2Etxt",
            ),
        ] {
            let page = format!("{page} <a>");
            assert_eq!(meant(&page), [link], "{page}");
        }
        for page in [
            "<a href='?C=N;O=D'>?C=N;O=D</a>",
            "<a href='#top'>#top</a>",
            "<a href='n97?view'>View</a>",
            "<a href='n97?view'>n97</a>",
            "<a href='n97?mark'></a>n97?mark",
            "<a href='plain'>plain</a>",
        ] {
            assert_eq!(meant(page), [""; 0], "{page}");
        }
    }

    #[test]
    fn what_only_looks_like_a_link_is_none() {
        let page = "<title><a href=1></title><style><a href=2></style><!-- <a href=3> -->\
                    <script>'<a href=4></scrip>'</script><textarea><a href=5></textarea>\
                    &lt;a href=6&gt;<noscript><a href=yes></noscript><a href=cut";
        assert_eq!(all(page), ["yes"]);
    }

    #[test]
    fn absurd_lengths_cost_nothing() {
        let long = "x<".repeat(1_000_000);
        let page = format!(
            "<a href='{long}'>{long}</a><{long} ><!-- {long} --><b {long}='{long}'>\
             <!doctype '{long}'><a {long} href='ok'>",
        );
        assert_eq!(all(&page), ["ok"]);
        let mut emitter = Links::default();
        emitter.init_start_tag();
        for _ in 0..1_000 {
            emitter.push_tag_name(long.as_bytes());
            emitter.push_attribute_name(b"href");
            emitter.push_attribute_value(long.as_bytes());
        }
        assert!(emitter.tag.len() + emitter.attribute.len() <= 2 * NAME_MAX_LEN + 2);
        assert!(emitter.value.len() <= HREF_MAX_LEN + 1);
    }

    #[test]
    fn a_broken_source_is_an_error_after_what_came() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::ConnectionReset.into())
            }
        }
        let mut links = links(b"<a href=1><a href=2".chain(Broken));
        assert_eq!(links.next().unwrap().unwrap(), Link::To(b"1".to_vec()));
        let error = links.next().unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
}
