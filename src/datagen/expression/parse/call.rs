//! Calls of functions, by SQL's names, Python's and those of pandas.

use super::super::ExpressionError;
use super::super::{Arithmetic, Node, TODAY, compile, function};
use super::{Parsed, Parser, choose};
use crate::datagen::calendar::DAY_MICROS;
use crate::datagen::cell::Cell;
use crate::kernel::suggest;

/// Other names of functions.
const ALIASES: [(&str, &str); 13] = [
    ("log", "ln"),
    ("min", "least"),
    ("max", "greatest"),
    ("len", "length"),
    ("pow", "power"),
    ("ifnull", "coalesce"),
    ("nvl", "coalesce"),
    ("fillna", "coalesce"),
    ("weekday", "day_of_week"),
    ("dayofweek", "day_of_week"),
    ("day", "day_of_month"),
    ("to_date", "date"),
    ("strip", "trim"),
];

fn unit_of(name: &str) -> Node {
    Node::Literal(Cell::Int(match name {
        "seconds" => 1_000_000,
        "minutes" => 60_000_000,
        "hours" => 3_600_000_000,
        _ => DAY_MICROS,
    }))
}

pub(super) fn now() -> Node {
    Node::Literal(Cell::Timestamp((i64::from(TODAY) + 1) * DAY_MICROS - 1_000_000))
}

impl Parser<'_, '_> {
    pub(super) fn call(&mut self, name: &str, args: Vec<Node>) -> Parsed {
        let count = args.len();
        let wrong = |want: &str| {
            Err(ExpressionError::Unsupported {
                what: format!("function {name}() with {count} arguments instead of {want}"),
            })
        };
        match name {
            "where" | "iif" | "if_else" => match <[Node; 3]>::try_from(args) {
                Ok([condition, then, otherwise]) => Ok(choose(condition, then, otherwise)),
                Err(_) => wrong("3: where(condition, value, otherwise)"),
            },
            "now" => Ok(now()),
            // Of a difference between two instants they measure it; of a number they make an interval.
            "seconds" | "minutes" | "hours" | "days" => match <[Node; 1]>::try_from(args) {
                Ok([Node::Arithmetic(Arithmetic::Subtract, a, b)]) => compile::call("span", vec![unit_of(name), *a, *b]),
                Ok([one]) => compile::call("span", vec![unit_of(name), one]),
                Err(_) => wrong("1"),
            },
            _ => {
                // Python's and pandas' names for what SQL calls otherwise.
                let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, own)| *own);
                if function::find(name).is_none() {
                    let known = function::FUNCTIONS.iter().map(|f| f.name);
                    let known = known
                        .chain(ALIASES.iter().map(|(a, _)| *a))
                        .chain(["where", "days", "hours", "minutes", "seconds"]);
                    return Err(self.fail(format!("there is no function {name}(){}", suggest::hint(name, known))));
                }
                compile::call(name, args)
            }
        }
    }
}
