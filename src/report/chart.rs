//! Charts as SVG, coloured by classes so that they follow the page's light or dark scheme.
//!
//! Bars are stretched by the page (`preserveAspectRatio="none"`), so they carry no text; numbers stand beside them as text.

use super::page::{count, escape};
use std::fmt::Write;

/// One horizontal bar of several parts, each a class and a share of the whole (0 to 1).
pub fn bar(parts: &[(&str, f64)]) -> String {
    let mut out = "<svg class=\"bar\" viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\" aria-hidden=\"true\">".to_owned();
    let mut x = 0.0;
    for (class, share) in parts {
        let width = (share * 100.0).clamp(0.0, 100.0 - x);
        if width > 0.0 {
            push(
                &mut out,
                format_args!("<rect class=\"{class}\" x=\"{x:.2}\" width=\"{width:.2}\" height=\"1\"/>"),
            );
        }
        x += width;
    }
    out + "</svg>"
}

/// Small upright columns, for the outline of a distribution. `labels` are shown when a column is pointed at.
pub fn spark(values: &[u64], labels: &[String]) -> String {
    let top = values.iter().copied().max().unwrap_or(0).max(1) as f64;
    let step = 120.0 / values.len().max(1) as f64;
    let mut out = "<svg class=\"spark\" viewBox=\"0 0 120 24\" role=\"img\">".to_owned();
    for (at, value) in values.iter().enumerate() {
        let height = if *value == 0 { 0.0 } else { (*value as f64 / top * 23.0).max(1.0) };
        let label = labels.get(at).map_or("", String::as_str);
        push(
            &mut out,
            format_args!(
                "<rect x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{height:.2}\"><title>{}: {}</title></rect>",
                at as f64 * step,
                24.0 - height,
                (step - if step > 3.0 { 1.0 } else { 0.2 }).max(0.4),
                escape(label),
                count(*value)
            ),
        );
    }
    out + "</svg>"
}

/// A heat map: `cells[row][column]` pairs use both. Empty cells are drawn as nothing, full ones by the logarithm of their count.
pub fn heat(rows: &[String], columns: &[String], cells: &[Vec<u64>]) -> String {
    const CELL: usize = 15;
    let longest = |names: &[String]| names.iter().map(|n| n.chars().count()).max().unwrap_or(0);
    let (left, top) = (longest(rows) * 7 + 12, longest(columns) * 5 + 14);
    let (width, height) = (left + columns.len() * CELL + longest(columns) * 4, top + rows.len() * CELL + 4);
    let most = cells.iter().flatten().copied().max().unwrap_or(0).max(1) as f64;
    let mut out = format!("<svg class=\"heat\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">");
    for (at, name) in columns.iter().enumerate() {
        let x = left + at * CELL + CELL / 2;
        push(
            &mut out,
            format_args!("<text transform=\"translate({x} {}) rotate(-50)\">{}</text>", top - 5, escape(name)),
        );
    }
    for (row, name) in rows.iter().enumerate() {
        let y = top + row * CELL;
        push(
            &mut out,
            format_args!("<text class=\"end\" x=\"{}\" y=\"{}\">{}</text>", left - 6, y + 11, escape(name)),
        );
        push(
            &mut out,
            format_args!(
                "<rect class=\"track\" x=\"{left}\" y=\"{y}\" width=\"{}\" height=\"{}\"/>",
                columns.len() * CELL - 1,
                CELL - 1
            ),
        );
        for (column, n) in cells.get(row).into_iter().flatten().enumerate().filter(|(_, n)| **n > 0) {
            let depth = 0.2 + 0.8 * (1.0 + *n as f64).ln() / (1.0 + most).ln();
            let label = columns.get(column).map_or("", String::as_str);
            push(
                &mut out,
                format_args!(
                    "<rect x=\"{}\" y=\"{y}\" width=\"{size}\" height=\"{size}\" fill-opacity=\"{depth:.2}\"><title>{} × {}: {}</title></rect>",
                    left + column * CELL,
                    escape(name),
                    escape(label),
                    count(*n),
                    size = CELL - 1,
                ),
            );
        }
    }
    out + "</svg>"
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_never_leave_the_bar() {
        let svg = bar(&[("a", 0.75), ("b", 0.5)]);
        assert!(svg.contains("class=\"b\" x=\"75.00\" width=\"25.00\""), "{svg}");
        assert_eq!(bar(&[("a", 0.0)]).matches("<rect").count(), 0);
    }

    #[test]
    fn empty_cells_are_not_drawn_and_names_are_escaped() {
        let svg = heat(&["<t>".into()], &["x".into(), "y".into()], &[vec![0, 3]]);
        assert_eq!(svg.matches("<title>").count(), 1);
        assert!(svg.contains("&lt;t&gt; × y: 3"), "{svg}");
    }
}
