//! Days, instants and times of day, in the order in which things happen.
//!
//! Columns have a stage by their name (born, hired, ordered, due, shipped, returned, updated); a later stage comes some days after the nearest earlier
//! one of the same row. CHECKs that order two columns overrule the names.

use super::span::Lasting;
use super::stage::{ASKED, BEGUN, ENDED, EVENT, FOLLOWS, KEPT, Stage, stage};
use super::{Choice, Subject};
use crate::ir::generation::{ColumnPlan, Distribution, Granularity};
use crate::ir::{SqlType, Table};

/// History ends here; nothing that has happened lies after it.
pub(super) const LAST_DAY: &str = "2025-12-31";

/// Columns with a calendar or a clock.
pub(super) fn rule(subject: &Subject<'_>) -> Option<Choice> {
    if subject.column.sql_type == SqlType::Time {
        return Some(time_of_day(subject));
    }
    if !subject.column.sql_type.is_temporal() {
        return None;
    }
    let own = stage(&subject.words);
    let bounds = subject.bounds.of(&subject.column.name);
    // What places a row among partitions keeps to their bounds; other columns may follow it.
    let ordered = subject.bounds.order.iter().any(|(_, later)| *later == subject.column.name);
    let free = (!subject.unique || ordered) && !subject.bounds.placing.contains(&subject.column.name);
    if free && let Some(choice) = as_late(subject, own) {
        return Some(choice);
    }
    if let (true, Some((anchor, reason))) = (free, anchor(subject, own)) {
        let earlier = subject.table.column(&anchor);
        let anchor_words = subject
            .table
            .column_index(&anchor)
            .and_then(|i| subject.siblings.get(i))
            .map(String::as_str)
            .unwrap_or_default();
        let anchor_stage = stage(anchor_words);
        let (mut least, mut most) = own.days;
        if anchor_stage.rank == 0 && own.rank > 0 && !own.is_death() {
            (least, most) = (18 * 365, 45 * 365);
        }
        if own.rank == anchor_stage.rank && own.rank < FOLLOWS || most == 0 {
            (least, most) = (1, 60);
        }
        let lasting = lasting(subject, &anchor, anchor_words);
        let instants = subject.column.sql_type != SqlType::Date && earlier.is_some_and(|e| e.sql_type != SqlType::Date);
        let minutes = lasting.filter(|_| instants);
        if let Some(lasting) = lasting {
            (least, most) = if instants { (0, 0) } else { lasting.days };
        }
        (least, most) = super::gap::within(&subject.bounds.gaps, (&anchor, &subject.column.name), (least, most));
        // A strict order needs a day between; instants have seconds for that.
        let instant = subject.column.sql_type != SqlType::Date && most == 0;
        let least = least.max(i64::from(
            !instant && subject.bounds.order.iter().any(|(a, b)| *a == anchor && *b == subject.column.name),
        ));
        let nullable = subject.column.nullable && !subject.table.primary_key.contains(&subject.column.name);
        let until = (nullable && !own.future).then(|| LAST_DAY.to_owned());
        let nulls = if earlier.is_some_and(|e| e.nullable) {
            nulls(subject, own) / 2.0
        } else {
            nulls(subject, own)
        };
        let (least, most) = if minutes.is_some() { (0, 0) } else { (least, most.max(least)) };
        return Some(
            Choice::new(
                Distribution::AfterColumn {
                    column: anchor,
                    min_days: least,
                    max_days: most,
                    min_minutes: minutes.map(|l| l.minutes.0),
                    max_minutes: minutes.map(|l| l.minutes.1),
                    step_minutes: minutes.map(|l| l.minutes.2).filter(|step| *step > 1),
                    until,
                },
                reason,
            )
            .nulls(nulls),
        );
    }
    let year = subject.bounds.years.iter().find(|(day, _)| *day == subject.column.name);
    let years = year.map(|(_, year)| subject.bounds.of(year)).map(|b| match (b.low, b.high) {
        (Some(low), Some(high)) => (low, high),
        _ => super::gap::YEARS,
    });
    if let Some((low, high)) = years.filter(|(low, high)| (1.0..=high.min(9999.0)).contains(low)) {
        return Some(Choice::new(
            Distribution::Datetime {
                start: format!("{low:04.0}-01-01"),
                end: format!("{high:04.0}-12-31"),
            },
            "in the years that its CHECK names",
        ));
    }
    let range = range(subject, own);
    let mut start = bounds.after.unwrap_or_else(|| range.0.to_owned());
    let mut end = bounds.before.unwrap_or_else(|| range.1.to_owned());
    if start > end {
        if start.as_str() > range.1 {
            end = "2030-12-31".to_owned()
        } else {
            start = "1950-01-01".to_owned()
        }
    }
    let distribution = match hours(subject, (&start, &end)) {
        Some(year_range) => Distribution::Seasonal {
            granularity: Granularity::Hour,
            weights: HOURS.to_vec(),
            year_range,
        },
        None => Distribution::Datetime { start, end },
    };
    Some(Choice::new(distribution, format!("a plausible range for {:?}", subject.words)).nulls(nulls(subject, own)))
}

/// How busy people are at every hour of the day.
const HOURS: [f64; 24] = [
    2.0, 1.0, 1.0, 1.0, 1.0, 2.0, 5.0, 12.0, 24.0, 34.0, 38.0, 38.0, 35.0, 33.0, 34.0, 34.0, 33.0, 32.0, 30.0, 27.0, 22.0, 15.0, 9.0, 4.0,
];
/// What machines do by night as by day.
const MACHINES: &[&str] = &[
    "logged",
    "log",
    "recorded",
    "measured",
    "measurement",
    "reading",
    "sampled",
    "sensor",
    "telemetry",
    "metric",
    "heartbeat",
    "collected",
    "observed",
    "captured",
    "received",
    "ingested",
    "synced",
    "polled",
    "deployed",
    "crashed",
    "backup",
];

/// The years of an instant at which people act, where nothing but its name says when it is.
fn hours(subject: &Subject<'_>, (start, end): (&str, &str)) -> Option<[i32; 2]> {
    let instant = matches!(subject.column.sql_type, SqlType::Timestamp | SqlType::TimestampTz);
    let bounds = subject.bounds.of(&subject.column.name);
    let sets = std::iter::once(&subject.table.primary_key).chain(&subject.table.unique);
    let keyed = sets.flatten().any(|c| *c == subject.column.name) || subject.bounds.placing.contains(&subject.column.name);
    let table = super::name::singular(&super::name::words(&subject.table.name));
    let machine = subject.words.split(' ').chain(table.split(' ')).any(|w| MACHINES.contains(&w));
    if !instant || keyed || machine || bounds.after.is_some() || bounds.before.is_some() {
        return None;
    }
    let year = |text: &str| text.get(..4).and_then(|y| y.parse::<i32>().ok());
    let (first, last) = (year(start)?, year(end)?);
    // Whole years, so the last one counts where most of it is in the range.
    let last = if end.get(5..7) < Some("07") { last - 1 } else { last };
    (first <= last).then_some([first, last])
}

/// Share of NULLs: most of what lasts for years has not ended.
fn nulls(subject: &Subject<'_>, own: &Stage) -> f64 {
    let lasts = matches!(
        subject.kind,
        Some("person" | "site" | "restaurant" | "company" | "department" | "product")
    );
    let ends = subject.words.split(' ').any(|w| ENDS.iter().any(|e| w.starts_with(e)));
    if lasts && ends && (ENDED..KEPT).contains(&own.rank) {
        ENDED_NULLS
    } else {
        own.nulls
    }
}

const ENDS: &[&str] = &["clos", "left", "leav", "terminat", "retire", "discontinu", "dissolv", "resign"];
const ENDED_NULLS: f64 = 0.75;

/// What ends as late as it began.
fn as_late(subject: &Subject<'_>, own: &Stage) -> Option<Choice> {
    let index = subject.table.column_index(&subject.column.name)?;
    let expression = subject.links.get(index)?.as_ref()?.expression.clone()?;
    (subject.abilities.expression)(&expression).ok()?;
    Some(Choice::new(Distribution::Derived { expression }, "ends as late as it began").nulls(own.nulls / 2.0))
}

/// How long after its anchor a column comes, where the two open and close something.
fn lasting(subject: &Subject<'_>, anchor: &str, anchor_words: &str) -> Option<Lasting> {
    let instant = subject.column.sql_type != SqlType::Date;
    let found = super::span::between(subject.table, anchor_words, &subject.words, instant)?;
    // Days that no noun knows are left to the stage.
    let known = instant || found.days.0 > i64::from(i32::MIN) && found.days != (-1, -1);
    known.then(|| super::span::within(&subject.bounds.gaps, (anchor, &subject.column.name), found))
}

/// Longest thing, in days, that happens rather than holds.
const EVENT_DAYS_MAX: i64 = 60;
/// Animals live now.
const ANIMALS: (&str, &str) = ("2006-01-01", "2025-06-30");
/// Who studies, and who goes to school; what is known of them begins when they have come of that age.
const STUDENTS: (&str, &str) = ("1996-01-01", "2001-12-31");
const PUPILS: (&str, &str) = ("2008-01-01", "2014-12-31");
const PLAYERS: (&str, &str) = ("1988-01-01", "2005-12-31");
const STUDIES: (&str, &str) = ("2019-08-01", "2025-06-30");
/// Who has died by now, a hundred years of life at most.
const DEAD: (&str, &str) = ("1905-01-01", "1932-11-30");
/// Who works is grown up when what is known of them begins.
const GROWN_UP: (&str, &str) = ("1958-01-01", "1996-12-31");

/// The last day of a key after which something must have happened: half a year before history ends.
const KEY_LAST_DAY: &str = "2025-06-30";

/// First and last day of a column that nothing else of the row bounds.
fn range(subject: &Subject<'_>, own: &Stage) -> (&'static str, &'static str) {
    if own.rank == 0 {
        let noun = super::name::singular(&super::name::words(&subject.table.name));
        let animals = [
            "animal",
            "pet",
            "dog",
            "cat",
            "horse",
            "cow",
            "cattle",
            "livestock",
            "rabbit",
            "bird",
            "herd",
        ];
        if noun.split(' ').any(|w| animals.contains(&w)) {
            return ANIMALS;
        }
        if subject.moments.iter().any(|m| m.required && m.stage.is_death()) {
            return DEAD;
        }
        let young = [
            (&["student", "undergraduate"][..], STUDENTS),
            (&["pupil", "child", "schoolchild"], PUPILS),
            (&["player", "athlete"], PLAYERS),
        ];
        if let Some((_, range)) = young.iter().find(|(nouns, _)| nouns.iter().any(|n| noun.ends_with(n))) {
            return *range;
        }
        // What a person does as a grown-up: the range of such a column begins when the last one born has come of age.
        let works = |m: &&Moment| m.stage.rank > 0 && m.stage.range.0 >= "2015-01-01";
        if subject.moments.iter().any(|m| works(&m)) {
            return GROWN_UP;
        }
        return own.range;
    }
    let pupils = subject.kind == Some("person")
        && ["student", "pupil", "child"]
            .iter()
            .any(|w| super::name::singular(&super::name::words(&subject.table.name)).ends_with(w));
    if pupils && own.range.0 == "2015-01-01" {
        return STUDIES;
    }
    let me = subject.table.column_index(&subject.column.name);
    let ends = subject.links.iter().flatten().filter(|l| Some(l.earlier) == me);
    let brief = ends.filter_map(|l| l.lasting).any(|l| l.days.1 <= EVENT_DAYS_MAX && l.days.1 >= 0);
    let range = if brief && own.range.0 < EVENT.range.0 {
        ("2021-01-01", "2025-11-30")
    } else {
        own.range
    };
    // Keys are not drawn again for what must have happened after them, so they leave it the time.
    if !subject.governed.is_empty() && range.1 > KEY_LAST_DAY && super::state::in_key(subject.table, &subject.column.name) {
        return (range.0.min("2021-01-01"), KEY_LAST_DAY);
    }
    range
}

/// A column with a calendar or a clock that another may come after.
pub(super) struct Moment {
    /// Position in the table.
    column: usize,
    stage: &'static Stage,
    /// Its rank in this row.
    rank: u8,
    required: bool,
}

/// Those of a table, foreign keys apart.
pub(super) fn moments(table: &Table, words: &[String]) -> Vec<Moment> {
    let columns = table.columns.iter().zip(words).enumerate();
    let free = columns.filter(|(_, (c, _))| c.sql_type.is_temporal() && table.foreign_keys_of(&c.name).next().is_none());
    let staged: Vec<_> = free.map(|(column, (c, words))| (column, c, stage(words))).collect();
    let asked = staged.iter().any(|(_, _, s)| s.rank == ASKED);
    let moment = |(column, c, stage): (usize, &crate::ir::Column, &'static Stage)| Moment {
        column,
        stage,
        rank: if asked { stage.when_asked } else { stage.rank },
        required: !c.nullable || table.primary_key.contains(&c.name),
    };
    staged.into_iter().map(moment).collect()
}

/// Conditions that stages imply where what comes first may be missing and what comes later may not, so that neither is drawn after the other: collected
/// before received.
pub(super) fn ordered(table: &Table, words: &[String], moments: &[Moment], plans: &[ColumnPlan]) -> Vec<String> {
    let free = |m: &&Moment| {
        let column = table.columns.get(m.column);
        let plan = column.and_then(|c| plans.iter().find(|p| p.column == c.name));
        let drawn = plan.is_some_and(|p| matches!(p.distribution, Distribution::Datetime { .. } | Distribution::Seasonal { .. }));
        let keyed = column.is_none_or(|c| super::state::in_key(table, &c.name));
        let named = words.get(m.column).is_some_and(|w| super::stage::named(w).is_some());
        drawn && !keyed && named && !m.stage.future && (1..KEPT).contains(&m.rank)
    };
    let moments: Vec<&Moment> = moments.iter().filter(free).collect();
    let column = |m: &Moment| table.columns.get(m.column);
    let mut out = Vec::new();
    for later in moments.iter().filter(|m| m.required) {
        let same = |m: &&&Moment| column(m).map(|c| &c.sql_type) == column(later).map(|c| &c.sql_type);
        // What follows from a beginning (shipped, harvested) may as well follow from what is required.
        let earlier = moments
            .iter()
            .filter(|m| !m.required && m.rank <= BEGUN && m.rank < later.rank)
            .filter(same);
        for pair in earlier.filter_map(|m| column(m).zip(column(later))) {
            out.push(format!(
                "{} <= {}",
                super::span::quoted(&pair.0.name),
                super::span::quoted(&pair.1.name)
            ));
        }
    }
    out
}

/// The column of the same row that this one comes after.
fn anchor(subject: &Subject<'_>, own: &Stage) -> Option<(String, String)> {
    let columns = &subject.table.columns;
    let me = columns.iter().position(|c| c.name == subject.column.name)?;
    let temporal = |name: &str| subject.table.column(name).is_some_and(|c| c.sql_type.is_temporal());
    // A column that must have a value cannot follow one that may have none.
    let required =
        |name: &str| subject.table.primary_key.iter().any(|k| k == name) || subject.table.column(name).is_some_and(|c| !c.nullable);
    let follows = |name: &str| required(name) || !required(&subject.column.name);
    let keyed = |name: &str| subject.table.foreign_keys_of(name).next().is_some();
    // What a CHECK says, unless the two check each other.
    let ordered = subject
        .bounds
        .order
        .iter()
        .filter(|(_, later)| *later == subject.column.name)
        .map(|(earlier, _)| earlier);
    if let Some(earlier) = ordered
        .filter(|e| temporal(e) && !keyed(e) && follows(e) && **e != subject.column.name)
        .max_by_key(|e| rank_of(subject, e))
    {
        let back = subject.bounds.order.iter().any(|(a, b)| *a == subject.column.name && b == earlier);
        let birth_only = rank_of(subject, earlier) == 0 && own.rank > 0 && own.rank < ENDED;
        if !back && !birth_only {
            return Some((earlier.clone(), format!("its CHECK puts it after {earlier}")));
        }
    }
    let checked = subject.bounds.order.iter().any(|(earlier, _)| *earlier == subject.column.name) && own.rank < FOLLOWS;
    if !checked
        && let Some(Some(link)) = subject.links.get(me)
        && let Some(earlier) = columns.get(link.earlier)
    {
        return Some((earlier.name.clone(), format!("{:?} comes after {}", subject.words, earlier.name)));
    }
    // What opens a pair comes after nothing that may come after it.
    let linked = |c: usize| subject.links.get(c).and_then(Option::as_ref).map(|l| l.earlier);
    let ordered_after = |m: &Moment, earlier: Option<&str>| {
        let name = columns.get(m.column).map(|c| &c.name);
        let orders = &mut subject.bounds.order.iter();
        orders.any(|(a, b)| Some(b) == name && earlier.is_none_or(|e| a == e))
    };
    let rank = subject.moments.iter().find(|m| m.column == me).map_or(own.rank, |m| m.rank);
    let own_name = subject.column.name.as_str();
    let follower = |m: &&Moment| linked(m.column) == Some(me) || ordered_after(m, Some(own_name));
    let opens = checked || subject.moments.iter().any(|m| linked(m.column) == Some(me));
    let first_follower = subject.moments.iter().filter(follower).map(|m| m.rank).min().unwrap_or(rank);
    let settled = |m: &Moment| m.rank < rank.min(first_follower) && linked(m.column).is_none() && !ordered_after(m, None);
    let optional = !required(&subject.column.name);
    // What is cancelled need not have come to anything else.
    let optional = optional && !subject.words.contains("cancel");
    let near = |m: &&Moment| {
        // Birth is far away from everything but death, and has its own range.
        let other = m.stage;
        let before = m.rank < rank && (other.rank > 0 || own.is_death());
        // Of steps of one stage the table has the first one first: shipped after paid. What may not have happened comes after what has.
        let same = (FOLLOWS..KEPT).contains(&own.rank) && std::ptr::eq(other, own);
        let perhaps = rank == BEGUN && m.rank == rank && m.required && optional;
        let step = (same || perhaps) && m.column < me && !leads_to(subject, m.column, me);
        m.column != me && (m.required || optional) && (!opens || settled(m)) && !other.future && (before || step)
    };
    let candidates = || subject.moments.iter().filter(near);
    let follows = |m: &&Moment| super::state::may_follow(subject.governed, me, m.column);
    let last = candidates().filter(follows).max_by_key(|m| (m.rank, m.column))?;
    let name = &columns.get(last.column)?.name;
    Some((name.clone(), format!("{:?} comes after {name}", subject.words)))
}

/// Whether a column comes, by pairs, after another.
fn leads_to(subject: &Subject<'_>, column: usize, other: usize) -> bool {
    let earlier = |c: &usize| subject.links.get(*c).and_then(Option::as_ref).map(|l| l.earlier);
    std::iter::successors(Some(column), earlier)
        .take(subject.links.len() + 1)
        .any(|c| c == other)
}

fn rank_of(subject: &Subject<'_>, column: &str) -> u8 {
    subject
        .table
        .column_index(column)
        .and_then(|i| subject.siblings.get(i))
        .map_or(0, |w| stage(w).rank)
}

fn time_of_day(subject: &Subject<'_>) -> Choice {
    let spoken = |wanted: &str| format!(" {} ", subject.words).contains(wanted);
    // A guest leaves before the next one comes.
    let hotel = [(" check in ", ("13:00", "17:00")), (" check out ", ("09:00", "12:00"))];
    if let Some((_, (start, end))) = hotel.iter().find(|(w, _)| spoken(w)) {
        let (start, end) = ((*start).to_owned(), (*end).to_owned());
        return Choice::new(Distribution::Datetime { start, end }, "hours in which hotels change guests");
    }
    let has = |list: &[&str]| list.iter().any(|w| subject.words.contains(w));
    let (start, end) = if has(&["open", "start", "begin", "from"]) {
        ("06:00", "11:30")
    } else if has(&["clos", "end", "finish", "until"]) {
        ("15:00", "23:00")
    } else {
        ("07:00", "21:59")
    };
    Choice::new(
        Distribution::Datetime {
            start: start.into(),
            end: end.into(),
        },
        "hours in which people are awake",
    )
}
