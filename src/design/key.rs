//! Keys: foreign keys are drawn from their parents, primary and unique columns are numbered or patterned.

use super::{Choice, Subject};
use crate::ir::SqlType;
use crate::ir::generation::Distribution;

/// Rows of a small table, which reach every piece that it is partitioned into.
const FEW_ROWS: f64 = 40.0;

/// A column of a foreign key.
pub(super) fn foreign(subject: &Subject<'_>) -> Option<Choice> {
    let name = subject.column.name.as_str();
    let key = subject
        .table
        .foreign_keys
        .iter()
        .filter(|f| f.columns.iter().any(|c| c == name))
        .max_by_key(|f| f.columns.len())?;
    if key.ref_table == subject.table.id() {
        let roots = if super::name::kind(subject.table) == Some("person") && !subject.words.contains("guarant") {
            0.05
        } else {
            0.3
        };
        return Some(Choice::new(Distribution::foreign_key(0.0), "refers to earlier rows of its own table: a forest").nulls(roots));
    }
    // Customers and products have favourites; days have none, nor have rows that are numbered within what they refer to: the tuples of
    // such a key are counted off.
    let calendar = super::dimension::is_calendar_name(&key.ref_table);
    let own = |c: &String| subject.table.foreign_keys_of(c).next().is_none();
    let numbered = in_key(subject) && subject.table.primary_key.iter().any(own);
    let skew = if calendar || numbered { 0.0 } else { 0.6 };
    let reason = format!(
        "refers to {}{}",
        key.ref_table,
        if skew == 0.0 {
            ""
        } else {
            ", some of them much more often than others"
        }
    );
    let late = ["return", "cancel", "close", "end", "approv", "deliver"]
        .iter()
        .any(|w| subject.words.contains(w));
    let choice = Choice::new(Distribution::foreign_key(skew), reason);
    Some(if late { choice.nulls(0.25) } else { choice })
}

fn in_key(subject: &Subject<'_>) -> bool {
    subject.table.primary_key.contains(&subject.column.name)
}

/// A primary key or unique column that does not refer elsewhere.
pub(super) fn own(subject: &Subject<'_>) -> Option<Choice> {
    let column = subject.column;
    let in_key = in_key(subject);
    let integer = column.sql_type.is_integer() || matches!(column.sql_type, SqlType::Decimal(_, 0));
    let bounds = subject.bounds.of(&column.name);
    if in_key && !subject.unique {
        // Part of a composite key: numbers that are not a year or the like run inside their group.
        let natural = ["year", "yr", "month", "quarter", "week", "day", "hour", "season"]
            .iter()
            .any(|w| subject.words.split(' ').any(|x| x == *w));
        if !bounds.values.is_empty() {
            return None;
        }
        return match (integer && !natural, bounds.low, bounds.high) {
            (true, low, Some(high)) => Some(Choice::new(
                Distribution::Uniform {
                    low: low.map_or(high.min(1.0), |x| if bounds.low_open { x.floor() + 1.0 } else { x }),
                    high: if bounds.high_open { high.ceil() - 1.0 } else { high },
                    step: None,
                },
                "part of the key, within its CHECK",
            )),
            (true, low, None) => {
                let start = low.map_or(1, |x| if bounds.low_open { x.floor() as i64 + 1 } else { x.ceil() as i64 });
                Some(Choice::new(
                    Distribution::Sequence { start, step: 1 },
                    "part of the key, numbered inside its group",
                ))
            }
            _ => None,
        };
    }
    if !subject.unique {
        // Numbered by the database without being a key.
        return (column.identity && integer).then(|| Choice::new(Distribution::Sequence { start: 1, step: 1 }, "numbered by the database"));
    }
    if integer
        && subject.bounds.placing.contains(&column.name)
        && let (Some(low), Some(high)) = (bounds.low, bounds.high)
    {
        return spread(low, high, subject.bounds.endless);
    }
    if integer && bounds.values.is_empty() {
        let most = bounds.high.map(|high| {
            if bounds.high_open {
                high.ceil() as i64 - 1
            } else {
                high.floor() as i64
            }
        });
        let start = match bounds.low {
            Some(low) if bounds.low_open => low.floor() as i64 + 1,
            Some(low) => low.ceil() as i64,
            None if in_key || column.identity || most.is_some() => 1,
            None => 1001,
        };
        // All below the first number: counted down from the greatest.
        let (start, step) = match most.filter(|most| *most < start && bounds.low.is_none()) {
            Some(most) => (most, -1),
            None => (start, 1),
        };
        return Some(Choice::new(
            Distribution::Sequence { start, step },
            if in_key { "the primary key" } else { "a unique number" },
        ));
    }
    match &column.sql_type {
        SqlType::Uuid => Some(provider("code.uuid", "a unique identifier")),
        t if t.is_text() => {
            let listed = !bounds.values.is_empty() || bounds.like.is_some();
            let length = bounds.min_length.filter(|_| bounds.min_length == bounds.max_length);
            let small = |choice: &Choice| !bounds.lower || super::text::is_lower(subject, choice);
            let long = |choice: &Choice| length.is_none_or(|n| super::text::as_long(subject, choice, n as usize));
            let spoken = super::text::spoken(subject).filter(long).filter(small);
            if listed || spoken.is_some() {
                return spoken.filter(|_| !listed);
            }
            Some(Choice::new(
                Distribution::Pattern { pattern: pattern(subject) },
                "a unique code as wide as the column allows",
            ))
        }
        _ => None,
    }
}

/// A key that decides which piece of its table a row is in: few rows reach every piece, and where the last piece has no end, many have room.
fn spread(low: f64, high: f64, endless: bool) -> Option<Choice> {
    let step = ((high - low) / FEW_ROWS).floor().max(1.0) as i64;
    // Else an even draw of the numbers that there are.
    endless.then(|| {
        let start = low.ceil() as i64;
        Choice::new(
            Distribution::Sequence { start, step },
            "the primary key, in steps that reach every piece of the table",
        )
    })
}

fn provider(name: &str, reason: &str) -> Choice {
    Choice::new(
        Distribution::Provider {
            name: name.to_owned(),
            options: serde_json::Map::new(),
        },
        reason,
    )
}

/// A code for this column: letters of the table's name where there is room, else any letters.
pub(super) fn pattern(subject: &Subject<'_>) -> String {
    let bounds = subject.bounds.of(&subject.column.name);
    let width = width(subject)
        .min(bounds.max_length.map_or(usize::MAX, |n| n as usize))
        .max(bounds.min_length.unwrap_or(0) as usize);
    // A column without a width of its own takes what its CHECK asks for, and little more.
    let width = bounds.min_length.map_or(width, |least| width.min((least as usize).max(12)));
    let initials: String = super::name::words(&subject.table.name)
        .split(' ')
        .filter_map(|w| w.chars().next())
        .take(3)
        .collect::<String>()
        .to_uppercase();
    if bounds.lower {
        let own = subject.words.as_str();
        let table = super::name::singular(&super::name::words(&subject.table.name));
        let noun = if ["name", "title", "slug", "code", "key"].contains(&own) {
            table.as_str()
        } else {
            own
        }
        .replace(' ', "-");
        let digits = width.clamp(1, 6);
        return match width.checked_sub(digits + 1) {
            Some(room) if room >= noun.len() => format!("{noun}-{}", "#".repeat(digits)),
            _ => "#".repeat(width.min(9)),
        };
    }
    match width {
        0..=3 => "?".repeat(width.max(1)),
        4..=6 => format!("{}{}", "?".repeat(width - 3), "###"),
        7..=9 => format!("{}{}", "??", "#".repeat(width - 2)),
        _ if bounds.min_length.is_some() => format!("{initials}{}", "#".repeat(width - initials.len())),
        _ => format!("{initials}-{}", "######"),
    }
}

/// Characters the column holds, and those that refer to it.
pub(super) fn width(subject: &Subject<'_>) -> usize {
    let own = |t: &SqlType| match t {
        SqlType::Varchar(n) | SqlType::Char(n) => *n as usize,
        _ => usize::MAX,
    };
    let id = subject.table.id();
    let mut width = own(&subject.column.sql_type);
    for table in &subject.logical.tables {
        for key in table.foreign_keys.iter().filter(|f| f.ref_table == id) {
            let pairs = key.columns.iter().zip(&key.ref_columns).filter(|(_, r)| **r == subject.column.name);
            width = pairs
                .filter_map(|(c, _)| table.column(c))
                .map(|c| own(&c.sql_type))
                .fold(width, usize::min);
        }
    }
    width
}
