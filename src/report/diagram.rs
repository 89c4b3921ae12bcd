//! The schema as a drawing: tables as boxes in layers, parents to the left of their children, one curve a foreign key.
//!
//! Boxes list key columns and count the rest. Limit: [`TABLES_MAX`] tables; past that a drawing helps nobody and there is none.
//! A cycle of foreign keys is cut at the table that comes first in the schema.

use super::page::escape;
use crate::ir::{LogicalIr, Table};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Most tables drawn.
pub const TABLES_MAX: usize = 40;

const ROW: usize = 18;
const HEAD: usize = 26;
const GAP_X: usize = 86;
const GAP_Y: usize = 22;

struct Frame<'a> {
    table: &'a Table,
    keys: Vec<&'a str>,
    x: usize,
    y: usize,
    width: usize,
    height: usize,
}

impl Frame<'_> {
    /// Where a line touches the row of a column, or the head when the column is not listed.
    fn row_y(&self, column: Option<&String>) -> usize {
        let row = column.and_then(|c| self.keys.iter().position(|k| k == c));
        self.y + row.map_or(HEAD / 2, |at| HEAD + at * ROW + ROW / 2)
    }
}

/// The drawing; none when there are too many tables, or no table at all.
pub fn svg(logical: &LogicalIr) -> Option<String> {
    let tables: Vec<&Table> = logical.data_tables().collect();
    if tables.is_empty() || tables.len() > TABLES_MAX {
        return None;
    }
    let boxes = place(&tables);
    let width = boxes.iter().map(|b| b.x + b.width).max().unwrap_or(0) + 24;
    let height = boxes.iter().map(|b| b.y + b.height).max().unwrap_or(0) + 8;
    let n_edges: usize = tables.iter().map(|t| t.foreign_keys.len()).sum();
    // Many lines are drawn lighter, so that the boxes stay readable.
    let class = if n_edges > 40 { "diagram dense" } else { "diagram" };
    let mut out = format!("<svg class=\"{class}\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">");
    for child in &boxes {
        for fk in &child.table.foreign_keys {
            if let Some(parent) = boxes.iter().find(|b| b.table.is(&fk.ref_table)) {
                edge(&mut out, child, parent, fk.columns.first(), fk.ref_columns.first());
            }
        }
    }
    boxes.iter().for_each(|b| draw(&mut out, b));
    Some(out + "</svg>")
}

/// Layers from left to right; in a layer, tables stand near the middle of what they refer to.
fn place<'a>(tables: &[&'a Table]) -> Vec<Frame<'a>> {
    let layers = layers(tables);
    let n_layers = layers.iter().max().map_or(0, |l| l + 1);
    let mut boxes: Vec<Frame<'a>> = Vec::new();
    let mut x = 4;
    for layer in 0..n_layers {
        let mut here: Vec<&Table> = tables.iter().zip(&layers).filter(|(_, l)| **l == layer).map(|(t, _)| *t).collect();
        here.sort_by_cached_key(|t| {
            let parents: Vec<usize> = t
                .foreign_keys
                .iter()
                .filter_map(|fk| boxes.iter().find(|b| b.table.is(&fk.ref_table)))
                .map(|b| b.y)
                .collect();
            (parents.iter().sum::<usize>() / parents.len().max(1), t.id())
        });
        // A tall layer is folded into several columns.
        let per_column = here.len().div_ceil(here.len().div_ceil(9).max(1)).max(1);
        for column in here.chunks(per_column) {
            let (mut y, mut widest) = (4, 0);
            for table in column {
                let keys = key_columns(table);
                let widths = keys.iter().map(|k| k.chars().count() * 7 + 44);
                let width = widths.chain([table.id().chars().count() * 8 + 24, 142]).max().unwrap_or(0);
                let height = HEAD + (keys.len() + usize::from(keys.len() < table.columns.len())) * ROW + 4;
                boxes.push(Frame {
                    table,
                    keys,
                    x,
                    y,
                    width,
                    height,
                });
                y += height + GAP_Y;
                widest = widest.max(width);
            }
            x += widest + GAP_X;
        }
    }
    centre(&mut boxes);
    boxes
}

/// Columns of boxes are centred against the tallest.
fn centre(boxes: &mut [Frame<'_>]) {
    let mut bottoms: BTreeMap<usize, usize> = BTreeMap::new();
    for b in boxes.iter() {
        let bottom = bottoms.entry(b.x).or_default();
        *bottom = (*bottom).max(b.y + b.height);
    }
    let tallest = bottoms.values().copied().max().unwrap_or(0);
    for b in boxes.iter_mut() {
        b.y += (tallest - bottoms.get(&b.x).copied().unwrap_or(tallest)) / 2;
    }
}

/// For each table the length of the longest way up to a table that refers to nothing.
fn layers(tables: &[&Table]) -> Vec<usize> {
    let parents: Vec<Vec<usize>> = tables
        .iter()
        .enumerate()
        .map(|(at, t)| {
            let up = t
                .foreign_keys
                .iter()
                .filter_map(|fk| tables.iter().position(|p| p.is(&fk.ref_table)));
            up.filter(|parent| *parent != at).collect()
        })
        .collect();
    let mut depth: Vec<Option<usize>> = vec![None; tables.len()];
    for at in 0..tables.len() {
        climb(at, &parents, &mut depth, &mut Vec::new());
    }
    depth.into_iter().map(Option::unwrap_or_default).collect()
}

/// Depth of the recursion is at most [`TABLES_MAX`]. A table met again on the way counts as a root.
fn climb(at: usize, parents: &[Vec<usize>], depth: &mut Vec<Option<usize>>, path: &mut Vec<usize>) -> usize {
    if let Some(known) = depth[at] {
        return known;
    }
    if path.contains(&at) {
        return 0;
    }
    path.push(at);
    let found = parents[at].iter().filter(|p| !path.contains(p)).copied().collect::<Vec<_>>();
    let longest = found
        .into_iter()
        .map(|parent| climb(parent, parents, depth, path) + 1)
        .max()
        .unwrap_or(0);
    path.pop();
    depth[at] = Some(longest);
    longest
}

fn key_columns(table: &Table) -> Vec<&str> {
    let is_key = |name: &String| table.primary_key.contains(name) || table.foreign_keys_of(name).next().is_some();
    table.columns.iter().filter(|c| is_key(&c.name)).map(|c| c.name.as_str()).collect()
}

fn edge(out: &mut String, child: &Frame<'_>, parent: &Frame<'_>, from: Option<&String>, to: Option<&String>) {
    let (y1, y2) = (child.row_y(from), parent.row_y(to));
    let path = if std::ptr::eq(child.table, parent.table) {
        let x = child.x + child.width;
        format!("M{x} {y1}c22 0 22 {dy} 0 {dy}", dy = y2 as i64 - y1 as i64)
    } else if child.x > parent.x {
        let (x1, x2) = (child.x, parent.x + parent.width);
        let bend = (x1.saturating_sub(x2) / 2).max(24);
        format!("M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}", x1 as i64 - bend as i64, x2 + bend)
    } else {
        // Against the layers' direction: around the right side of both.
        let (x1, x2) = (child.x + child.width, parent.x + parent.width);
        let out = x1.max(x2) + 40;
        format!("M{x1} {y1}C{out} {y1} {out} {y2} {x2} {y2}")
    };
    let names = |b: &Frame<'_>| escape(&b.table.id()).into_owned();
    push(
        out,
        format_args!("<path d=\"{path}\"><title>{} → {}</title></path>", names(child), names(parent)),
    );
}

fn draw(out: &mut String, b: &Frame<'_>) {
    let Frame {
        table,
        keys,
        x,
        y,
        width,
        height,
    } = b;
    push(
        out,
        format_args!("<g><title>{}</title>", escape(table.comment.as_deref().unwrap_or(&table.name))),
    );
    push(
        out,
        format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"5\"/>"),
    );
    push(
        out,
        format_args!(
            "<text class=\"name\" x=\"{}\" y=\"{}\">{}</text>",
            x + 10,
            y + 18,
            escape(&table.id())
        ),
    );
    for (at, key) in keys.iter().enumerate() {
        let owned = (*key).to_owned();
        let mark = if table.primary_key.contains(&owned) { "◆" } else { "→" };
        let row = y + HEAD + at * ROW + 13;
        push(
            out,
            format_args!(
                "<text class=\"mark\" x=\"{}\" y=\"{row}\">{mark}</text><text x=\"{}\" y=\"{row}\">{}</text>",
                x + 10,
                x + 26,
                escape(key)
            ),
        );
    }
    let words = match table.columns.len() - keys.len() {
        0 => String::new(),
        1 => "1 more column".to_owned(),
        n => format!("{n} more columns"),
    };
    let line = y + HEAD + keys.len() * ROW + 13;
    push(
        out,
        format_args!("<text class=\"more\" x=\"{}\" y=\"{line}\">{words}</text></g>", x + 26),
    );
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::ForeignKey;

    fn table(name: &str, parents: &[&str]) -> Table {
        let foreign_keys = parents
            .iter()
            .map(|p| ForeignKey {
                name: None,
                columns: vec![format!("{p}_id")],
                ref_table: (*p).into(),
                ref_columns: vec!["id".into()],
                inferred: false,
            })
            .collect();
        Table {
            name: name.into(),
            foreign_keys,
            ..Table::default()
        }
    }

    #[test]
    fn parents_stand_left_of_children_and_cycles_end() {
        let tables = [
            table("loan", &["book", "member"]),
            table("book", &["author"]),
            table("author", &[]),
            table("member", &["member"]),
        ];
        let all: Vec<&Table> = tables.iter().collect();
        assert_eq!(layers(&all), [2, 1, 0, 0]);
        let cycle = [table("a", &["b"]), table("b", &["a"])];
        let layers = layers(&cycle.iter().collect::<Vec<_>>());
        assert_ne!(layers[0], layers[1]);

        let logical = LogicalIr {
            tables: tables.to_vec(),
            ..LogicalIr::default()
        };
        let drawn = svg(&logical).unwrap_or_default();
        assert_eq!((drawn.matches("<path").count(), drawn.matches("<rect").count()), (4, 4));
        assert!(svg(&LogicalIr::default()).is_none());
    }

    #[test]
    fn no_two_boxes_overlap() {
        let tables: Vec<Table> = (0..30).map(|n| table(&format!("t{n}"), &[["t0", "t1", "t2"][n % 3]])).collect();
        let boxes = place(&tables.iter().collect::<Vec<_>>());
        for (at, a) in boxes.iter().enumerate() {
            for b in &boxes[at + 1..] {
                assert!(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y);
            }
        }
    }
}
