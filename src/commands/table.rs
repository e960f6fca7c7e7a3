//! Tables on a terminal.

use unicode_width::UnicodeWidthStr;

/// A line for each row, in columns: the first `left` of them are aligned at the left, the others at the right.
pub(super) fn table<const N: usize>(rows: &[[String; N]], left: usize) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max();
    let widths: Vec<_> = (0..N).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let padding = " ".repeat(width - cell.width());
            let parts = if column < left {
                [cell, &padding]
            } else {
                [&padding, cell]
            };
            line.extend(parts.map(String::as_str));
            line.push_str("  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
