//! Tuple keys: composite keys whose tuples are distinct by arithmetic, without a set of those already used.
//!
//! Row r belongs to one group (an order, a book), found from a closed form of the cumulative group sizes; inside the group its ordinal k chooses
//! the other parts: a permutation of their product, or a running number. Sizes vary by jitter and a power law as far as the capacity allows.
//! Invariant: for rows below `rows`, all tuples differ.

use super::draw::unit;
use super::permute::Permutation;
use crate::kernel::seed::Seed;

/// How one part of the key is numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The group itself.
    Group,
    /// One of `size` values, permuted.
    Choice {
        /// Number of values.
        size: u64,
    },
    /// 0, 1, 2, ... inside the group; at most `room` of them.
    Ordinal {
        /// Number of values.
        room: u64,
    },
}

/// A composite key.
#[derive(Debug, Clone)]
pub struct TupleKey {
    /// Rows of the table.
    pub rows: u64,
    groups: u64,
    parts: Vec<Part>,
    /// Product of the choices' sizes.
    choices: u64,
    power: f64,
    jitter: bool,
    /// Scatters large groups over the parents; the identity where row order should follow the parent's.
    scatter: Option<Permutation>,
    seed: Seed,
    /// Rows and groups of an earlier plan, which this one goes on after.
    before: (u64, u64),
    /// Choices run on from group to group, so that each value of each has a row.
    runs_on: bool,
}

/// How many tuples the parts allow.
pub fn capacity(groups: u64, parts: &[Part]) -> u64 {
    parts.iter().fold(groups, |n, part| match part {
        Part::Group => n,
        Part::Choice { size } => n.saturating_mul(*size),
        Part::Ordinal { room } => n.saturating_mul(*room),
    })
}

impl TupleKey {
    /// A key for `rows` rows, at most [`capacity`].
    pub fn new(rows: u64, groups: u64, parts: Vec<Part>, seed: Seed) -> Self {
        let choices = parts.iter().fold(1_u64, |n, p| {
            if let Part::Choice { size } = p {
                n.saturating_mul(*size)
            } else {
                n
            }
        });
        let lines = parts.iter().any(|p| matches!(p, Part::Ordinal { .. }));
        let scatter = (!lines).then(|| Permutation::new(groups, seed.child("groups")));
        let mut key = TupleKey {
            rows,
            groups: groups.max(1),
            parts,
            choices: choices.max(1),
            power: 1.0,
            jitter: false,
            scatter,
            seed,
            before: (0, 0),
            runs_on: false,
        };
        key.shape(0);
        key
    }

    /// The most varied group sizes that fit and are not below `least`; the last, equal ones, always fit.
    fn shape(&mut self, least: u64) {
        let room = capacity(1, &self.parts);
        let lines = self.parts.iter().any(|p| matches!(p, Part::Ordinal { .. }));
        for (power, jitter) in [(if lines { 0.85 } else { 0.7 }, true), (1.0, true)] {
            (self.power, self.jitter) = (power, jitter);
            let fits = |g| (least..=room).contains(&(self.start(g + 1) - self.start(g)));
            if least == 0 && room == u64::MAX || (0..self.groups).all(fits) {
                return;
            }
        }
        (self.power, self.jitter) = (1.0, false);
    }

    /// The same key, in which each value of the parts that are `wanted` has a row, where there are as many rows as values.
    pub fn covering(mut self, wanted: &[bool]) -> Self {
        let is = |wanted_part: fn(&Part) -> bool| self.parts.iter().zip(wanted).any(|(p, w)| *w && wanted_part(p));
        let (group, choice) = (is(|p| *p == Part::Group), is(|p| matches!(p, Part::Choice { .. })));
        self.runs_on = choice;
        if group {
            self.shape(1);
        }
        self
    }

    /// The value of a choice where choices run on: the largest one counts the rows, smaller ones count with it and go one further at each of its rounds, so
    /// that as many rows in a row as there are tuples of choices have all of them, and as many as a choice has values have all of those.
    fn run_on(&self, index: usize, row: u64) -> u64 {
        let size = |part: &Part| if let Part::Choice { size } = part { *size } else { 0 };
        let mut order: Vec<(usize, u64)> = self.parts.iter().map(size).enumerate().filter(|(_, s)| *s > 0).collect();
        order.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
        let largest = order.first().map_or(1, |(_, s)| *s);
        let mut rounds = 1_u64;
        for (place, (part, size)) in order.into_iter().enumerate() {
            if part == index {
                let value = if place == 0 {
                    row % size
                } else {
                    (row / rounds % size + row % largest) % size
                };
                return Permutation::new(size, self.seed.child("cover").index(part as u64)).apply(value);
            }
            rounds = rounds.saturating_mul(size);
        }
        0
    }

    /// The same key for rows and groups that come after those of an earlier plan.
    pub fn after(mut self, rows: u64, groups: u64) -> Self {
        self.before = (rows, groups);
        self
    }

    /// The first group that this key leaves free.
    pub fn groups_end(&self) -> u64 {
        self.before.1 + self.groups
    }

    /// Rows of the groups before `group`.
    fn start(&self, group: u64) -> u64 {
        if group >= self.groups {
            return self.rows;
        }
        let jitter = if self.jitter && group > 0 {
            unit(self.seed.index(group))
        } else {
            0.0
        };
        if !self.jitter && self.power == 1.0 {
            return (u128::from(self.rows) * u128::from(group) / u128::from(self.groups)) as u64;
        }
        ((((group as f64 + jitter) / self.groups as f64).powf(self.power)) * self.rows as f64) as u64
    }

    /// Group and ordinal of a row.
    fn place(&self, row: u64) -> (u64, u64) {
        let share = (row as f64 + 0.5) / self.rows.max(1) as f64;
        let mut group = ((share.powf(1.0 / self.power) * self.groups as f64) as u64).min(self.groups - 1);
        while group > 0 && self.start(group) > row {
            group -= 1;
        }
        while self.start(group + 1) <= row && group + 1 < self.groups {
            group += 1;
        }
        (group, row - self.start(group))
    }

    /// The number of one part in every row: a parent's row, a choice, an ordinal. Neighbours are found in one walk.
    pub fn parts(&self, index: usize, rows: &[u64]) -> Vec<u64> {
        let part = self.parts.get(index).copied().unwrap_or(Part::Group);
        let before = self
            .parts
            .iter()
            .take(index)
            .fold(1, |n, p| if let Part::Choice { size } = p { n * size } else { n });
        // The group of the last row: its number, its rows, and its permutation of the choices.
        let (mut group, mut start, mut end) = (0, 0, 0);
        let mut scattered = 0;
        let mut choices: Option<Permutation> = None;
        let value = |row: &u64| {
            let row = &row.saturating_sub(self.before.0);
            if *row < start || *row >= end {
                if *row == end && end > 0 && group + 1 < self.groups {
                    // The next group that has rows.
                    while end <= *row && group + 1 < self.groups {
                        group += 1;
                        (start, end) = (end, self.start(group + 1));
                    }
                } else {
                    group = self.place(*row).0;
                    (start, end) = (self.start(group), self.start(group + 1));
                }
                scattered = self.scatter.map_or(group, |p| p.apply(group));
                choices = (matches!(part, Part::Choice { .. }) && !self.runs_on)
                    .then(|| Permutation::new(self.choices, self.seed.child("choices").index(scattered)));
            }
            let k = row - start;
            match part {
                Part::Group => self.before.1 + scattered,
                Part::Ordinal { .. } => k / self.choices,
                Part::Choice { .. } if self.runs_on => self.run_on(index, *row),
                Part::Choice { size } => choices.map_or(0, |c| c.apply(k % self.choices)) / before % size,
            }
        };
        rows.iter().map(value).collect()
    }

    /// The number of one part in one row.
    pub fn part(&self, index: usize, row: u64) -> u64 {
        self.parts(index, &[row]).first().copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn tuples_are_distinct_up_to_capacity() {
        for (rows, groups, parts) in [
            (1000, 100, vec![Part::Group, Part::Choice { size: 50 }]),
            (5000, 100, vec![Part::Group, Part::Choice { size: 50 }]),
            (2000, 700, vec![Part::Group, Part::Ordinal { room: u64::MAX }]),
            (1999, 100, vec![Part::Group, Part::Ordinal { room: 20 }]),
            (
                600,
                10,
                vec![
                    Part::Choice { size: 5 },
                    Part::Group,
                    Part::Choice { size: 3 },
                    Part::Ordinal { room: 4 },
                ],
            ),
        ] {
            let key = TupleKey::new(rows, groups, parts.clone(), Seed(3));
            let tuples: BTreeSet<Vec<u64>> = (0..rows).map(|r| (0..parts.len()).map(|i| key.part(i, r)).collect()).collect();
            assert_eq!(tuples.len() as u64, rows, "{parts:?}");
            for tuple in &tuples {
                for (value, part) in tuple.iter().zip(&parts) {
                    let bound = match part {
                        Part::Group => groups,
                        Part::Choice { size } => *size,
                        Part::Ordinal { room } => *room,
                    };
                    assert!(*value < bound);
                }
            }
        }
    }

    #[test]
    fn rows_are_the_same_alone_and_among_neighbours() {
        let parts = vec![Part::Group, Part::Choice { size: 7 }, Part::Ordinal { room: 50 }];
        let key = TupleKey::new(5000, 900, parts, Seed(8));
        let rows: Vec<u64> = (0..5000).collect();
        for index in 0..3 {
            let alone: Vec<u64> = rows.iter().map(|r| key.part(index, *r)).collect();
            assert_eq!(key.parts(index, &rows), alone);
            let back: Vec<u64> = rows.iter().rev().copied().collect();
            assert!(key.parts(index, &back).into_iter().rev().eq(alone));
        }
    }

    #[test]
    fn wanted_values_are_all_there_and_tuples_still_differ() {
        for (rows, groups, parts) in [
            (300, 100, vec![Part::Group, Part::Ordinal { room: 1000 }]),
            (100, 100, vec![Part::Group, Part::Ordinal { room: 3 }]),
            (200, 30, vec![Part::Group, Part::Choice { size: 50 }]),
            (50, 30, vec![Part::Group, Part::Choice { size: 50 }]),
            (1500, 30, vec![Part::Group, Part::Choice { size: 50 }]),
            (
                90,
                10,
                vec![
                    Part::Group,
                    Part::Choice { size: 7 },
                    Part::Choice { size: 40 },
                    Part::Choice { size: 3 },
                ],
            ),
            (
                8400,
                10,
                vec![
                    Part::Group,
                    Part::Choice { size: 7 },
                    Part::Choice { size: 40 },
                    Part::Choice { size: 3 },
                ],
            ),
            (700, 50, vec![Part::Group, Part::Choice { size: 6 }, Part::Ordinal { room: 4 }]),
        ] {
            for seed in 0..8 {
                let wanted: Vec<bool> = parts.iter().map(|p| !matches!(p, Part::Ordinal { .. })).collect();
                let key = TupleKey::new(rows, groups, parts.clone(), Seed(seed)).covering(&wanted);
                let all: Vec<u64> = (0..rows).collect();
                let columns: Vec<Vec<u64>> = (0..parts.len()).map(|i| key.parts(i, &all)).collect();
                let tuples: BTreeSet<Vec<u64>> = (0..rows as usize).map(|r| columns.iter().map(|c| c[r]).collect()).collect();
                assert_eq!(tuples.len() as u64, rows, "{parts:?}");
                for (part, column) in parts.iter().zip(&columns) {
                    let there = column.iter().collect::<BTreeSet<_>>().len() as u64;
                    match part {
                        Part::Group => assert_eq!(there, groups, "{rows} {parts:?}"),
                        Part::Choice { size } => assert_eq!(there, *size, "{rows} {parts:?}"),
                        Part::Ordinal { room } => assert!(column.iter().all(|n| n < room), "{rows} {parts:?}"),
                    }
                }
            }
        }
    }

    #[test]
    fn group_sizes_vary_where_there_is_room() {
        let key = TupleKey::new(3000, 1000, vec![Part::Group, Part::Ordinal { room: u64::MAX }], Seed(1));
        let sizes: BTreeSet<u64> = (0..1000).map(|g| key.start(g + 1) - key.start(g)).collect();
        assert!(sizes.len() >= 5, "{sizes:?}");
    }
}
