//! Graph edit distance: the least cost of inserting, deleting and renaming tables and foreign keys that makes one schema the other.
//!
//! Depth-first branch and bound over assignments of tables (Abu-Aisheh et al. 2015). A table costs 1 to insert or delete; to replace another, 0 under its
//! name, else the share of columns they do not share, at most 1; a foreign key costs 1. The search stops after a number of steps, not after a time, so that
//! the answer does not depend on the machine; what it returns then is the best found, an upper bound.

use std::collections::BTreeSet;

/// Tables and foreign keys.
pub(super) struct Graph {
    pub names: Vec<String>,
    /// Column names of every table.
    pub parts: Vec<BTreeSet<String>>,
    /// (child, parent), each pair once.
    pub edges: BTreeSet<(usize, usize)>,
}

impl Graph {
    /// Tables and foreign keys in all.
    pub(super) fn size(&self) -> f64 {
        (self.names.len() + self.edges.len()) as f64
    }
}

/// What was found.
pub(super) struct Edits {
    pub cost: f64,
    /// No assignment costs less.
    pub exact: bool,
    pub steps: u64,
}

struct Search<'a> {
    a: &'a Graph,
    b: &'a Graph,
    /// Cost of each table of a becoming each table of b.
    replace: Vec<Vec<f64>>,
    best: f64,
    steps: u64,
    steps_max: u64,
}

/// The distance of two graphs.
pub(super) fn distance(a: &Graph, b: &Graph, steps_max: u64) -> Edits {
    let replace = |i: usize, j: usize| match (a.names.get(i), b.names.get(j), a.parts.get(i), b.parts.get(j)) {
        (Some(x), Some(y), _, _) if x == y => 0.0,
        (_, _, Some(x), Some(y)) => 1.0 - x.intersection(y).count() as f64 / x.union(y).count().max(1) as f64,
        _ => 1.0,
    };
    let mut search = Search {
        a,
        b,
        replace: (0..a.names.len())
            .map(|i| (0..b.names.len()).map(|j| replace(i, j)).collect())
            .collect(),
        // Everything deleted, everything inserted.
        best: a.size() + b.size(),
        steps: 0,
        steps_max,
    };
    search.go(&mut Vec::new(), &mut vec![false; b.names.len()], 0.0);
    Edits {
        cost: search.best,
        exact: search.steps < steps_max,
        steps: search.steps,
    }
}

impl Search<'_> {
    /// Extends an assignment (`to[i]`: the table of b that table i of a becomes) whose cost so far is `cost`.
    fn go(&mut self, to: &mut Vec<Option<usize>>, taken: &mut Vec<bool>, cost: f64) {
        if self.steps >= self.steps_max {
            return;
        }
        self.steps += 1;
        let at = to.len();
        let left = self.a.names.len() - at;
        let free = taken.iter().filter(|t| !**t).count();
        // Each surplus table is inserted or deleted, whatever else happens.
        if cost + left.abs_diff(free) as f64 >= self.best {
            return;
        }
        if left == 0 {
            let unmatched = |e: &&(usize, usize)| {
                let is = |j: usize| taken.get(j).copied().unwrap_or(false);
                !(is(e.0) && is(e.1))
            };
            self.best = cost + free as f64 + self.b.edges.iter().filter(unmatched).count() as f64;
            return;
        }
        // Cheapest replacement first, so that the first leaf is a good bound.
        let costs = self.replace.get(at).cloned().unwrap_or_default();
        let mut choices: Vec<(f64, usize)> = costs
            .into_iter()
            .zip(0..)
            .filter(|(_, j)| !taken.get(*j).copied().unwrap_or(true))
            .collect();
        choices.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
        for (price, j) in choices {
            to.push(Some(j));
            let edges = self.edges_of(at, to);
            if let Some(slot) = taken.get_mut(j) {
                *slot = true;
            }
            self.go(to, taken, cost + price + edges);
            if let Some(slot) = taken.get_mut(j) {
                *slot = false;
            }
            to.pop();
        }
        to.push(None);
        let edges = self.edges_of(at, to);
        self.go(to, taken, cost + 1.0 + edges);
        to.pop();
    }

    /// Cost of the foreign keys between table `at` and those assigned before it. Those of b with an end that nothing becomes are counted at the leaf.
    fn edges_of(&self, at: usize, to: &[Option<usize>]) -> f64 {
        let mut cost = 0.0;
        for other in 0..to.len() {
            let mut both = vec![(at, other)];
            if other != at {
                both.push((other, at));
            }
            for (from, into) in both {
                let here = self.a.edges.contains(&(from, into));
                let there = match (to.get(from).copied().flatten(), to.get(into).copied().flatten()) {
                    (Some(x), Some(y)) => self.b.edges.contains(&(x, y)),
                    _ => false,
                };
                if here != there {
                    cost += 1.0;
                }
            }
        }
        cost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(names: &[&str], edges: &[(usize, usize)]) -> Graph {
        Graph {
            names: names.iter().map(|n| (*n).to_owned()).collect(),
            parts: names.iter().map(|n| BTreeSet::from([format!("{n}_id")])).collect(),
            edges: edges.iter().copied().collect(),
        }
    }

    #[test]
    fn edits_are_counted() {
        let of = |a: &Graph, b: &Graph| distance(a, b, 100_000);
        let star = graph(&["f", "a", "b"], &[(0, 1), (0, 2)]);
        assert!(of(&star, &graph(&["b", "f", "a"], &[(1, 2), (1, 0)])).cost == 0.0);
        assert_eq!(of(&star, &graph(&["f", "a", "b"], &[(0, 1)])).cost, 1.0, "one foreign key");
        assert_eq!(of(&star, &graph(&["f", "a"], &[(0, 1)])).cost, 2.0, "one table and its foreign key");
        assert_eq!(
            of(&star, &graph(&["f", "a", "z"], &[(0, 1), (0, 2)])).cost,
            1.0,
            "one other table in its place"
        );
        assert_eq!(
            of(&star, &graph(&["f", "a", "b"], &[(1, 0), (0, 2)])).cost,
            2.0,
            "one foreign key turned round"
        );
        assert_eq!(of(&graph(&[], &[]), &star).cost, 5.0);
        assert!(of(&star, &star).exact);
    }

    #[test]
    fn a_search_that_is_cut_says_so() {
        let names: Vec<String> = (0..12).map(|i| format!("x{i}")).collect();
        let others: Vec<String> = (0..12).map(|i| format!("y{i}")).collect();
        let edges: Vec<(usize, usize)> = (0..11).map(|i| (i, i + 1)).collect();
        let a = graph(&names.iter().map(String::as_str).collect::<Vec<_>>(), &edges);
        let b = graph(&others.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
        let cut = distance(&a, &b, 50);
        assert!(!cut.exact && cut.cost >= 12.0, "{}", cut.cost);
    }
}
