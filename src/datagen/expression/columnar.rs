//! Evaluation on whole columns: arithmetic, comparisons, logic, CASE, casts and parts of dates; everything else a row at a time.
//!
//! Invariant: every row has the value that [`super::evaluate`] gives it, which stays the definition of what an expression means (a test compares both).
//! A CASE evaluates all its branches, which is safe since evaluation has no effects and what fails is NULL.

use super::evaluate::{arithmetic, floor_divide, floor_modulo, later};
use super::vector::{Mask, Side, Vector, both, column, narrowed, zip};
use super::{Arithmetic, Comparison, Node};
use crate::datagen::calendar::{self, DAY_MICROS};
use crate::datagen::cell::{Cell, Physical, whole_day};
use crate::datagen::distribution::RowValues;
use arrow::array::{Array, AsArray};

/// The values of `node` in all rows.
pub(super) fn evaluate(node: &Node, row: &RowValues<'_>, rows: usize) -> Vector {
    let value = |node: &Node| evaluate(node, row, rows);
    let fast = match node {
        Node::Literal(cell) => Some(Vector::One(cell.clone())),
        Node::Column(position) => Some(row.array(*position).map_or(Vector::One(Cell::Null), column)),
        Node::Not(inner) => truths(value(inner), rows).map(|(values, mask)| Vector::Bools(values.into_iter().map(|b| !b).collect(), mask)),
        Node::And(a, b) => logic(value(a), value(b), rows, false),
        Node::Or(a, b) => logic(value(a), value(b), rows, true),
        Node::Compare(op, a, b) => compare(*op, &value(a), &value(b), rows),
        Node::Arithmetic(op, a, b) => calculate(*op, &value(a), &value(b), rows),
        Node::IsNull(inner) => {
            let inner = value(inner);
            Some(Vector::Bools((0..rows).map(|i| inner.is_null(i)).collect(), None))
        }
        Node::In(wanted, list) => among(&value(wanted), list, rows),
        Node::Case {
            operand: None,
            branches,
            otherwise,
        } => case(branches, otherwise, &value, rows),
        Node::Cast(inner, target) => cast(value(inner), *target, rows),
        Node::Call(function, args) => {
            let args: Vec<Vector> = args.iter().map(value).collect();
            Some(part(function.name, &args).unwrap_or_else(|| {
                let apply = |i| {
                    let cells: Vec<Cell> = args.iter().map(|a| a.cell(i)).collect();
                    (function.apply)(&cells).unwrap_or(Cell::Null)
                };
                Vector::Cells((0..rows).map(apply).collect())
            }))
        }
        _ => None,
    };
    fast.unwrap_or_else(|| Vector::Cells((0..rows).map(|i| node.value(&|position| row.cell(position, i))).collect()))
}

/// The rows where a condition is false: neither true nor NULL.
pub(super) fn broken(node: &Node, row: &RowValues<'_>, rows: usize) -> Vec<usize> {
    match evaluate(node, row, rows) {
        Vector::One(cell) => if cell == Cell::Bool(false) { 0..rows } else { 0..0 }.collect(),
        Vector::Bools(values, None) => (0..rows).zip(values).filter(|(_, v)| !v).map(|(i, _)| i).collect(),
        other => (0..rows).filter(|i| other.cell(*i) == Cell::Bool(false)).collect(),
    }
}

fn calculate(op: Arithmetic, a: &Vector, b: &Vector, rows: usize) -> Option<Vector> {
    if let (Some(x), Some(y)) = (a.ints(), b.ints()) {
        // One pass where nothing overflows, which is nearly always; else a row at a time, since rows then differ in kind.
        let quick = |fast: fn(i64, i64) -> (i64, bool)| {
            let mut over = false;
            let values = zip(&x, &y, rows, |x, y| {
                let (value, bad) = fast(x, y);
                over |= bad;
                value
            });
            if over {
                Vector::Cells((0..rows).map(|i| arithmetic(op, &a.cell(i), &b.cell(i))).collect())
            } else {
                Vector::Ints(values, both(a, b))
            }
        };
        let guarded = |f: fn(i64, i64) -> Option<i64>| {
            let mut bad = false;
            let values = zip(&x, &y, rows, |x, y| {
                let value = f(x, y);
                bad |= value.is_none();
                value.unwrap_or_default()
            });
            let mask = both(a, b);
            Vector::Ints(
                values,
                if bad {
                    narrowed(mask, zip(&x, &y, rows, |x, y| f(x, y).is_some()))
                } else {
                    mask
                },
            )
        };
        return match op {
            Arithmetic::Add => Some(quick(i64::overflowing_add)),
            Arithmetic::Subtract => Some(quick(i64::overflowing_sub)),
            Arithmetic::Multiply => Some(quick(i64::overflowing_mul)),
            Arithmetic::Divide => Some(guarded(i64::checked_div)),
            Arithmetic::Modulo => Some(guarded(i64::checked_rem)),
            Arithmetic::Quotient | Arithmetic::Power => real(op, a, b, rows),
            Arithmetic::FloorDivide => Some(guarded(floor_divide)),
            Arithmetic::FloorModulo => Some(guarded(floor_modulo)),
        };
    }
    if let (Vector::Days(days, _), Some(Side::One(n)), Arithmetic::Add | Arithmetic::Subtract) = (a, b.ints(), op) {
        let n = if op == Arithmetic::Add { n } else { n.saturating_neg() };
        return Some(Vector::Days(days.iter().map(|d| later(*d, n)).collect(), both(a, b)));
    }
    if let (Vector::Days(x, _), Vector::Days(y, _), Arithmetic::Subtract) = (a, b, op) {
        let apart = x.iter().zip(y).map(|(x, y)| i64::from(*x) - i64::from(*y));
        return Some(Vector::Ints(apart.collect(), both(a, b)));
    }
    real(op, a, b, rows)
}

/// Arithmetic on floats.
fn real(op: Arithmetic, a: &Vector, b: &Vector, rows: usize) -> Option<Vector> {
    let (fa, fb) = (a.floats()?, b.floats()?);
    let (x, y) = (fa.nums()?, fb.nums()?);
    let values = match op {
        Arithmetic::Add => zip(&x, &y, rows, |x, y| x + y),
        Arithmetic::Subtract => zip(&x, &y, rows, |x, y| x - y),
        Arithmetic::Multiply => zip(&x, &y, rows, |x, y| x * y),
        Arithmetic::Divide | Arithmetic::Quotient => zip(&x, &y, rows, |x, y| x / y),
        Arithmetic::Modulo => zip(&x, &y, rows, |x, y| x % y),
        // The rarer ones by the definition, which says what is NULL.
        _ => zip(&x, &y, rows, |x, y| match arithmetic(op, &Cell::Num(x), &Cell::Num(y)) {
            Cell::Num(z) => z,
            _ => f64::NAN,
        }),
    };
    let finite = values.iter().map(|x| x.is_finite()).collect();
    Some(Vector::Nums(values, narrowed(both(a, b), finite)))
}

fn compare(op: Comparison, a: &Vector, b: &Vector, rows: usize) -> Option<Vector> {
    fn by<T: Copy + PartialOrd>(op: Comparison, x: &Side<'_, T>, y: &Side<'_, T>, rows: usize) -> Vec<bool> {
        match op {
            Comparison::Equal => zip(x, y, rows, |x, y| x == y),
            Comparison::NotEqual => zip(x, y, rows, |x, y| x != y),
            Comparison::Less => zip(x, y, rows, |x, y| x < y),
            Comparison::LessOrEqual => zip(x, y, rows, |x, y| x <= y),
            Comparison::Greater => zip(x, y, rows, |x, y| x > y),
            Comparison::GreaterOrEqual => zip(x, y, rows, |x, y| x >= y),
        }
    }
    if let (Some(x), Some(y)) = (a.ints(), b.ints()) {
        return Some(Vector::Bools(by(op, &x, &y, rows), both(a, b)));
    }
    if let (Vector::Days(days, mask), Vector::One(Cell::Date(day))) = (a, b) {
        return Some(Vector::Bools(by(op, &Side::Many(days), &Side::One(*day), rows), mask.clone()));
    }
    if let (Vector::Days(x, _), Vector::Days(y, _)) = (a, b) {
        return Some(Vector::Bools(by(op, &Side::Many(x), &Side::Many(y), rows), both(a, b)));
    }
    if let (Some(x), Some(y)) = (a.instants(), b.instants()) {
        return Some(Vector::Bools(by(op, &x.ints()?, &y.ints()?, rows), both(a, b)));
    }
    if let (Vector::Texts(texts), Vector::One(Cell::Text(word))) = (a, b) {
        let texts = texts.as_string_opt::<i32>()?;
        let holds = |text: &str| match op {
            Comparison::Equal => text == word,
            Comparison::NotEqual => text != word,
            Comparison::Less => text < word.as_str(),
            Comparison::LessOrEqual => text <= word.as_str(),
            Comparison::Greater => text > word.as_str(),
            Comparison::GreaterOrEqual => text >= word.as_str(),
        };
        let mask = texts.nulls().filter(|n| n.null_count() > 0).map(|n| n.iter().collect());
        return Some(Vector::Bools(texts.iter().map(|t| t.is_some_and(holds)).collect(), mask));
    }
    let (fa, fb) = (a.floats()?, b.floats()?);
    let (x, y) = (fa.nums()?, fb.nums()?);
    let known = zip(&x, &y, rows, |x, y| !x.is_nan() && !y.is_nan());
    Some(Vector::Bools(by(op, &x, &y, rows), narrowed(both(a, b), known)))
}

/// A condition's truth; None when it is not made of columns.
fn truths(vector: Vector, rows: usize) -> Option<(Vec<bool>, Mask)> {
    match vector {
        Vector::Bools(values, mask) => Some((values, mask)),
        Vector::One(Cell::Bool(b)) => Some((vec![b; rows], None)),
        Vector::Cells(cells) => Some((
            cells.iter().map(|c| *c == Cell::Bool(true)).collect(),
            Some(cells.iter().map(|c| matches!(c, Cell::Bool(_))).collect()),
        )),
        Vector::One(_) => Some((vec![false; rows], Some(vec![false; rows]))),
        _ => None,
    }
}

/// AND (`strong` false) and OR (`strong` true): the strong value decides alone.
fn logic(a: Vector, b: Vector, rows: usize, strong: bool) -> Option<Vector> {
    let ((x, xm), (y, ym)) = (truths(a, rows)?, truths(b, rows)?);
    if xm.is_none() && ym.is_none() {
        let values = x.iter().zip(&y).map(|(x, y)| if strong { *x || *y } else { *x && *y });
        return Some(Vector::Bools(values.collect(), None));
    }
    let known = |mask: &Mask, i: usize| mask.as_ref().is_none_or(|m| m.get(i) == Some(&true));
    let decided = |v: &[bool], mask: &Mask, i: usize| known(mask, i) && v.get(i) == Some(&strong);
    let mut mask = Vec::with_capacity(rows);
    let mut values = Vec::with_capacity(rows);
    for i in 0..rows {
        let strongly = decided(&x, &xm, i) || decided(&y, &ym, i);
        values.push(if strongly { strong } else { !strong });
        mask.push(strongly || (known(&xm, i) && known(&ym, i)));
    }
    Some(Vector::Bools(values, Some(mask)))
}

fn among(wanted: &Vector, list: &[Node], rows: usize) -> Option<Vector> {
    let mut found = vec![false; rows];
    let mut mask = None;
    for node in list {
        let Node::Literal(cell) = node else { return None };
        if *cell == Cell::Null {
            return None;
        }
        let Vector::Bools(equal, valid) = compare(Comparison::Equal, wanted, &Vector::One(cell.clone()), rows)? else {
            return None;
        };
        found.iter_mut().zip(equal).for_each(|(found, equal)| *found |= equal);
        mask = valid;
    }
    Some(Vector::Bools(found, mask))
}

fn case(branches: &[(Node, Node)], otherwise: &Node, value: &dyn Fn(&Node) -> Vector, rows: usize) -> Option<Vector> {
    let last = branches.len() as u32;
    let mut taken = vec![last; rows];
    for (number, (when, _)) in branches.iter().enumerate().rev() {
        let (holds, mask) = truths(value(when), rows)?;
        match mask {
            None => taken.iter_mut().zip(holds).for_each(|(taken, holds)| {
                if holds {
                    *taken = number as u32;
                }
            }),
            Some(mask) => taken
                .iter_mut()
                .zip(holds.into_iter().zip(mask))
                .for_each(|(taken, (holds, known))| {
                    if holds && known {
                        *taken = number as u32;
                    }
                }),
        }
    }
    let results: Vec<Vector> = branches.iter().map(|(_, then)| value(then)).chain([value(otherwise)]).collect();
    // Constants of one kind are picked by number; NULL is past the end.
    let texts: Option<Vec<String>> = results
        .iter()
        .map(|r| {
            if let Vector::One(Cell::Text(t)) = r {
                Some(t.clone())
            } else {
                None
            }
        })
        .collect();
    if let Some(words) = texts {
        return Some(Vector::Words(words, taken));
    }
    let ints: Option<Vec<i64>> = results
        .iter()
        .map(|r| if let Vector::One(Cell::Int(x)) = r { Some(*x) } else { None })
        .collect();
    if let Some(ints) = ints {
        let at = |t: u32| ints.get(t as usize).copied().unwrap_or_default();
        return Some(Vector::Ints(taken.into_iter().map(at).collect(), None));
    }
    let numbers = results
        .iter()
        .all(|r| matches!(r, Vector::Nums(_, None) | Vector::One(Cell::Num(_))));
    if numbers {
        let at = |(i, t): (usize, u32)| match results.get(t as usize) {
            Some(Vector::Nums(v, _)) => v.get(i).copied().unwrap_or_default(),
            Some(Vector::One(Cell::Num(x))) => *x,
            _ => 0.0,
        };
        return Some(Vector::Nums(taken.into_iter().enumerate().map(at).collect(), None));
    }
    let at = |(i, t): (usize, u32)| results.get(t as usize).map_or(Cell::Null, |r| r.cell(i));
    Some(Vector::Cells(taken.into_iter().enumerate().map(at).collect()))
}

fn cast(vector: Vector, target: Physical, rows: usize) -> Option<Vector> {
    Some(match (vector, target) {
        (v @ (Vector::Ints(..) | Vector::Nums(..)), Physical::Decimal(..)) => v,
        (v @ Vector::Ints(..), Physical::Int(64)) => v,
        (v @ (Vector::Ints(..) | Vector::Nums(..)), Physical::Float) => v.floats()?,
        // A number past 64 bits has no whole number that is its own.
        (Vector::Nums(v, mask), Physical::Int(_)) if v.iter().all(|x| x.abs() < 9.2e18) => {
            Vector::Ints(v.into_iter().map(|x| x.round() as i64).collect(), mask)
        }
        (v @ Vector::Days(..), Physical::Date) => v,
        (Vector::Micros(v, mask), Physical::Date) => Vector::Days(v.into_iter().map(whole_day).collect(), mask),
        (v, target) => {
            let one = |cell: Cell| match (cell, target) {
                (Cell::Num(x), Physical::Int(_)) if x.abs() < 9.2e18 => Cell::Int(x.round() as i64),
                (Cell::Null, _) => Cell::Null,
                (cell, Physical::Text(Some(width))) => Cell::Text(cell.text().chars().take(width as usize).collect()),
                (cell, _) => cell.cast(target).unwrap_or(Cell::Null),
            };
            match v {
                Vector::One(cell) => Vector::One(one(cell)),
                v => Vector::Cells((0..rows).map(|i| one(v.cell(i))).collect()),
            }
        }
    })
}

/// Parts of dates and instants, by the function's name, or by its first argument.
fn part(function: &str, args: &[Vector]) -> Option<Vector> {
    let (field, of) = match (function, args) {
        ("date_part", [Vector::One(Cell::Text(field)), of]) => (field.as_str(), of),
        (field, [of]) => (field, of),
        _ => return None,
    };
    let (days, mask) = match of {
        Vector::Days(days, mask) => (days.clone(), mask),
        Vector::Micros(v, mask) if field == "hour" => {
            return Some(Vector::Ints(
                v.iter().map(|t| t.rem_euclid(DAY_MICROS) / 3_600_000_000).collect(),
                mask.clone(),
            ));
        }
        Vector::Micros(v, mask) => (v.iter().map(|t| whole_day(*t)).collect(), mask),
        _ => return None,
    };
    let of_day = |f: fn(i32) -> i64| Some(Vector::Ints(days.iter().map(|d| f(*d)).collect(), mask.clone()));
    match field {
        "year" => of_day(|d| i64::from(calendar::civil(d).0)),
        "month" => of_day(|d| i64::from(calendar::civil(d).1)),
        "day" | "day_of_month" => of_day(|d| i64::from(calendar::civil(d).2)),
        "quarter" => of_day(|d| i64::from(calendar::civil(d).1.div_ceil(3))),
        "dow" | "dayofweek" => of_day(|d| i64::from(calendar::day_of_week(d))),
        "isodow" => of_day(|d| i64::from((calendar::day_of_week(d) + 6) % 7 + 1)),
        "day_of_week" => of_day(|d| i64::from((calendar::day_of_week(d) + 6) % 7)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Expression;
    use crate::datagen::cell::{Cell, Physical, cell, from_cells};
    use crate::datagen::distribution::RowValues;
    use arrow::array::ArrayRef;

    const NAMES: [&str; 8] = ["a", "b", "x", "price", "name", "day", "at", "ok"];

    fn columns() -> Vec<Option<ArrayRef>> {
        let rows = 40_i64;
        let null = |i: i64, every: i64, cell: Cell| if i % every == every - 1 { Cell::Null } else { cell };
        let make = |physical: Physical, value: &dyn Fn(i64) -> Cell| {
            let cells: Vec<Cell> = (0..rows).map(value).collect();
            from_cells(&cells, physical).ok()
        };
        vec![
            make(Physical::Int(64), &|i| {
                if i == 39 { Cell::Int(i64::MAX) } else { Cell::Int(i * 7 % 11 - 3) }
            }),
            make(Physical::Int(64), &|i| null(i, 5, Cell::Int(i % 4))),
            make(Physical::Float, &|i| null(i, 7, Cell::Num(i as f64 / 8.0 - 2.0))),
            make(Physical::Decimal(9, 2), &|i| Cell::Num(i as f64 * 1.25)),
            make(Physical::Text(None), &|i| {
                null(i, 6, Cell::Text(["ann", "bob", ""][i as usize % 3].into()))
            }),
            make(Physical::Date, &|i| null(i, 9, Cell::Date(i as i32 * 100))),
            make(Physical::Timestamp, &|i| Cell::Timestamp(i * 5_000_000_000_000 - 7_000_000_000)),
            make(Physical::Bool, &|i| null(i, 3, Cell::Bool(i % 2 == 0))),
        ]
    }

    #[test]
    fn columns_and_rows_give_the_same_values() {
        let columns = columns();
        let row = RowValues(&columns);
        for sql in [
            "a + b * 2 - 1",
            "a / b",
            "a % b",
            "a * a * a",
            "a + 1",
            "x / b",
            "x * price",
            "price / (a - 1)",
            "x ^ 2",
            "-a",
            "a / 2.5",
            "a > b",
            "a = 3 OR b IS NULL",
            "x >= price AND ok",
            "NOT ok",
            "ok OR x > 0",
            "ok AND b > 1",
            "name = 'ann'",
            "name < 'b' OR ok",
            "day > DATE '1975-01-01'",
            "day > at",
            "at <= day + 30",
            "day + 7",
            "day - 7",
            "day - DATE '1970-01-10'",
            "day + INTERVAL '1 month'",
            "CASE WHEN a > 2 THEN 'high' WHEN b = 1 THEN 'one' ELSE 'low' END",
            "CASE WHEN ok THEN 1 WHEN x > 0 THEN 2 END",
            "CASE WHEN ok THEN a ELSE x END",
            "CASE WHEN a > 0 THEN 1.5 ELSE price END",
            "CASE a WHEN 1 THEN 'x' ELSE name END",
            "CASE WHEN b > 1 THEN 1 ELSE 0 END",
            "b IN (1, 2)",
            "name IN ('bob', 'x')",
            "b NOT IN (1, NULL)",
            "a IN (b, 3)",
            "b BETWEEN 1 AND 2",
            "EXTRACT(YEAR FROM day) * 100 + EXTRACT(MONTH FROM at)",
            "date_part('dow', day)",
            "EXTRACT(hour FROM at)",
            "EXTRACT(quarter FROM at)",
            "CAST(x AS integer)",
            "CAST(a AS double precision) / 2",
            "CAST(at AS date)",
            "CAST(b AS text) || name",
            "CAST(a AS smallint)",
            "round(x, 1)",
            "coalesce(b, a)",
            "upper(name)",
            "greatest(a, b, x)",
            "x IS NULL",
            "x IS DISTINCT FROM a",
            "name LIKE 'a%'",
            "1 + 1",
            "NULL",
            "a > NULL",
            "TRUE",
            "ok IS TRUE",
            "b > 1 OR NULL",
        ] {
            let expression = Expression::compile(sql, &NAMES).unwrap_or_else(|e| panic!("{sql}: {e}"));
            let whole = super::evaluate(&expression.root, &row, 40);
            let by_row: Vec<Cell> = (0..40).map(|i| expression.value(&|c| row.cell(c, i))).collect();
            for (i, want) in by_row.iter().enumerate() {
                assert_eq!(whole.cell(i), *want, "{sql}, row {i}");
            }
            check(&expression, &row, &by_row, sql);
        }
        for text in [
            "a // b",
            "a % b",
            "a / b",
            "x // b",
            "x % b",
            "a ** 2",
            "a if ok else b",
            "where(b > 1, x, price)",
            "month(day)",
            "hour(at)",
            "day_of_week(at)",
            "0 < a < 5",
            "clip(a, 0, 3)",
            "coalesce(b, 0) + 1",
            "max(a, b)",
            "concat(name, 'x')",
            "year(day) if ok else 0",
        ] {
            let mut resolve = |_: Option<&str>, name: &str, _: bool| Ok(NAMES.iter().position(|n| *n == name).unwrap_or(0));
            let expression = Expression::derived(text, &mut resolve).unwrap_or_else(|e| panic!("{text}: {e}"));
            let whole = super::evaluate(&expression.root, &row, 40);
            let by_row: Vec<Cell> = (0..40).map(|i| expression.value(&|c| row.cell(c, i))).collect();
            for (i, want) in by_row.iter().enumerate() {
                assert_eq!(whole.cell(i), *want, "{text}, row {i}");
            }
            check(&expression, &row, &by_row, text);
        }
    }

    /// Conditions and columns that are made of an expression are the same too.
    fn check(expression: &Expression, row: &RowValues<'_>, by_row: &[Cell], sql: &str) {
        {
            let broken: Vec<usize> = (0..40).filter(|i| by_row[*i] == Cell::Bool(false)).collect();
            assert_eq!(expression.broken(row, 40), broken, "{sql}");
            for physical in [
                Physical::Int(64),
                Physical::Float,
                Physical::Decimal(12, 3),
                Physical::Text(None),
                Physical::Bool,
                Physical::Date,
            ] {
                let slow = from_cells(by_row, physical);
                let fast = expression.values(row, 40).and_then(|v| v.into_array(physical, None));
                match (slow, fast) {
                    (Ok(slow), Ok(fast)) => {
                        (0..40).for_each(|i| assert_eq!(cell(&fast, i), cell(&slow, i), "{sql} as {physical:?}, row {i}"));
                    }
                    (slow, fast) => assert!(slow.is_err() && fast.is_err(), "{sql} as {physical:?}: {slow:?} {fast:?}"),
                }
            }
        }
    }
}
