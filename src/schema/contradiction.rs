//! CHECKs of one column that no value satisfies together: ranges that do not meet, lists without a common value, lists outside a range.
//!
//! Limits: reads what [`super::rule`] reads; `CHECKS_MAX` CHECKs a column are compared. Invariant: two CHECKs that are named leave no value but NULL.

use super::rule::{self, Allowed};
use crate::ir::Table;

/// CHECKs of one column that are compared, each with each.
const CHECKS_MAX: usize = 50;

/// Two CHECKs of a table that contradict each other, or one that contradicts itself, by their positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// Column name.
    pub column: String,
    /// Positions among the table's CHECKs, the same twice where one does.
    pub checks: (usize, usize),
}

/// The first contradiction of each column.
pub fn contradictions(table: &Table) -> Vec<Contradiction> {
    let mut out = Vec::new();
    for column in &table.columns {
        let name = column.name.to_lowercase();
        let named = table
            .checks
            .iter()
            .enumerate()
            .filter(|(_, c)| c.sql.to_lowercase().contains(&name));
        let of = |(at, check): (usize, &crate::ir::Check)| (at, rule::allowed_by(&check.sql, &column.name));
        let all: Vec<(usize, Allowed)> = named.map(of).filter(|(_, a)| *a != Allowed::default()).take(CHECKS_MAX).collect();
        let pairs = all
            .iter()
            .enumerate()
            .flat_map(|(n, b)| all.iter().take(n + 1).map(move |a| (a, b)));
        let found = pairs.map(|((i, a), (j, b))| ((*i, *j), a, b)).find(|(_, a, b)| !meet(a, b));
        out.extend(found.map(|(checks, ..)| Contradiction {
            column: column.name.clone(),
            checks,
        }));
    }
    out
}

/// What is wrong with two CHECKs, in words.
pub fn told(table: &Table, found: &Contradiction) -> String {
    let sql = |at: usize| table.checks.get(at).map_or("", |c| c.sql.as_str());
    let (first, second) = found.checks;
    let name = &found.column;
    if first == second {
        return format!("no value of {name} satisfies CHECK ({}); change it", sql(first));
    }
    format!(
        "no value of {name} satisfies both CHECK ({}) and CHECK ({}); change one of them",
        sql(first),
        sql(second)
    )
}

/// Whether some value is allowed by both.
fn meet(a: &Allowed, b: &Allowed) -> bool {
    let low = [(a.low, a.low_open), (b.low, b.low_open)];
    let low = low.into_iter().filter_map(|(x, open)| Some((x?, open)));
    let low = low.max_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
    let high = [(a.high, a.high_open), (b.high, b.high_open)];
    let high = high.into_iter().filter_map(|(x, open)| Some((x?, open)));
    let high = high.min_by(|x, y| x.0.total_cmp(&y.0).then(y.1.cmp(&x.1)));
    if let (Some((low, low_open)), Some((high, high_open))) = (low, high)
        && (low > high || low == high && (low_open || high_open))
    {
        return false;
    }
    let within = |value: &String| {
        let Ok(x) = value.parse::<f64>() else { return true };
        let above = low.is_none_or(|(low, open)| x > low || x == low && !open);
        above && high.is_none_or(|(high, open)| x < high || x == high && !open)
    };
    match (&a.values, &b.values) {
        (Some(a), Some(b)) => a.iter().any(|x| within(x) && b.iter().any(|y| same(x, y))),
        (Some(only), None) | (None, Some(only)) => only.iter().any(within),
        (None, None) => true,
    }
}

fn same(a: &str, b: &str) -> bool {
    a == b || matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(x), Ok(y)) if x == y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::source::ddl::{Source, parse};

    #[test]
    fn what_leaves_no_value_is_found() {
        let found = |checks: &[&str]| {
            let checks: Vec<String> = checks.iter().map(|c| format!(", CHECK ({c})")).collect();
            let text = format!("CREATE TABLE t (id int, x int, s text{});", checks.concat());
            let file = "a.sql".into();
            let logical = parse(&[Source { file, text }]).logical;
            contradictions(&logical.tables[0]).pop().map(|c| (c.column, c.checks))
        };
        let of = |column: &str, a: usize, b: usize| Some((column.to_owned(), (a, b)));
        assert_eq!(found(&["x > 10", "id > 0", "x < 5"]), of("x", 0, 2));
        assert_eq!(found(&["x >= 5", "x < 5"]), of("x", 0, 1));
        assert_eq!(found(&["x >= 5", "x <= 5"]), None);
        assert_eq!(found(&["x > 5 AND x < 3"]), of("x", 0, 0));
        assert_eq!(found(&["s IN ('a', 'b')", "s = 'c' OR s = 'd'"]), of("s", 0, 1));
        assert_eq!(found(&["s IN ('a', 'b')", "s IN ('b', 'c')"]), None);
        assert_eq!(found(&["x IN (1, 2)", "x >= 3"]), of("x", 0, 1));
        assert_eq!(found(&["x > 10 OR s = 'a'", "x < 5"]), None);
    }
}
