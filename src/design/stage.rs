//! Stages of a life: what is born, founded, ordered, shipped, returned and updated comes in this order (`stages.txt`).
//!
//! Limit: words alone; what two columns open and close together is `span`. Invariant: every line of the file is a stage.

use std::sync::LazyLock;

/// Ranks that rules speak of: what is asked for comes before what begins, what begins before what follows from it, and all that before what ends.
pub(super) const ASKED: u8 = 20;
pub(super) const BEGUN: u8 = 30;
pub(super) const FOLLOWS: u8 = 40;
pub(super) const ENDED: u8 = 50;
pub(super) const KEPT: u8 = 60;
/// Days after which only death comes.
const LIFE: i64 = 11_000;

pub(super) struct Stage {
    pub rank: u8,
    /// Rank in rows that say when it was asked for: what was requested is approved before it begins.
    pub when_asked: u8,
    words: Vec<&'static str>,
    /// First and last day when nothing earlier is in the row.
    pub range: (&'static str, &'static str),
    /// Days after an earlier stage.
    pub days: (i64, i64),
    /// It may lie in the future (due dates), so it is never cut at today.
    pub future: bool,
    /// Share of NULLs, where NULL means "has not happened".
    pub nulls: f64,
}

impl Stage {
    /// Whether it ends a life.
    pub(super) fn is_death(&self) -> bool {
        self.days.0 >= LIFE
    }
}

static STAGES: LazyLock<Vec<Stage>> = LazyLock::new(|| {
    include_str!("stages.txt")
        .lines()
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
        .filter_map(line)
        .collect()
});

fn line(line: &'static str) -> Option<Stage> {
    let (numbers, words) = line.split_once(':')?;
    let mut parts = numbers.split(',').map(str::trim);
    let (ranks, range, days) = (parts.next()?, parts.next()?.split_once(' ')?, parts.next()?.split_once(' ')?);
    let nulls = parts.next()?.parse().ok()?;
    let (rank, when_asked) = ranks.split_once(' ').unwrap_or((ranks, ranks));
    Some(Stage {
        rank: rank.parse().ok()?,
        when_asked: when_asked.parse().ok()?,
        words: words.split(',').map(str::trim).collect(),
        range,
        days: (days.0.parse().ok()?, days.1.parse().ok()?),
        future: parts.next() == Some("future"),
        nulls,
    })
}

pub(super) static EVENT: Stage = Stage {
    rank: BEGUN,
    when_asked: BEGUN,
    words: Vec::new(),
    range: ("2021-01-01", "2025-12-31"),
    days: (1, 60),
    future: false,
    nulls: 0.05,
};

pub(super) fn stage(words: &str) -> &'static Stage {
    named(words).unwrap_or(&EVENT)
}

/// The stage that words name.
pub(super) fn named(words: &str) -> Option<&'static Stage> {
    // A planned departure is a departure.
    let words = super::span::plain(words);
    let spaced = format!(" {words} ");
    let part = |w: &str, p: &str| if p.len() <= 3 { w == p } else { w.starts_with(p) };
    let says = |p: &&str| p.contains(' ') && spaced.contains(&format!(" {p} ")) || words.split(' ').any(|w| part(w, p));
    let matches = |s: &&Stage| s.words.iter().any(says);
    // "last update" is an update, "end of rental" an end: the latest stage that is named wins, birth apart.
    let first = STAGES.iter().find(|s| s.rank == 0 && matches(s));
    first.or_else(|| STAGES.iter().filter(matches).max_by_key(|s| s.rank))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_stage_and_words_find_theirs() {
        let lines = include_str!("stages.txt").lines().filter(|l| !l.starts_with('#'));
        assert_eq!(STAGES.len(), lines.count());
        assert!(STAGES.is_sorted_by_key(|s| s.rank));
        let rank = |words| stage(words).rank;
        assert_eq!(
            (rank("requested on"), rank("start date"), rank("invoiced at"), rank("pd dt")),
            (ASKED, BEGUN, 35, FOLLOWS)
        );
        assert_eq!((rank("date baja"), rank("date alta"), rank("date depart")), (ENDED, 10, ENDED));
        assert_eq!(
            (rank("departure"), rank("hire end"), rank("returned at"), rank("noted")),
            (BEGUN, ENDED, 55, BEGUN)
        );
        assert!(stage("due date").future && stage("death date").is_death());
    }
}
