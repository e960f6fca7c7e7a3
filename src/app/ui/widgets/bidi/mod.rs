//! Hebrew and Arabic in the order in which they are read (Unicode's bidirectional algorithm,
//! UAX #9). egui shapes each word from right to left, but draws the words from left to right.
//! Paragraphs are left to right, like the window.

use std::ops::Range;
use std::sync::Arc;

use egui::Galley;
use egui::epaint::text::PlacedRow;
use egui::text::{ByteIndex, LayoutJob, LayoutSection, TextFormat};
use unicode_bidi::{BidiClass, BidiInfo, Level, bidi_class};

/// Brackets and quotation marks that are mirrored between right-to-left words.
const MIRRORED: [(char, char); 6] = [
    ('(', ')'),
    ('[', ']'),
    ('{', '}'),
    ('<', '>'),
    ('«', '»'),
    ('‹', '›'),
];

/// A part of a text that egui draws in the right order.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    bytes: Range<usize>,
    /// A right-to-left word, or a character between two of them.
    is_rtl: bool,
}

/// Whether `text` has characters that are written from right to left.
pub(super) fn is_needed(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(is_rtl)
}

/// Whether `c` is in a block of right-to-left scripts.
fn is_rtl(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// The characters in each row of `galley`, which egui has broken in logical order.
pub(super) fn rows(galley: &Galley) -> Vec<usize> {
    let glyphs = |row: &PlacedRow| row.glyphs.len();
    let breaks = galley.rows.iter().filter(|row| row.ends_with_newline);
    let total = galley.rows.iter().map(glyphs).sum::<usize>() + breaks.count();
    if total == galley.text().chars().count() {
        return galley.rows.iter().map(glyphs).collect();
    }
    // A ligature of Arabic letters is one glyph. Rows are broken at spaces.
    let mut rest = galley.text();
    let count = |row: &PlacedRow| {
        let spaces = row.glyphs.iter().filter(|glyph| glyph.chr == ' ').count();
        let line = rest.split('\n').next().unwrap_or_default();
        let at = line.match_indices(' ').nth(spaces.saturating_sub(1));
        let end = match at {
            Some((at, _)) if !row.ends_with_newline => at + 1,
            _ => line.len(),
        };
        let (row_text, after) = rest.split_at(end);
        rest = after.strip_prefix('\n').unwrap_or(after);
        row_text.chars().count()
    };
    galley.rows.iter().map(count).collect()
}

/// Lets egui draw `job` in the right order. `rows` are the characters of each row into which egui
/// would break it.
pub(super) fn visual(job: &LayoutJob, rows: &[usize]) -> LayoutJob {
    let mut visual = LayoutJob {
        text: String::with_capacity(job.text.len()),
        sections: Vec::new(),
        ..job.clone()
    };
    for line in lines(&job.text, rows) {
        if !visual.text.is_empty() && !visual.text.ends_with('\n') {
            visual.wrap.max_width = f32::INFINITY;
            if let Some(section) = job.sections.first() {
                push(&mut visual, "\n", 0.0, &section.format);
            }
        }
        for piece in pieces(&job.text, line) {
            append(&mut visual, job, &piece);
        }
    }
    visual
}

/// Appends the piece, which may have several formats.
fn append(visual: &mut LayoutJob, job: &LayoutJob, piece: &Piece) {
    let mut parts: Vec<_> = job
        .sections
        .iter()
        .filter_map(|section| {
            let ByteIndex(start) = section.byte_range.start;
            let ByteIndex(end) = section.byte_range.end;
            let part = start.max(piece.bytes.start)..end.min(piece.bytes.end);
            let leading_space = if part.start == start {
                section.leading_space
            } else {
                0.0
            };
            (!part.is_empty()).then_some((part, leading_space, &section.format))
        })
        .collect();
    if piece.is_rtl {
        parts.reverse();
    }
    for (part, leading_space, format) in parts {
        let text = &job.text[part];
        let mut buffer = [0; 4];
        let mirror = mirrored(text).filter(|_| piece.is_rtl);
        let text = mirror.map_or(text, |c| c.encode_utf8(&mut buffer));
        push(visual, text, leading_space, format);
    }
}

/// Appends a section. ([`LayoutJob::append`] would merge sections of the same format, and the shaper
/// would take them for one word.)
fn push(job: &mut LayoutJob, text: &str, leading_space: f32, format: &TextFormat) {
    let start = ByteIndex(job.text.len());
    job.text += text;
    job.sections.push(LayoutSection {
        leading_space,
        byte_range: start..ByteIndex(job.text.len()),
        format: format.clone(),
    });
}

/// The mirror image of `text`, if it is a bracket.
fn mirrored(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let (c, None) = (chars.next()?, chars.next()) else {
        return None;
    };
    MIRRORED.iter().find_map(|&(left, right)| match c {
        _ if c == left => Some(right),
        _ if c == right => Some(left),
        _ => None,
    })
}

/// The bytes of `text` that each glyph of `galley`, laid out with [`visual`], stands for. Gives
/// `galley` a text of one character for each glyph, as egui needs it to select a part: it has more
/// glyphs than characters, because a right-to-left word is followed by glyphs without width.
pub(super) fn sources(text: &str, galley: &mut Arc<Galley>) -> Option<Vec<Range<usize>>> {
    let rows: Vec<_> = galley
        .text()
        .split('\n')
        .map(|row| row.chars().count())
        .collect();
    let mut glyphs = Vec::new();
    for row in &galley.rows {
        glyphs.extend(row.glyphs.iter().map(|glyph| glyph.chr));
        if row.ends_with_newline {
            glyphs.push('\n');
        }
    }
    let mut sources = Vec::with_capacity(glyphs.len());
    for line in lines(text, &rows) {
        if !sources.is_empty() && !text[..line.start].ends_with('\n') {
            sources.push(line.start..line.start);
        }
        for piece in pieces(text, line) {
            let Range { start, mut end } = piece.bytes.clone();
            if !piece.is_rtl || text[start..end].chars().nth(1).is_none() {
                let chars = text[start..end].char_indices();
                sources.extend(chars.map(|(at, c)| start + at..start + at + c.len_utf8()));
                continue;
            }
            // A glyph stands for the characters of its cluster, of which egui names the first.
            while start < end {
                let c = glyphs.get(sources.len())?;
                let first = text[start..end].rfind(*c)? + start;
                sources.push(first..end);
                end = first;
            }
            let others = text[piece.bytes].chars().skip(1);
            sources.extend(others.map(|_| start..start));
        }
    }
    if sources.len() != glyphs.len() {
        return None;
    }
    let mut job = LayoutJob::clone(&galley.job);
    job.text = glyphs.into_iter().collect();
    Arc::make_mut(galley).job = Arc::new(job);
    Some(sources)
}

/// The bytes of each line, if `text` is broken into `rows`, as characters of each.
fn lines(text: &str, rows: &[usize]) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    for &row in rows {
        let rest = &text[start..];
        let mut end = rest
            .char_indices()
            .nth(row)
            .map_or(rest.len(), |(at, _)| at);
        if rest[end..].starts_with('\n') {
            end += 1;
        }
        lines.push(start..start + end);
        start += end;
    }
    if start < text.len() || lines.is_empty() {
        lines.push(start..text.len());
    }
    lines
}

/// The pieces of one line of `text`, from left to right.
fn pieces(text: &str, line: Range<usize>) -> Vec<Piece> {
    let info = BidiInfo::new(text, Some(Level::ltr()));
    let mut all = Vec::new();
    for paragraph in &info.paragraphs {
        let start = line.start.max(paragraph.range.start);
        let end = line.end.min(paragraph.range.end);
        if start >= end {
            continue;
        }
        let (levels, runs) = info.visual_runs(paragraph, start..end);
        for run in runs {
            if levels[run.start].is_ltr() {
                all.extend(numbers(text, run));
            } else {
                all.extend(words(text, run).into_iter().rev());
            }
        }
    }
    all
}

/// The parts of a left-to-right run: Arabic digits one by one, because the shaper takes several for
/// a word.
fn numbers(text: &str, run: Range<usize>) -> Vec<Piece> {
    let mut parts: Vec<Piece> = Vec::new();
    let mut is_digit_last = true;
    for (at, c) in text[run.clone()].char_indices() {
        let bytes = run.start + at..run.start + at + c.len_utf8();
        let is_digit = bidi_class(c) == BidiClass::AN;
        match parts.last_mut() {
            Some(last) if !is_digit && !is_digit_last => last.bytes.end = bytes.end,
            _ => parts.push(Piece {
                bytes,
                is_rtl: false,
            }),
        }
        is_digit_last = is_digit;
    }
    parts
}

/// The words of a right-to-left run, and each character between them.
fn words(text: &str, run: Range<usize>) -> Vec<Piece> {
    let mut words: Vec<Piece> = Vec::new();
    let mut in_word = false;
    for (at, c) in text[run.clone()].char_indices() {
        let bytes = run.start + at..run.start + at + c.len_utf8();
        let is_joined = matches!(bidi_class(c), BidiClass::NSM | BidiClass::BN);
        let is_letter = matches!(bidi_class(c), BidiClass::R | BidiClass::AL);
        match words.last_mut() {
            Some(last) if is_joined || in_word && is_letter => last.bytes.end = bytes.end,
            _ => words.push(Piece {
                bytes,
                is_rtl: true,
            }),
        }
        in_word = is_letter || in_word && is_joined;
    }
    words
}

#[cfg(test)]
mod tests;
