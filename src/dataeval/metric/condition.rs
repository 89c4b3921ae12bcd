//! Why a column's declared distribution need not be its distribution in the data, and so is told but not judged.
//!
//! A CHECK over several columns makes the generator draw rows again, which bends their distributions. How much is computed from what is
//! declared: the condition is evaluated on rows that mix the columns' declared values. Where it would reject hardly any of those, it bends nothing, and the judgement stands.
//! Invariant: what bends a distribution excuses how often a value is there, never a value that the distribution has not ([`of_values`]).

use super::{category, season};
use crate::database::load::{literal, quoted, table_name, type_name};
use crate::dataeval::condition_sql;
use crate::dataeval::declared::{Declared, type_grain};
use crate::dataeval::derived_sql::to_sql;
use crate::dataeval::scope::{Scope, Subject};
use crate::ir::constraint::{DependencyMode, FunctionalDependency};
use crate::ir::evaluation::{MetricResult, Verdict};
use crate::ir::generation::Distribution;
use crate::ir::{Column, SqlType, Table};

/// Share of independent rows that a condition must reject to bend a distribution.
const BITE_MIN: f64 = 0.002;
/// Rows of the data that stand in for a column whose declared values cannot be listed.
const ROWS_MAX: u64 = 20_000;
/// Fewest values that a column's declared ones are spread over.
const LISTED_MAX: usize = 1_000;
/// Mixed rows (a prime), and what makes of them a lattice.
const LATTICE: u64 = 20_011;
const LATTICE_STEP: u64 = 7_919;

/// Why a column's values need not be its distribution's, if so.
fn elsewhere(scope: &Scope<'_>, subject: &Subject<'_>) -> Option<String> {
    let (table, name) = (subject.table, &subject.column.name);
    let id = table.id();
    if scope.draws_parents(table, name) {
        return Some("the values are a parent's keys; what is declared of them is measured as children per parent".into());
    }
    if let Some(group) = scope.unique_groups(table).into_iter().find(|g| g.len() > 1 && g.contains(name)) {
        return Some(format!("part of the key ({}), whose values are counted off", group.join(", ")));
    }
    let dependencies = &scope.ir.constraints.functional_dependencies;
    let looked_up = |d: &&FunctionalDependency| d.table == id && d.mode == DependencyMode::Lookup && d.rhs.contains(name);
    let found = dependencies.iter().find(looked_up)?;
    Some(format!("looked up by {}", found.lhs.join(", ")))
}

/// Why a column's values need not be as frequent as in its distribution, where that is known before anything is measured.
pub(super) fn reason(scope: &Scope<'_>, subject: &Subject<'_>) -> Option<String> {
    let (id, name) = (subject.table.id(), &subject.column.name);
    if let Some(reason) = elsewhere(scope, subject) {
        return Some(reason);
    }
    let dependencies = &scope.ir.constraints.functional_dependencies;
    if let Some(d) = dependencies.iter().find(|d| d.table == id && d.rhs.contains(name)) {
        return Some(format!("determined by {}: drawn once for each of their values", d.lhs.join(", ")));
    }
    if scope
        .ir
        .generation
        .duplicates
        .iter()
        .any(|d| d.table == id && d.rate > 0.0 && (d.columns.is_empty() || d.columns.contains(name)))
    {
        return Some("rows that repeat an earlier entity share its values".into());
    }
    None
}

/// Of a measure that looks at each value by itself: the result as it is, or told without judgement where the values come from elsewhere. Rows that repeat
/// others, and conditions that remove some, leave each value what it is.
pub(super) fn of_values(scope: &Scope<'_>, subject: &Subject<'_>, result: MetricResult) -> MetricResult {
    match elsewhere(scope, subject) {
        Some(reason) if result.verdict == Verdict::Failed => result.unjudged(reason),
        _ => result,
    }
}

/// Share of a column's values that are declared to be changed: what a share of values may differ by, beside chance.
pub(super) fn spoiled(subject: &Subject<'_>) -> f64 {
    subject.plan.dirty.map_or(0.0, |d| d.spoiled())
}

/// As [`under_conditions`], of a measure that one changed value moves as far as it likes, so that no share of them leaves it judgeable.
pub(super) fn under_dirt(scope: &Scope<'_>, subject: &Subject<'_>, result: MetricResult) -> MetricResult {
    let share = spoiled(subject);
    if result.verdict == Verdict::Failed && share > 0.0 {
        let percent = (share * 1000.0).round() / 10.0;
        return result.unjudged(format!(
            "declared dirty: {percent} % of the values are changed, which moves this measure by any amount; support is judged without them"
        ));
    }
    under_conditions(scope, subject, result)
}

/// The result as it is, or told without judgement when a condition over several columns bends the column's distribution.
pub(super) fn under_conditions(scope: &Scope<'_>, subject: &Subject<'_>, result: MetricResult) -> MetricResult {
    if result.verdict != Verdict::Failed {
        return result;
    }
    if let Some(reason) = reason(scope, subject) {
        return result.unjudged(reason);
    }
    if let Some(share) = repeated(scope, subject).filter(|share| *share >= BITE_MIN) {
        let percent = (share * 1000.0).round() / 10.0;
        return result.unjudged(format!(
            "the column is unique, and {percent} % of as many draws of its distribution repeat another: its frequent values run out"
        ));
    }
    for Rule { condition, named, moved } in conditions(scope, subject.table) {
        if !sources(scope, subject.table, &moved).contains(&subject.column.name) {
            continue;
        }
        let base = sources(scope, subject.table, &named);
        // Of the column itself alone every listed value is weighed; what is derived from it is computed on rows.
        let key = format!("{}: {condition}", subject.table.id());
        let known = scope.bites.borrow().get(&key).copied();
        let share = known.unwrap_or_else(|| match base.as_slice() {
            [_] if base == named => declared_bite(scope, subject, &condition),
            _ => bite(scope, subject.table, &condition, &base),
        });
        scope.bites.borrow_mut().insert(key, share);
        if let Some(share) = share.filter(|share| *share >= BITE_MIN) {
            let percent = (share * 1000.0).round() / 10.0;
            return result.unjudged(format!(
                "bent by ({condition}), which rejects {percent} % of rows as they would be without it"
            ));
        }
    }
    result
}

/// Share of so many draws of the declared distribution that repeat another, of a column that is unique by itself. None where every value is as likely, so
/// that leaving some out bends nothing, and where the values cannot be listed.
fn repeated(scope: &Scope<'_>, subject: &Subject<'_>) -> Option<f64> {
    let column = subject.column;
    let alone = scope
        .unique_groups(subject.table)
        .iter()
        .any(|g| g.as_slice() == [column.name.clone()]);
    let distribution = &subject.plan.distribution;
    let even = matches!(
        distribution,
        Distribution::Uniform { .. } | Distribution::Datetime { .. } | Distribution::Sequence { .. }
    );
    if !alone || even {
        return None;
    }
    let same = match Declared::of(distribution, &column.sql_type) {
        Some(declared) => {
            let quantiles = declared.quantiles();
            let (share, unit) = (1.0 / quantiles.len() as f64, declared.grain.max(type_grain(&column.sql_type)));
            // Halving finds a value to its last digits but one.
            let runs: Vec<&[f64]> = quantiles.chunk_by(|a, b| b - a <= 1e-9 * b.abs()).collect();
            let next = runs.iter().skip(1).map(|run| run.first().copied());
            // A value that fills several quantiles has their mass; others share that of the gap to the next one with the values in it.
            let of = |(run, next): (&&[f64], Option<f64>)| match (run, next) {
                ([value], Some(next)) => share * share * (unit / (next - value)).min(1.0),
                _ => (run.len() as f64 * share).powi(2),
            };
            runs.iter().zip(next.chain(std::iter::once(None))).map(of).sum::<f64>()
        }
        None => declared_values(scope, subject)?.iter().map(|(_, share)| share * share).sum(),
    };
    Some((scope.rows(subject.table) as f64 / 2.0 * same).min(1.0))
}

/// A condition on rows of the table.
struct Rule {
    condition: String,
    /// Columns that it names.
    named: Vec<String>,
    /// Those of them that are made again where it is broken. An implication moves its conclusion: the premise keeps its distribution, and is judged.
    moved: Vec<String>,
}

fn conditions(scope: &Scope<'_>, table: &Table) -> Vec<Rule> {
    let id = table.id();
    let spec = &scope.ir.constraints;
    let checks = table
        .checks
        .iter()
        .map(|c| c.sql.clone())
        .chain(spec.checks.iter().filter(|c| c.table == id).map(|c| c.sql.clone()));
    let mut out: Vec<Rule> = checks
        .map(|condition| {
            let named = named_columns(table, &condition);
            let condition = condition_sql::condition(&condition);
            Rule {
                moved: named.clone(),
                condition,
                named,
            }
        })
        .collect();
    for rule in spec.implications.iter().filter(|r| r.table == id) {
        let condition = rule.sql();
        let named = named_columns(table, &condition);
        let concluded: Vec<String> = rule.conclusion.columns().into_iter().map(str::to_owned).collect();
        let may_move: Vec<String> = concluded.into_iter().filter(|c| !fixed(scope, table, c)).collect();
        // A conclusion that nothing may change leaves the premise.
        out.push(Rule {
            moved: if may_move.is_empty() { named.clone() } else { may_move },
            condition,
            named,
        });
    }
    out
}

/// Whether a condition or a dependency reads a column, so that noise leaves it clean.
pub(super) fn conditioned(scope: &Scope<'_>, table: &Table, name: &str) -> bool {
    let id = table.id();
    conditions(scope, table)
        .into_iter()
        .any(|rule| rule.named.iter().any(|c| c == name))
        || scope
            .ir
            .constraints
            .functional_dependencies
            .iter()
            .any(|d| d.table == id && d.lhs.iter().chain(&d.rhs).any(|c| c == name))
}

/// Whether a column is part of a key or referred to, and so not made again for a rule's sake.
pub(super) fn fixed(scope: &Scope<'_>, table: &Table, column: &str) -> bool {
    let id = table.id();
    let keyed = scope.unique_groups(table).iter().any(|g| g.iter().any(|c| c == column));
    keyed || scope.is_referred(&id, column)
}

/// Columns of the table whose names are words of the text.
fn named_columns(table: &Table, text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let named = |name: &str| words.iter().any(|w| w.eq_ignore_ascii_case(name)) || text.contains(&quoted(name));
    table.columns.iter().map(|c| c.name.clone()).filter(|n| named(n)).collect()
}

/// The columns that these are computed from, themselves where they are drawn; a day after another is both.
fn sources(scope: &Scope<'_>, table: &Table, columns: &[String]) -> Vec<String> {
    let id = table.id();
    let mut out: Vec<String> = Vec::new();
    let mut todo: Vec<String> = columns.to_vec();
    let mut seen: Vec<String> = Vec::new();
    while let Some(column) = todo.pop() {
        if seen.contains(&column) {
            continue;
        }
        match scope.plan(&id, &column).map(|p| &p.distribution) {
            Some(Distribution::Derived { expression }) => todo.extend(named_columns(table, expression)),
            Some(Distribution::AfterColumn { column: before, .. }) => {
                todo.push(before.clone());
                out.push(column.clone());
            }
            _ => out.push(column.clone()),
        }
        seen.push(column);
    }
    out
}

/// Values of a column as declared, as SQL, with their shares; nothing where they cannot be listed.
fn declared_values(scope: &Scope<'_>, subject: &Subject<'_>) -> Option<Vec<(String, f64)>> {
    let column = subject.column;
    if let Some(listed) = category::listed(&subject.plan.distribution) {
        let shares = category::shares(scope, subject, &listed).ok()?;
        return Some(shares.into_iter().map(|(text, share)| (literal(&text), share)).collect());
    }
    if let Distribution::Seasonal {
        granularity,
        weights,
        year_range,
    } = &subject.plan.distribution
    {
        return season::values(scope, &column.sql_type, *granularity, weights, *year_range);
    }
    let quantiles = Declared::of(&subject.plan.distribution, &column.sql_type)?.quantiles();
    let share = 1.0 / quantiles.len().max(1) as f64;
    let typed = |x: f64| match column.sql_type {
        SqlType::Date => format!("DATE '1970-01-01' + CAST({x:.0} AS INTEGER)"),
        SqlType::Timestamp | SqlType::TimestampTz => format!("make_timestamp(CAST({x:.0} AS BIGINT) * 1000000)"),
        _ => format!("CAST('{x:e}' AS DOUBLE)"),
    };
    let finite = quantiles.into_iter().filter(|x| x.is_finite());
    Some(finite.map(|x| (typed(x), share)).collect())
}

fn type_of(column: &Column) -> String {
    match &column.sql_type {
        SqlType::Enum(_) => "VARCHAR".into(),
        other => type_name(other),
    }
}

/// Share of the declared distribution that breaks a condition on this column alone.
fn declared_bite(scope: &Scope<'_>, subject: &Subject<'_>, condition: &str) -> Option<f64> {
    let rows = declared_values(scope, subject)?;
    let values: Vec<String> = rows.iter().map(|(value, share)| format!("({value}, {share:e}::DOUBLE)")).collect();
    let sql = format!(
        "SELECT coalesce(sum(share) FILTER (WHERE NOT ({condition})), 0) FROM (SELECT CAST(v AS {}) AS {}, share FROM (VALUES {}) AS t(v, share))",
        type_of(subject.column),
        quoted(&subject.column.name),
        values.join(", ")
    );
    scope.connection.query_row(&sql, [], |row| row.get(0)).ok()
}

/// Share of rows that break the condition when every drawn column has its declared values, each next to any of the others'. A column whose values
/// cannot be listed has those of the data, taken from another row. Derived columns are computed from the mixed row.
fn bite(scope: &Scope<'_>, table: &Table, condition: &str, base: &[String]) -> Option<f64> {
    let rows = scope.rows(table).min(ROWS_MAX);
    if rows < 2 {
        return None;
    }
    let id = table.id();
    let mut lists = Vec::new();
    for (i, name) in base.iter().enumerate() {
        let column = table.column(name)?;
        let declared = scope
            .plan(&id, name)
            .and_then(|plan| declared_values(scope, &Subject { table, column, plan }));
        let values = match declared {
            Some(values) if !values.is_empty() => {
                let mut values = spread(&values);
                let share = scope.plan(&id, name).map_or(0.0, |p| p.null_fraction).min(0.9);
                let nulls = (values.len() as f64 * share / (1.0 - share))
                    .round()
                    .max(f64::from(u8::from(share > 0.0)));
                values.extend(std::iter::repeat_n("NULL".to_owned(), nulls as usize));
                format!("[{}]", values.join(", "))
            }
            _ => format!(
                "(SELECT list({}) FROM (SELECT * FROM {} LIMIT {rows}))",
                quoted(name),
                table_name(table)
            ),
        };
        lists.push(format!("CAST({values} AS {}[]) AS l{i}", type_of(column)));
    }
    // A rank-1 lattice: every pair of columns is spread evenly over each other.
    let drawn = base.iter().enumerate().map(|(i, name)| {
        let step = LATTICE_STEP.pow(u32::try_from(i % 4).unwrap_or(0)) % LATTICE + 7 * (i as u64 / 4);
        format!(
            "l{i}[1 + CAST(floor(((j * {step}) % {LATTICE}) * len(l{i}) / {LATTICE}) AS BIGINT)] AS {}",
            quoted(name)
        )
    });
    let drawn: Vec<String> = drawn.collect();
    let mut mixed = format!(
        "SELECT {} FROM (SELECT {}) AS lists, range({LATTICE}) AS r(j)",
        drawn.join(", "),
        lists.join(", ")
    );
    // Derived columns in the order of the table, each over those before it; a chain against that order is left as it is.
    for column in table.columns.iter().filter(|c| !base.contains(&c.name)) {
        if let Some(Distribution::Derived { expression }) = scope.plan(&id, &column.name).map(|p| &p.distribution)
            && condition.contains(&column.name)
        {
            let own = |_: Option<&str>, name: &str, exact: bool| {
                let found = table.columns.get(super::derived::position(table, name, exact)?)?;
                Some((quoted(&found.name), super::derived::kind(found)))
            };
            // What reads a parent is left as it is.
            let Ok(computed) = to_sql(expression, &mut { own }) else { continue };
            mixed = format!("SELECT *, {} AS {} FROM ({mixed})", computed.sql, quoted(&column.name));
        }
    }
    let sql = format!("SELECT count(*) FROM ({mixed}) WHERE NOT ({condition})");
    let broken: i64 = scope.connection.query_row(&sql, [], |row| row.get(0)).ok()?;
    Some(broken as f64 / LATTICE as f64)
}

/// The values as often as their shares say.
fn spread(values: &[(String, f64)]) -> Vec<String> {
    let all: f64 = values.iter().map(|(_, share)| share).sum();
    if all <= 0.0 {
        return values.iter().map(|(value, _)| value.clone()).collect();
    }
    let points = LISTED_MAX.max(values.len()) as f64;
    let mut out = Vec::new();
    let mut until = 0.0;
    for (value, share) in values {
        until += share / all;
        while (out.len() as f64 + 0.5) / points < until {
            out.push(value.clone());
        }
    }
    out
}
