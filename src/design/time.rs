//! Days, instants and times of day, in the order in which things happen.
//!
//! Columns have a stage by their name (born, hired, ordered, due, shipped, returned, updated); a later stage comes some days after the nearest earlier
//! one of the same row. CHECKs that order two columns overrule the names.

use super::span::Lasting;
use super::{Choice, Subject};
use crate::ir::generation::Distribution;
use crate::ir::{SqlType, Table};

/// History ends here; nothing that has happened lies after it.
const LAST_DAY: &str = "2025-12-31";

struct Stage {
    rank: u8,
    words: &'static [&'static str],
    /// First and last day when nothing earlier is in the row.
    range: (&'static str, &'static str),
    /// Days after an earlier stage.
    days: (i64, i64),
    /// It may lie in the future (due dates), so it is never cut at today.
    future: bool,
    /// Share of NULLs, where NULL means "has not happened".
    nulls: f64,
}

/// Stages, by rank. The words are matched from their beginning.
static STAGES: &[Stage] = &[
    Stage {
        rank: 0,
        words: &["birth", "born", "dob"],
        range: ("1950-01-01", "2004-12-31"),
        days: (0, 0),
        future: false,
        nulls: 0.05,
    },
    Stage {
        rank: 1,
        words: &["found", "establish", "opened", "launch", "built"],
        range: ("1985-01-01", "2023-12-31"),
        days: (0, 0),
        future: false,
        nulls: 0.05,
    },
    Stage {
        rank: 1,
        words: &["publish", "release", "issued"],
        range: ("1995-01-01", "2025-06-30"),
        days: (30, 900),
        future: false,
        nulls: 0.05,
    },
    Stage {
        rank: 1,
        words: &[
            "hire", "join", "regist", "signup", "sign", "signed", "enrol", "member", "since", "acquir", "first",
        ],
        range: ("2015-01-01", "2025-06-30"),
        days: (0, 2000),
        future: false,
        nulls: 0.05,
    },
    Stage {
        rank: 1,
        words: &["creat", "add", "insert"],
        range: ("2020-01-01", "2025-10-31"),
        days: (0, 0),
        future: false,
        nulls: 0.02,
    },
    Stage {
        rank: 2,
        words: &[
            "start",
            "begin",
            "begun",
            "from",
            "open",
            "effective",
            "order",
            "loan",
            "rent",
            "rental",
            "book",
            "purchas",
            "sale",
            "sold",
            "invoice",
            "visit",
            "check",
            "assign",
            "depart",
            "placed",
            "sent",
            "submit",
            "applied",
            "request",
            "reserv",
        ],
        range: ("2021-01-01", "2025-12-01"),
        days: (1, 300),
        future: false,
        nulls: 0.03,
    },
    Stage {
        rank: 3,
        words: &["due", "require", "expect", "deadline", "expir", "planned", "schedul"],
        range: ("2021-02-01", "2026-01-31"),
        days: (7, 30),
        future: true,
        nulls: 0.05,
    },
    Stage {
        rank: 3,
        words: &["ship", "approv", "pay", "paid", "payment", "confirm", "accept", "process"],
        range: ("2021-01-15", "2025-12-15"),
        days: (0, 9),
        future: false,
        nulls: 0.1,
    },
    Stage {
        rank: 4,
        words: &[
            "return", "deliver", "arriv", "receiv", "clos", "resolv", "complet", "finish", "graduat",
        ],
        range: ("2021-02-01", "2025-12-31"),
        days: (1, 35),
        future: false,
        nulls: 0.08,
    },
    Stage {
        rank: 4,
        words: &[
            "end",
            "until",
            "to",
            "thru",
            "through",
            "leave",
            "left",
            "cancel",
            "terminat",
            "retire",
            "valid",
            "discontinu",
            "churn",
            "discharg",
            "solv",
            "till",
        ],
        range: ("2021-06-01", "2025-12-31"),
        days: (30, 1100),
        future: false,
        nulls: 0.35,
    },
    Stage {
        rank: 4,
        words: &["death", "died", "deceas"],
        range: ("1990-01-01", "2025-12-31"),
        days: (11_000, 34_000),
        future: false,
        nulls: 0.1,
    },
    Stage {
        rank: 5,
        words: &["updat", "modif", "chang", "last", "access", "login", "edited", "seen"],
        range: ("2024-01-01", "2025-12-31"),
        days: (0, 400),
        future: false,
        nulls: 0.03,
    },
    Stage {
        rank: 5,
        words: &["delet", "remov", "archiv"],
        range: ("2024-01-01", "2025-12-31"),
        days: (10, 700),
        future: false,
        nulls: 0.85,
    },
];

static EVENT: Stage = Stage {
    rank: 2,
    words: &[],
    range: ("2021-01-01", "2025-12-31"),
    days: (1, 60),
    future: false,
    nulls: 0.05,
};

fn stage(words: &str) -> &'static Stage {
    // A planned departure is a departure.
    let words = super::span::plain(words);
    let words = words.as_str();
    let part = |w: &str, p: &str| if p.len() <= 3 { w == p } else { w.starts_with(p) };
    let matches = |s: &&Stage| s.words.iter().any(|p| words.split(' ').any(|w| part(w, p)));
    // "last update" is an update, "end of rental" an end: the latest stage that is named wins, birth apart.
    let first = STAGES.iter().find(|s| s.rank == 0 && matches(s));
    first
        .or_else(|| STAGES.iter().filter(matches).max_by_key(|s| s.rank))
        .unwrap_or(&EVENT)
}

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
        if anchor_stage.rank == 0 && own.rank > 0 && own.days.0 < 11_000 {
            (least, most) = (18 * 365, 45 * 365);
        }
        if own.rank == anchor_stage.rank || most == 0 {
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
            own.nulls / 2.0
        } else {
            own.nulls
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
    Some(
        Choice::new(
            Distribution::Datetime { start, end },
            format!("a plausible range for {:?}", subject.words),
        )
        .nulls(own.nulls),
    )
}

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
/// Who works is grown up when what is known of them begins.
const GROWN_UP: (&str, &str) = ("1958-01-01", "1996-12-31");

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
        // What a person does as a grown-up: the range of such a column begins when the last one born has come of age.
        let works = |m: &&Moment| m.stage.rank > 0 && m.stage.range.0 >= "2015-01-01";
        if subject.moments.iter().any(|m| works(&m)) && !["student", "pupil", "child", "player"].iter().any(|w| noun.ends_with(w)) {
            return GROWN_UP;
        }
        return own.range;
    }
    let me = subject.table.column_index(&subject.column.name);
    let ends = subject.links.iter().flatten().filter(|l| Some(l.earlier) == me);
    let brief = ends.filter_map(|l| l.lasting).any(|l| l.days.1 <= EVENT_DAYS_MAX && l.days.1 >= 0);
    if brief && own.range.0 < EVENT.range.0 {
        return ("2021-01-01", "2025-11-30");
    }
    own.range
}

/// A column with a calendar or a clock that another may come after.
pub(super) struct Moment {
    /// Position in the table.
    column: usize,
    stage: &'static Stage,
    required: bool,
}

/// Those of a table, foreign keys apart.
pub(super) fn moments(table: &Table, words: &[String]) -> Vec<Moment> {
    let columns = table.columns.iter().zip(words).enumerate();
    columns
        .filter(|(_, (c, _))| c.sql_type.is_temporal() && table.foreign_keys_of(&c.name).next().is_none())
        .map(|(column, (c, words))| Moment {
            column,
            stage: stage(words),
            required: !c.nullable || table.primary_key.contains(&c.name),
        })
        .collect()
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
        let birth_only = rank_of(subject, earlier) == 0 && own.rank > 0 && own.rank < 4 && !anchored_death(&subject.words);
        if !back && !birth_only {
            return Some((earlier.clone(), format!("its CHECK puts it after {earlier}")));
        }
    }
    if subject.bounds.order.iter().any(|(earlier, _)| *earlier == subject.column.name) && own.rank < 3 {
        return None;
    }
    if let Some(Some(link)) = subject.links.get(me)
        && let Some(earlier) = columns.get(link.earlier)
    {
        return Some((earlier.name.clone(), format!("{:?} comes after {}", subject.words, earlier.name)));
    }
    // What opens a pair comes after nothing that may come after it.
    let opens = subject.links.iter().flatten().any(|l| l.earlier == me);
    let settled = |m: &Moment| m.stage.rank <= 1 && subject.links.get(m.column).is_none_or(Option::is_none);
    let optional = !required(&subject.column.name);
    let mut best: Option<(u8, usize)> = None;
    for moment in subject
        .moments
        .iter()
        .filter(|m| m.column != me && (m.required || optional) && (!opens || settled(m)))
    {
        // Birth is far away from everything but death, and has its own range.
        let other = moment.stage;
        let near = other.rank < own.rank && (other.rank > 0 || anchored_death(&subject.words)) && !other.future;
        if near && best.is_none_or(|(rank, _)| other.rank > rank) {
            best = Some((other.rank, moment.column));
        }
    }
    let (_, index) = best?;
    let name = &columns.get(index)?.name;
    Some((name.clone(), format!("{:?} comes after {name}", subject.words)))
}

fn anchored_death(words: &str) -> bool {
    ["death", "died", "deceas"].iter().any(|w| words.contains(w))
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
