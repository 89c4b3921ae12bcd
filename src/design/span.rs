//! How long things last: pairs of times of a row that open and close the same thing, or plan it and say how it went.
//!
//! `scheduled_departure` and `scheduled_arrival`, `starts_at` and `ends_at`, `opened_at` and `solved_at`, `planned_start` and `actual_start`. How far
//! apart they lie follows from what the column or the table is named: a flight lasts hours, a ticket days, a contract years. Limit: a pair says the
//! same words apart from its two (`trial_starts` and `trial_ends`). Invariant: no column comes, by pairs, after itself.

use super::bounds::TableBounds;
use super::gap::Gap;
use super::{Choice, Subject, name};
use crate::ir::Table;
use crate::ir::generation::Distribution;

/// Distances: of instants in minutes (least, most, step), of days in days (least, most).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lasting {
    pub minutes: (i64, i64, i64),
    pub days: (i64, i64),
}

const DAY: i64 = 1440;

const fn lasting(minutes: (i64, i64, i64), days: (i64, i64)) -> Lasting {
    Lasting { minutes, days }
}

/// Days for both, to the minute of instants.
const fn in_days(least: i64, most: i64) -> Lasting {
    lasting((least * DAY, most * DAY, 1), (least, most))
}

/// What things are called and how long they last.
static NOUNS: &[(&[&str], Lasting)] = &[
    (&["flight"], lasting((60, 780, 5), (0, 1))),
    (
        &[
            "appointment",
            "consultation",
            "visit",
            "session",
            "interview",
            "slot",
            "treatment",
            "meeting",
        ],
        lasting((15, 90, 5), (0, 0)),
    ),
    (
        &["lesson", "lecture", "class", "exam", "match", "game", "screening"],
        lasting((45, 180, 5), (0, 0)),
    ),
    (&["call"], lasting((1, 60, 1), (0, 0))),
    (&["shift"], lasting((240, 600, 15), (0, 1))),
    (&["surgery", "operation", "procedure"], lasting((30, 360, 5), (0, 0))),
    (
        &["trip", "ride", "journey", "voyage", "tour", "drive"],
        lasting((10, 600, 1), (1, 14)),
    ),
    (
        &["run", "job", "build", "process", "deployment", "outage", "backup"],
        lasting((1, 240, 1), (0, 1)),
    ),
    (
        &["stay", "admission", "hospitalization", "booking", "reservation", "rental", "hire"],
        in_days(1, 14),
    ),
    (
        &[
            "ticket",
            "issue",
            "case",
            "incident",
            "complaint",
            "request",
            "inquiry",
            "bug",
            "alert",
            "dispute",
            "task",
        ],
        lasting((20, 14 * DAY, 1), (0, 20)),
    ),
    (&["trial"], in_days(7, 30)),
    (&["subscription", "membership", "enrollment", "enrolment"], in_days(30, 720)),
    (
        &[
            "contract",
            "policy",
            "lease",
            "insurance",
            "license",
            "licence",
            "tenancy",
            "warranty",
            "plan",
        ],
        in_days(180, 1460),
    ),
    (
        &[
            "employment",
            "assignment",
            "position",
            "account",
            "store",
            "branch",
            "restaurant",
            "hotel",
            "shop",
            "office",
            "warehouse",
            "clinic",
            "company",
        ],
        in_days(180, 3000),
    ),
    (&["project"], in_days(60, 900)),
    (&["campaign", "promotion", "sale", "offer", "sprint", "discount"], in_days(7, 60)),
    (&["semester", "term", "season", "course"], in_days(60, 150)),
    (
        &["tournament", "festival", "conference", "exhibition", "event"],
        lasting((60, 480, 15), (0, 5)),
    ),
    (&["holiday", "vacation", "leave", "absence"], in_days(1, 21)),
    (&["loan"], in_days(3, 28)),
];

/// Words that open and close something, and how long that is where no noun says so.
type Pair = (&'static [&'static str], &'static [&'static str], Option<Lasting>);

static PAIRS: &[Pair] = &[
    (&["depart*"], &["arriv*"], Some(lasting((60, 600, 5), (0, 2)))),
    (
        &["check in", "checkin", "checked in"],
        &["check out", "checkout", "checked out"],
        Some(in_days(1, 10)),
    ),
    (&["admit*", "admission"], &["discharg*"], Some(in_days(1, 14))),
    (
        &["login", "logon", "log in", "logged in"],
        &["logout", "logoff", "log out", "logged out"],
        Some(lasting((1, 240, 1), (0, 0))),
    ),
    (
        &["pickup", "pick up", "picked up"],
        &["dropoff", "drop off", "dropped off"],
        Some(lasting((10, 300, 1), (0, 7))),
    ),
    (
        &["clock in", "clocked in"],
        &["clock out", "clocked out"],
        Some(lasting((240, 600, 1), (0, 0))),
    ),
    (
        &["weighed in", "weigh in"],
        &["weighed out", "weigh out"],
        Some(lasting((8, 90, 1), (0, 0))),
    ),
    (
        &["gate in", "parked in", "park in", "parked", "driven in"],
        &["gate out", "parked out", "park out", "unparked", "driven out"],
        Some(lasting((10, 480, 1), (0, 0))),
    ),
    (&["entry", "entered", "enters"], &["exit", "exited", "exits"], None),
    (
        &["open*", "creat*", "report*", "submit*", "raised"],
        &["solv*", "resolv*", "fixed"],
        Some(lasting((20, 14 * DAY, 1), (0, 20))),
    ),
    (&["issu*", "invoic*", "bill*"], &["paid*", "pay*"], Some(in_days(1, 45))),
    (&["issu*", "invoic*", "bill*"], &["due"], Some(in_days(14, 30))),
    (
        &["start*", "begin*", "began", "commenc*", "debut", "inicio", "anfang"],
        &["end", "ends", "ended", "finish*", "stop*", "fin", "ende"],
        None,
    ),
    (&["resolv*", "solv*", "fixed"], &["clos*"], Some(lasting((1, 5 * DAY, 1), (0, 5)))),
    (&["open*"], &["clos*"], None),
    (&["from"], &["to", "until", "till", "thru", "through"], None),
    (&["sign*", "start*", "from"], &["end", "ends", "expir*", "terminat*"], None),
    (&["creat*"], &["end", "ends", "expir*"], None),
    (&["in"], &["out"], None),
];

/// Instants of a thing that nothing else is known of.
static INSTANTS: Lasting = lasting((30, 480, 5), (-1, -1));
/// How late what was planned comes about: never later than the shortest thing of the kind lasts, so that nothing ends before it has begun.
static DELAY: Lasting = lasting((-5, 55, 1), (-2, 10));

pub(super) const PLANNED: &[&str] = &["scheduled", "planned", "estimated", "expected", "sched", "plan"];
const ACTUAL: &[&str] = &["actual", "real", "act"];
pub(super) const FILLERS: &[&str] = &[
    "at",
    "on",
    "date",
    "time",
    "day",
    "timestamp",
    "datetime",
    "dt",
    "ts",
    "utc",
    "the",
    "of",
    "en",
    "el",
    "le",
    "am",
];

/// A column that comes after another of its row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Link {
    /// Position of the earlier column.
    pub earlier: usize,
    pub lasting: Option<Lasting>,
    /// The expression that keeps it as late as the thing began.
    pub expression: Option<String>,
}

/// Words without a pair's own, fillers and articles; None where none of `own` is among them.
fn without(words: &str, own: &[&str]) -> Option<String> {
    let list: Vec<&str> = words.split(' ').collect();
    let fits = |wanted: &str, at: usize| {
        let parts: Vec<&str> = wanted.split(' ').collect();
        let here = list.get(at..at + parts.len())?;
        let same = |(w, p): (&&str, &&str)| p.strip_suffix('*').map_or(w == p, |stem| w.starts_with(stem));
        here.iter().zip(&parts).all(same).then_some(parts.len())
    };
    let (at, length) = (0..list.len()).find_map(|at| Some((at, own.iter().find_map(|wanted| fits(wanted, at))?)))?;
    let rest = list.iter().enumerate().filter(|(i, _)| !(at..at + length).contains(i));
    let said: Vec<&str> = rest.map(|(_, w)| *w).filter(|w| !FILLERS.contains(w)).collect();
    Some(said.join(" "))
}

/// What a plan and what came of it are about: "departure" of "scheduled departure".
fn planned(words: &str) -> Option<String> {
    without(words, PLANNED).filter(|rest| !rest.is_empty())
}

/// Words of a stage, without whether it was planned or came about.
pub(super) fn plain(words: &str) -> String {
    planned(words)
        .or_else(|| without(words, ACTUAL).filter(|rest| !rest.is_empty()))
        .unwrap_or_else(|| words.to_owned())
}

/// How long what these two columns open and close lasts.
pub(super) fn between(table: &Table, earlier: &str, later: &str, instant: bool) -> Option<Lasting> {
    let noun = |words: &str| {
        let one = name::singular(words);
        let last = one.split(' ').next_back().unwrap_or_default().to_owned();
        NOUNS.iter().find(|(nouns, _)| nouns.contains(&last.as_str())).map(|(_, l)| *l)
    };
    if without(later, PLANNED).is_none()
        && planned(earlier).is_some_and(|about| about == without(later, ACTUAL).unwrap_or_else(|| said(later)))
    {
        return Some(DELAY);
    }
    // Food is brought while it is warm.
    if without(earlier, &["order*", "placed"]).is_some() && without(later, &["deliver*"]).is_some() && serves(table) {
        return Some(FOOD);
    }
    let (rest, usual) = PAIRS.iter().find_map(|(from, to, usual)| {
        without(earlier, from)?;
        Some((without(later, to)?, *usual))
    })?;
    let table_noun = || noun(&name::words(&table.name));
    // A bill is paid as bills are, whatever the table is of; what starts and ends is as long as the table's things.
    noun(&rest).or(usual).or_else(table_noun).or(instant.then_some(INSTANTS))
}

/// From an order of food to its delivery.
static FOOD: Lasting = lasting((15, 90, 1), (0, 0));

/// Whether what a table is of is cooked: it refers to who cooks it or to what is cooked.
fn serves(table: &Table) -> bool {
    let cooked = |to: &str| matches!(name::kind_of(&name::words(to)), Some("restaurant" | "dish"));
    table.foreign_keys.iter().any(|k| cooked(&k.ref_table))
}

/// Words without fillers.
fn said(words: &str) -> String {
    let kept: Vec<&str> = words.split(' ').filter(|w| !FILLERS.contains(w)).collect();
    kept.join(" ")
}

/// The pairs of a table, by the position of the later column.
pub(super) fn links(table: &Table, words: &[String], bounds: &TableBounds) -> Vec<Option<Link>> {
    let required = |i: usize| {
        table
            .columns
            .get(i)
            .is_some_and(|c| !c.nullable || table.primary_key.contains(&c.name))
    };
    let free = |i: usize| {
        let column = table.columns.get(i);
        column.is_some_and(|c| c.sql_type.is_temporal() && table.foreign_keys_of(&c.name).next().is_none())
    };
    let name = |i: usize| table.columns.get(i).map(|c| c.name.as_str()).unwrap_or_default();
    let instant = |i: usize| table.columns.get(i).is_some_and(|c| c.sql_type != crate::ir::SqlType::Date);
    let word = |i: usize| words.get(i).map(String::as_str).unwrap_or_default();
    let before = |a: usize, b: usize| bounds.order.iter().any(|(x, y)| x == name(a) && y == name(b));
    let moments: Vec<usize> = (0..table.columns.len()).filter(|i| free(*i)).collect();
    let mut out: Vec<Option<Link>> = vec![None; table.columns.len()];
    for &later in &moments {
        let fits = |earlier: &usize| {
            *earlier != later && instant(*earlier) == instant(later) && (required(*earlier) || !required(later)) && !before(later, *earlier)
        };
        let others = || moments.iter().copied().filter(fits);
        let plan = without(word(later), PLANNED).is_none().then(|| {
            let about = without(word(later), ACTUAL).unwrap_or_else(|| said(word(later)));
            others().find(|e| planned(word(*e)).is_some_and(|p| p == about))
        });
        let span = PAIRS.iter().find_map(|(from, to, _)| {
            let rest = without(word(later), to)?;
            others().find(|e| without(word(*e), from).is_some_and(|r| r == rest))
        });
        let earlier = plan.flatten().or(span);
        if let (Some(slot), Some(earlier)) = (out.get_mut(later), earlier) {
            *slot = Some(Link {
                earlier,
                lasting: between(table, word(earlier), word(later), instant(later)),
                expression: None,
            });
        }
        // What began late ends as late: planned end + (beginning - planned beginning).
        if let (Some(end), Some(start)) = (plan.flatten(), span)
            && let Some(begun) = others().find(|e| planned(word(*e)).is_some() && planned(word(*e)) == planned_of(word(start)))
            && let Some(Some(link)) = out.get_mut(later)
        {
            link.expression = Some(format!(
                "{} + ({} - {})",
                quoted(name(end)),
                quoted(name(start)),
                quoted(name(begun))
            ));
        }
    }
    // Following pairs upwards ends.
    for i in 0..out.len() {
        let (mut at, mut steps) = (i, 0);
        while let Some(Some(link)) = out.get(at) {
            (at, steps) = (link.earlier, steps + 1);
            if steps > out.len() {
                if let Some(slot) = out.get_mut(i) {
                    *slot = None;
                }
                break;
            }
        }
    }
    out
}

fn planned_of(words: &str) -> Option<String> {
    Some(without(words, ACTUAL).unwrap_or_else(|| said(words)))
}

pub(super) fn quoted(column: &str) -> String {
    format!("\"{}\"", column.replace('"', "\"\""))
}

/// The distance, cut to what CHECKs leave.
pub(super) fn within(gaps: &[Gap], (earlier, later): (&str, &str), lasting: Lasting) -> Lasting {
    let (mut least, mut most, step) = lasting.minutes;
    for gap in gaps.iter().filter(|g| g.earlier == earlier && g.later == later) {
        let minutes = |days: f64| days * DAY as f64;
        let low = gap.least.map_or(i64::MIN, |d| minutes(d).ceil() as i64);
        let high = gap.most.map_or(i64::MAX, |d| minutes(d).floor() as i64);
        // Strict bounds leave no room at the bound itself.
        (least, most) = (least.max(low.saturating_add(1)), most.min(high.saturating_sub(1)));
        if least > most {
            (least, most) = (low.max(-DAY), high.min(low.max(-DAY).saturating_add(DAY)));
        }
    }
    Lasting {
        minutes: (least, most.max(least), step),
        ..lasting
    }
}

/// Minutes, hours or days of delay and duration: as the two times of the row have them.
pub(super) fn measured(subject: &Subject<'_>) -> Option<Choice> {
    let column = subject.column;
    if !column.sql_type.is_numeric() || subject.unique || subject.table.foreign_keys_of(&column.name).next().is_some() {
        return None;
    }
    let has = |list: &[&str]| subject.words.split(' ').any(|w| list.contains(&w));
    let stay = subject.words == "nights";
    let (late, long) = (
        has(&["delay", "delayed", "late", "lateness"]),
        has(&["duration", "length", "elapsed", "lasted"]),
    );
    let seconds = [
        (&["minutes", "minute", "min", "mins"][..], 60),
        (&["hours", "hour", "hrs"][..], 3600),
        (&["days", "nights"][..], 86_400),
        (&["seconds", "secs", "sec"][..], 1),
    ];
    let (_, unit) = seconds.iter().find(|(names, _)| has(names)).filter(|_| late || long || stay)?;
    let named = |i: usize| subject.table.columns.get(i);
    let pairs = subject
        .links
        .iter()
        .enumerate()
        .filter_map(|(later, link)| Some((later, link.as_ref()?)));
    let wanted = |link: &Link| (link.lasting == Some(DELAY)) == late;
    let (later, link) = pairs
        .into_iter()
        .filter(|(_, link)| wanted(link))
        .min_by_key(|(_, link)| link.expression.is_some())?;
    let (earlier, later) = (named(link.earlier)?, named(later)?);
    if earlier.sql_type == crate::ir::SqlType::Date && *unit != 86_400 {
        return None;
    }
    let at = |name: &str| format!("EXTRACT(EPOCH FROM {})", quoted(name));
    let mut expression = format!("({} - {}) / {unit}", at(&later.name), at(&earlier.name));
    if let Some(low) = subject.bounds.of(&column.name).low.filter(|low| *low <= 0.0) {
        expression = format!("greatest({expression}, {low})");
    }
    let optional = |name: &crate::ir::Column| name.nullable && !subject.table.primary_key.contains(&name.name);
    if !optional(column) && (optional(earlier) || optional(later)) {
        expression = format!("coalesce({expression}, 0)");
    }
    (subject.abilities.expression)(&expression).ok()?;
    let reason = format!("from {} to {}", earlier.name, later.name);
    Some(Choice::new(Distribution::Derived { expression }, reason).nulls(0.0))
}

/// Pairs of references to the same table that two different rows fill.
static APART: &[(&str, &str)] = &[
    ("origin", "destination"),
    ("from", "to"),
    ("source", "target"),
    ("source", "destination"),
    ("sender", "receiver"),
    ("sender", "recipient"),
    ("home", "away"),
    ("sire", "dam"),
    ("mother", "father"),
    ("buyer", "seller"),
    ("departure", "arrival"),
    ("winner", "loser"),
    ("follower", "followee"),
    ("follower", "followed"),
    ("account", "counterparty"),
];

/// Conditions that names imply between references of a row: nobody is their own mate.
pub(super) fn different(table: &Table, words: &[String]) -> Vec<String> {
    let mut singles: Vec<(&str, &str, &str)> = Vec::new();
    for key in &table.foreign_keys {
        if let [column] = key.columns.as_slice()
            && let Some(words) = table.column_index(column).and_then(|i| words.get(i))
            && !table.primary_key.contains(column)
        {
            singles.push((column, words, &key.ref_table));
        }
    }
    let has = |words: &str, wanted: &str| words.split(' ').any(|w| w == wanted);
    let mut out = Vec::new();
    for (a, of_a, parent) in &singles {
        for (b, of_b, _) in singles.iter().filter(|(b, _, other)| other == parent && b != a) {
            if APART.iter().any(|(x, y)| has(of_a, x) && has(of_b, y) && !has(of_b, x)) {
                out.push(format!("{} <> {}", quoted(a), quoted(b)));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Column, SqlType};

    fn table(name: &str, columns: &[&str]) -> Table {
        let column = |n: &&str| Column::new(*n, SqlType::Timestamp);
        Table {
            name: name.into(),
            columns: columns.iter().map(column).collect(),
            ..Table::default()
        }
    }

    fn linked(name: &str, columns: &[&str]) -> Vec<Option<usize>> {
        let table = table(name, columns);
        let words = name::column_words(&table);
        links(&table, &words, &TableBounds::default())
            .into_iter()
            .map(|l| l.map(|l| l.earlier))
            .collect()
    }

    #[test]
    fn what_opens_and_closes_the_same_thing_is_a_pair() {
        let pairs = linked(
            "flight",
            &["scheduled_departure", "actual_departure", "scheduled_arrival", "actual_arrival"],
        );
        assert_eq!(pairs, [None, Some(0), Some(0), Some(2)]);
        assert_eq!(linked("visit", &["ends_at", "starts_at"]), [Some(1), None]);
        assert_eq!(linked("plan", &["valid_from", "valid_until", "noted_at"]), [None, Some(0), None]);
        assert_eq!(linked("account", &["trial_ends_at", "billing_starts_at"]), [None, None]);
        assert_eq!(linked("guest", &["check_in_time", "check_out_time"]), [None, Some(0)]);
    }

    #[test]
    fn things_last_as_long_as_they_are_named_for() {
        let of = |table_name: &str, earlier: &str, later: &str| {
            between(&table(table_name, &[]), earlier, later, true).map(|l| (l.minutes.0, l.minutes.1))
        };
        assert_eq!(of("appointments", "starts at", "ends at"), Some((15, 90)));
        assert_eq!(of("contracts", "start", "end"), Some((180 * DAY, 1460 * DAY)));
        assert_eq!(of("contracts", "trial starts", "trial ends"), Some((7 * DAY, 30 * DAY)));
        assert_eq!(of("widgets", "scheduled start", "actual start"), Some((-5, 55)));
        assert_eq!(of("widgets", "created at", "updated at"), None);
    }
}
