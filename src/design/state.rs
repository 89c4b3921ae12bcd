//! States of a row and the times that go with them: an open ticket has no closing time, a delivered order has the time of its delivery.
//!
//! `events.txt` says in which states something has happened. Of states that it leaves open, a list that the schema declares in the order in which rows
//! pass through it says it (`path`). A flag of the same words (`is_paid`, `paid_at`) says it too, and one that holds until an end (`is_current`,
//! `valid_to`). Each becomes an implication of the ConstraintSpec, which moves the time and leaves the states as often as they are. Limits: columns that
//! this engine plans, outside keys; where a CHECK speaks of both columns, the CHECK decides. Invariant: no two of the implications contradict each other
//! by way of a time that follows another.

use super::bounds::next_day;
use super::span::{FILLERS, PLANNED};
use super::time::LAST_DAY;
use super::{Subject, path};
use crate::ir::constraint::{Condition, Implication};
use crate::ir::generation::{ColumnPlan, Distribution};
use crate::ir::{SqlType, Table};
use serde_json::Value;
use std::sync::LazyLock;

/// A line of `events.txt`.
struct Event {
    words: Vec<&'static str>,
    happened: Vec<&'static str>,
    not: Vec<&'static str>,
}

static EVENTS: LazyLock<Vec<Event>> = LazyLock::new(|| {
    let list = |text: &'static str| text.split(',').map(str::trim).collect();
    include_str!("events.txt")
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
        .filter_map(|line| {
            let (words, states) = line.split_once(':')?;
            let (happened, not) = states.split_once('/')?;
            Some(Event {
                words: list(words),
                happened: list(happened),
                not: list(not),
            })
        })
        .collect()
});

/// States of one side of a thing: first words of the event that they are about, by the word before "status".
static SIDES: &[(&[&str], &[&str])] = &[
    (&["payment", "billing", "invoice"], &["paid", "refunded"]),
    (
        &["shipping", "shipment", "delivery", "fulfillment", "fulfilment"],
        &["shipped", "delivered"],
    ),
    (&["approval", "review"], &["approved", "rejected"]),
];

/// A time that goes with the states of its row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Governed {
    /// Position of the time.
    pub time: usize,
    /// Position of the states.
    pub state: usize,
    /// States in which it has happened, and in which it has not.
    pub happened: Vec<Value>,
    pub not: Vec<Value>,
}

/// A column of states and what it may hold.
pub(super) struct States {
    pub column: usize,
    pub values: Vec<Value>,
    /// The schema lists them, so that their order may mean something.
    pub declared: bool,
}

/// Whether a column may hold states: what it holds is asked of the other rules.
pub(super) fn may_be(subject: &Subject<'_>) -> bool {
    let listed = path::is_status(&subject.words) && (subject.column.sql_type.is_text() || is_enum(&subject.column.sql_type));
    (listed || subject.column.sql_type == SqlType::Bool) && !in_key(subject.table, &subject.column.name)
}

fn is_enum(sql_type: &SqlType) -> bool {
    matches!(sql_type, SqlType::Enum(_))
}

pub(super) fn in_key(table: &Table, column: &str) -> bool {
    let is = |c: &String| c == column;
    table.primary_key.iter().any(is) || table.unique.iter().flatten().any(is) || table.foreign_keys_of(column).next().is_some()
}

/// What a column's words are about, without fillers: "paid" of "paid at" and of "is paid".
fn about(words: &str) -> Vec<&str> {
    let filler = |w: &&str| FILLERS.contains(w) || ["is", "was", "has", "been"].contains(w);
    words.split(' ').filter(|w| !filler(w)).collect()
}

/// The word or words before "status".
fn side(words: &str) -> &str {
    words.rsplit_once(' ').map_or("", |(before, _)| before)
}

/// Whether states of this side say when an event has happened: payment says it of payments alone, and there it is asked first.
fn says(side: &str, event: &Event) -> Option<u8> {
    let of = SIDES.iter().find(|(sides, _)| sides.contains(&side));
    match of {
        None => Some(0),
        Some((_, events)) => event.words.first().is_some_and(|w| events.contains(w)).then_some(1),
    }
}

/// The times of a table that go with states.
pub(super) fn governed(table: &Table, words: &[String], states: &[States]) -> Vec<Governed> {
    let word = |i: usize| words.get(i).map(String::as_str).unwrap_or_default();
    let mut out = Vec::new();
    for (time, column) in table.columns.iter().enumerate() {
        let planned = word(time)
            .split(' ')
            .any(|w| PLANNED.contains(&w) || ["due", "required"].contains(&w));
        if !column.sql_type.is_temporal() || column.sql_type == SqlType::Time || !column.nullable || planned || in_key(table, &column.name)
        {
            continue;
        }
        let said = about(word(time));
        let text = format!(" {} ", said.join(" "));
        let flag_of = |s: &&States| table.columns.get(s.column).is_some_and(|c| c.sql_type == SqlType::Bool);
        let flag = states.iter().find(|s| flag_of(s) && about(word(s.column)) == said);
        if let Some(flag) = flag.filter(|_| !said.is_empty()) {
            out.push(Governed {
                time,
                state: flag.column,
                happened: vec![Value::Bool(true)],
                not: vec![Value::Bool(false)],
            });
            continue;
        }
        if let Some(flag) = states.iter().find(|s| flag_of(s) && path::holds(&about(word(s.column))))
            && path::ends(&said)
        {
            out.push(Governed {
                time,
                state: flag.column,
                happened: vec![Value::Bool(false)],
                not: vec![Value::Bool(true)],
            });
            continue;
        }
        let event = EVENTS.iter().find(|e| e.words.iter().any(|w| text.contains(&format!(" {w} "))));
        let lies_ahead = super::stage::stage(word(time)).future;
        let best = states
            .iter()
            .filter_map(|s| {
                let names: Vec<String> = s.values.iter().map(spelled).collect();
                let known = event.and_then(|e| Some((says(side(word(s.column)), e)?, e)));
                let told = |name: &String| {
                    let (_, e) = known?;
                    let of = |list: &[&str]| list.contains(&name.as_str());
                    (of(&e.happened) || of(&e.not)).then(|| of(&e.happened))
                };
                let mut done: Vec<Option<bool>> = names.iter().map(told).collect();
                let own = |name: &str| known.is_some_and(|(_, e)| e.words.contains(&name)) || path::is_form(&said, name);
                if s.declared && !lies_ahead {
                    path::complete(&names, own, &mut done);
                }
                let of = |wanted: bool| -> Vec<Value> {
                    let values = s.values.iter().zip(&done).filter(|(_, d)| **d == Some(wanted));
                    values.map(|(v, _)| v.clone()).collect()
                };
                let governed = Governed {
                    time,
                    state: s.column,
                    happened: of(true),
                    not: of(false),
                };
                done.iter()
                    .any(Option::is_some)
                    .then_some((known.map_or(0, |(first, _)| first), governed))
            })
            // Of several the first column.
            .rev()
            .max_by_key(|(first, _)| *first);
        out.extend(best.map(|(_, g)| g));
    }
    out.retain(|g| {
        !table
            .checks
            .iter()
            .any(|c| names(&c.sql, table, g.time) && names(&c.sql, table, g.state))
    });
    out
}

/// A state in plain words: `In_Progress` is "in progress".
fn spelled(value: &Value) -> String {
    super::name::words(value.as_str().unwrap_or_default())
}

fn names(sql: &str, table: &Table, column: usize) -> bool {
    let name = table.columns.get(column).map(|c| c.name.as_str()).unwrap_or_default();
    sql.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .any(|w| w.eq_ignore_ascii_case(name))
}

/// Whether a time may come after another one: that has happened wherever it has.
pub(super) fn may_follow(governed: &[Governed], time: usize, earlier: usize) -> bool {
    let of = |i: usize| governed.iter().find(|g| g.time == i);
    match (of(time), of(earlier)) {
        (Some(own), Some(other)) if own.state == other.state => own.happened.iter().all(|v| other.happened.contains(v)),
        (_, None) => true,
        _ => false,
    }
}

/// The implications of a table whose columns are planned.
pub(super) fn implications(table: &Table, governed: &[Governed], plans: &[ColumnPlan]) -> Vec<Implication> {
    let name = |i: usize| table.columns.get(i).map(|c| c.name.as_str()).unwrap_or_default();
    let plan = |i: usize| plans.iter().find(|p| p.column == name(i)).map(|p| &p.distribution);
    let drawn = |i: usize| {
        matches!(
            plan(i),
            Some(Distribution::Datetime { .. } | Distribution::Seasonal { .. } | Distribution::AfterColumn { .. })
        )
    };
    let mut out = Vec::new();
    for own in governed
        .iter()
        .filter(|g| drawn(g.time) && matches!(plan(g.state), Some(Distribution::Categorical { .. })))
    {
        // A time that follows one which has not happened has not happened.
        let mut happened = own.happened.clone();
        let mut at = own.time;
        let mut days = 1;
        for _ in 0..table.columns.len() {
            let Some(Distribution::AfterColumn { column, min_days, .. }) = plan(at) else {
                break;
            };
            at = table.column_index(column).unwrap_or(at);
            days += min_days;
            // A key is not drawn again: where it leaves no time, it cannot be asked for.
            let early = |end: &str| next_day(end, days).as_str() <= LAST_DAY;
            if in_key(table, column) && !matches!(plan(at), Some(Distribution::Datetime { end, .. }) if early(end)) {
                happened.clear();
            }
            if let Some(earlier) = governed.iter().find(|g| g.time == at) {
                let same = earlier.state == own.state;
                happened.retain(|v| if same { !earlier.not.contains(v) } else { false });
            }
        }
        let time = || name(own.time).to_owned();
        let rule = |values: Vec<Value>, conclusion: Condition| Implication {
            table: table.id(),
            name: None,
            premise: Condition::In {
                column: name(own.state).to_owned(),
                values,
            },
            conclusion,
        };
        if !happened.is_empty() {
            out.push(rule(happened, Condition::NotNull { column: time() }));
        }
        if !own.not.is_empty() {
            out.push(rule(own.not.clone(), Condition::IsNull { column: time() }));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Column;

    fn of(columns: &[&str], states: &[(&str, &[&str])], flags: &[&str]) -> Vec<(usize, usize, usize, usize)> {
        let kind = |n: &&str| match () {
            () if flags.contains(n) => SqlType::Bool,
            () if states.iter().any(|(s, _)| s == n) => SqlType::Text,
            () => SqlType::Timestamp,
        };
        let table = Table {
            name: "orders".into(),
            columns: columns.iter().map(|n| Column::new(*n, kind(n))).collect(),
            ..Table::default()
        };
        let at = |name: &str| columns.iter().position(|c| *c == name).unwrap_or(usize::MAX);
        let listed = states.iter().map(|(n, values)| States {
            column: at(n),
            values: values.iter().map(|v| Value::from(*v)).collect(),
            declared: true,
        });
        let flagged = flags.iter().map(|n| States {
            column: at(n),
            values: vec![Value::Bool(true), Value::Bool(false)],
            declared: true,
        });
        let states: Vec<States> = listed.chain(flagged).collect();
        let words = super::super::name::column_words(&table);
        let found = governed(&table, &words, &states);
        found.iter().map(|g| (g.time, g.state, g.happened.len(), g.not.len())).collect()
    }

    #[test]
    fn times_go_with_the_states_that_speak_of_them() {
        let status: (&str, &[&str]) = ("status", &["Open", "In_Progress", "resolved", "closed"]);
        assert_eq!(
            of(&["status", "opened_at", "resolved_at", "closed_at"], &[status], &[]),
            [(2, 0, 2, 2), (3, 0, 1, 3)]
        );
        let payment: (&str, &[&str]) = ("payment_status", &["paid", "pending"]);
        let order: (&str, &[&str]) = ("order_status", &["pending", "shipped", "delivered"]);
        assert_eq!(
            of(
                &["order_status", "payment_status", "paid_at", "delivered_at"],
                &[order, payment],
                &[]
            ),
            [(2, 1, 1, 1), (3, 0, 1, 2)]
        );
        assert_eq!(of(&["is_paid", "paid_on", "created_on"], &[], &["is_paid"]), [(1, 0, 1, 1)]);
        // What is planned says nothing of what has happened, and no state of these is known.
        assert_eq!(of(&["status", "expected_delivery"], &[status], &[]), []);
        assert_eq!(of(&["state", "paid_at"], &[("state", &["Ohio", "Utah"])], &[]), []);
    }

    #[test]
    fn a_time_follows_only_what_has_happened_wherever_it_has() {
        let value = |list: &[&str]| list.iter().map(|v| Value::from(*v)).collect::<Vec<_>>();
        let one = |time, happened: &[&str], not: &[&str]| Governed {
            time,
            state: 0,
            happened: value(happened),
            not: value(not),
        };
        let all = [
            one(1, &["shipped", "delivered"], &["placed", "cancelled"]),
            one(2, &["delivered"], &["placed", "shipped", "cancelled"]),
            one(3, &["cancelled"], &["placed", "shipped", "delivered"]),
        ];
        let may = |time, earlier| may_follow(&all, time, earlier);
        assert_eq!(
            (may(2, 1), may(3, 1), may(3, 2), may(9, 2), may(2, 0)),
            (true, false, false, false, true)
        );
    }
}
