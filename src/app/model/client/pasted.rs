//! Pasted text that contains URLs.

use std::collections::HashSet;

use super::Token;
use crate::app::model::plan::MAX_REQUESTS;
use crate::app::model::{Failure, Model};
use crate::sentence;
use landline_engine::client::{Location, Place, Request, halfwidth};

/// The schemes of the URLs that can be downloaded.
const SCHEMES: [&str; 2] = ["http://", "https://"];

/// The text of a URL, which [`Location::parse`] understands, and its parts.
pub(super) type Link<'a> = (&'a str, Location);

/// The different URLs in `text`, in order.
pub(super) fn links(text: &str) -> Vec<Link<'_>> {
    let mut known = HashSet::new();
    let links = urls(text)
        .into_iter()
        .filter_map(|url| Some((url, Location::parse(url).ok()?)));
    links.filter(|(url, _)| known.insert(*url)).collect()
}

impl Model {
    /// Hands over the tokens of the links that were pasted together.
    pub(crate) fn take_pasted_tokens(&mut self) {
        let links = self.client.pasted.iter();
        let tokens = links.filter_map(|link| {
            Some(Token {
                host: link.host.clone(),
                port: link.port?,
                password: link.password.clone()?,
            })
        });
        self.client.tokens.extend(tokens);
    }

    /// The requests for the links that were pasted together.
    ///
    /// # Errors
    /// There are too many, or there is no folder to save them to.
    pub(crate) fn pasted_requests(&self) -> Result<Vec<Request>, Failure> {
        let count = self.client.pasted.len();
        if count > MAX_REQUESTS {
            let why = sentence!("too-many-links", count = count, most = MAX_REQUESTS);
            return Err(Failure::new(why));
        }
        let mut all = Vec::new();
        for link in &self.client.pasted {
            // Every URL has a port; without a path it means everything.
            let port = link.port.unwrap_or_default();
            let name = link.name.clone().unwrap_or_else(|| "/".to_owned());
            let place = Place {
                host: link.host.clone(),
                port,
                encryption: link.encryption,
                path: String::new(),
            };
            let requests = self.requests(&place, vec![name])?;
            let query = &link.query;
            all.extend(requests.into_iter().map(|request| Request {
                query: query.clone(),
                ..request
            }));
        }
        Ok(all)
    }
}

/// The URLs, valid or not.
fn urls(text: &str) -> Vec<&str> {
    let (text, starts) = (text.trim(), starts(text.trim()));
    if starts == [0] && !is_followed_by_words(text) {
        return vec![text];
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let pairs = starts.iter().zip(ends);
    let rests = pairs.map(|(start, end)| &text[*start..end]);
    rests.map(|rest| &rest[..end_of(rest)]).collect()
}

/// Where URLs start, with the scheme in any case and width. A URL may be part of another one.
fn starts(text: &str) -> Vec<usize> {
    let is_start = |at: &usize| {
        let (before, rest) = text.split_at(*at);
        let is_part =
            before.ends_with(|c: char| c.is_ascii_graphic() && !"<>\"'([{,;|".contains(c));
        let plain = || rest.chars().map(|c| halfwidth(c).to_ascii_lowercase());
        let begins = |scheme: &&str| plain().take(scheme.len()).eq(scheme.chars());
        !is_part && SCHEMES.iter().any(begins)
    };
    let letters = text.char_indices().map(|(at, _)| at);
    letters.filter(is_start).collect()
}

/// Whether `line`, which starts with a URL, goes on with words that do not belong to it. A URL typed by hand may contain
/// spaces: `http://ann/my film.mkv`, but not `http://ann/film.mkv (4 GB)`.
fn is_followed_by_words(line: &str) -> bool {
    let is_end = |c: char| c.is_whitespace() || c.is_control();
    let Some((url, rest)) = line.split_once(is_end) else {
        return end_of(line) < line.len();
    };
    let is_more_of_it = rest.split_whitespace().last().is_some_and(has_extension);
    line.contains(char::is_control) || is_whole(url) && !is_more_of_it
}

/// Whether `url` ends where URLs usually end: after the host, a slash, or a file name with an extension.
fn is_whole(url: &str) -> bool {
    let path = url.splitn(4, '/').nth(3).unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    name.is_empty() || has_extension(name)
}

/// Whether `name` ends like a file name.
fn has_extension(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        let is_short = (1..=5).contains(&extension.len());
        !stem.is_empty() && is_short && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// The length of the URL that `text` starts with. It ends before white space and quotes, and without the punctuation of
/// the sentence around it (RFC 3986 appendix C).
fn end_of(text: &str) -> usize {
    let is_after = |c: char| c.is_whitespace() || c.is_control() || "<>\"“”「」《》".contains(c);
    let mut url = &text[..text.find(is_after).unwrap_or(text.len())];
    // Chinese sentences go on without a space. In a host, their full stop is a dot.
    let mut marks = url.match_indices(|c: char| "，。；！？、）】".contains(c));
    let is_end = |(end, mark): &(usize, &str)| {
        let before = &url[..*end];
        is_whole(before) && (*mark != "。" || before.matches('/').count() > 2)
    };
    if let Some((end, _)) = marks.find(is_end) {
        url = &url[..end];
    }
    let count = |c| url.matches(c).count();
    // Those that have no partner belong to the sentence.
    let mut closing = [
        count(')').saturating_sub(count('(')),
        count(']').saturating_sub(count('[')),
    ];
    while let Some(last) = url.chars().next_back() {
        let is_extra = match last {
            ')' | ']' => {
                let left = &mut closing[usize::from(last == ']')];
                let is_extra = *left > 0;
                *left = left.saturating_sub(1);
                is_extra
            }
            last => ".,;:!?'，。；：！？、）】’".contains(last),
        };
        if !is_extra {
            break;
        }
        url = &url[..url.len() - last.len_utf8()];
    }
    url.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str) -> Vec<&str> {
        links(text).into_iter().map(|(url, _)| url).collect()
    }

    #[test]
    fn a_text_gives_its_links() {
        for (text, urls) in [
            ("", &[][..]),
            ("ann-pc", &[]),
            ("https://ann/x", &["https://ann/x"]),
            ("ftp://ann/x", &[]),
            ("http://", &[]),
            ("http://me:secret@ann/x", &[]),
            (" http://ann/a.txt\r\n", &["http://ann/a.txt"]),
            ("HTTP://ann", &["HTTP://ann"]),
            (
                "下载 http://ann/notes.txt。还有http://ann/海边，日落.png，谢谢",
                &["http://ann/notes.txt", "http://ann/海边，日落.png"],
            ),
            ("http://ann/海边，日落.png", &["http://ann/海边，日落.png"]),
            (
                "http://192.168.1.5:8080，谢谢",
                &["http://192.168.1.5:8080"],
            ),
            (
                "look here: http://192.168.1.5:8080/film.mkv thanks",
                &["http://192.168.1.5:8080/film.mkv"],
            ),
            ("http://ann/film.mkv thanks!", &["http://ann/film.mkv"]),
            ("http://ann:8080/ is mine", &["http://ann:8080/"]),
            ("http://ann/my film.mkv", &["http://ann/my film.mkv"]),
            ("http://ann/my film", &["http://ann/my film"]),
            ("http://ann/v1.2 notes.txt", &["http://ann/v1.2 notes.txt"]),
            ("(http://ann/a_(1).txt)", &["http://ann/a_(1).txt"]),
            (
                "<http://ann/a>, \"http://ann/b\".",
                &["http://ann/a", "http://ann/b"],
            ),
            ("http://ann/a.txt.", &["http://ann/a.txt"]),
            ("看这里：http://ann/海.txt。", &["http://ann/海.txt"]),
            (
                "http：//127。0。0。1：8080/ａ：b。txt",
                &["http：//127。0。0。1：8080/ａ：b。txt"],
            ),
            (
                "http://ann/a http://ann/b\nhttp://ann/a\thttp://bo/c?x=1#y",
                &["http://ann/a", "http://ann/b", "http://bo/c?x=1#y"],
            ),
            ("http://ann/?u=http://bo", &["http://ann/?u=http://bo"]),
            ("http://ann thanks", &["http://ann"]),
            ("http://ann.pc:81 thanks", &["http://ann.pc:81"]),
            ("http：／／ann thanks", &["http：／／ann"]),
            ("http://ann/a\u{0}b c", &["http://ann/a"]),
            ("http://ann/a\nthanks", &["http://ann/a"]),
        ] {
            assert_eq!(found(text), urls, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_link_is_part_of_the_text(text in "(\\PC{0,6}|[hH]ttp：//|http://|[ a-z/:.()\"。]){0,30}") {
            for (url, link) in links(&text) {
                prop_assert!(text.contains(url) && Location::parse(url) == Ok(link));
            }
        }
    }

    #[test]
    fn long_texts_are_read() {
        let links: Vec<_> = (0..10_000)
            .map(|number| format!("http://ann/{number}"))
            .collect();
        let text = links.join(" ");
        assert_eq!(found(&text), links);
        assert_eq!(found(&"h".repeat(1_000_000)).len(), 0);
        assert_eq!(
            found(&format!("http://ann/{}", "(.".repeat(100_000))).len(),
            1
        );
    }
}
