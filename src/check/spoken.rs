//! Has every literal of the SQL its words?
//!
//! The literals come from the SQL's AST, the words from the alignment: two roads that meet here. Every literal must be claimed by a span, and
//! the span's words must be able to mean it: a number above ten by its digits, a day by its year. What only writes the SQL's form
//! (`DATE_TRUNC('month', ...)`, `SELECT 1` under EXISTS) needs no words.

use super::Case;
use crate::query::walk::{self, Look};
use sqlparser::ast::{Expr, Query, SelectItem, SetExpr, Value, ValueWithSpan};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Refuses a pair one of whose literals nobody says.
pub fn check(case: &Case<'_>) -> Result<(), String> {
    for literal in literals(case.query) {
        let mut claims = case.alignment.iter().filter(|s| s.literals.contains(&literal)).peekable();
        if claims.peek().is_none() {
            return Err(format!("no words say {literal}"));
        }
        let words = |s: &crate::ir::record::Span| {
            if s.evidence { case.evidence } else { case.question }
                .get(s.start..s.end)
                .unwrap_or("")
        };
        if !claims.any(|span| may_mean(words(span), &literal)) {
            return Err(format!("the words for {literal} do not say it"));
        }
    }
    Ok(())
}

/// The literals of a query that carry meaning, each once, in the order they first stand.
pub fn literals(query: &Query) -> Vec<String> {
    let mut found = Found::default();
    // The visitor never breaks off.
    let _ = walk::look(query, &mut found);
    let mut out = Vec::new();
    for literal in found.literals {
        match found.form.get_mut(&literal) {
            Some(left) if *left > 0 => *left -= 1,
            _ if out.contains(&literal) => {}
            _ => out.push(literal),
        }
    }
    out
}

#[derive(Default)]
struct Found {
    literals: Vec<String>,
    /// Literals that only write a form, with how often.
    form: BTreeMap<String, u32>,
}

impl Look for Found {
    fn pre_visit_value(&mut self, value: &ValueWithSpan) -> ControlFlow<()> {
        match &value.value {
            Value::Number(text, _) => self.literals.push(text.clone()),
            Value::SingleQuotedString(text) => self.literals.push(text.clone()),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        let mut form = |text: String| *self.form.entry(text).or_default() += 1;
        match expr {
            Expr::Function(f) if f.name.to_string().eq_ignore_ascii_case("DATE_TRUNC") => {
                let text = f.args.to_string();
                if let Some(period) = text.split('\'').nth(1) {
                    form(period.to_owned());
                }
            }
            // A guard against division by zero asks for nothing.
            Expr::Function(f) if f.name.to_string().eq_ignore_ascii_case("NULLIF") && f.args.to_string().ends_with(", 0)") => {
                form("0".to_owned());
            }
            // The dimension of an array.
            Expr::Function(f) if f.name.to_string().eq_ignore_ascii_case("ARRAY_LENGTH") && f.args.to_string().ends_with(", 1)") => {
                form("1".to_owned());
            }
            Expr::Exists { subquery, .. } => {
                if let SetExpr::Select(select) = subquery.body.as_ref()
                    && let [SelectItem::UnnamedExpr(Expr::Value(v))] = &select.projection[..]
                {
                    form(v.value.to_string());
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

fn may_mean(words: &str, literal: &str) -> bool {
    let plain = words.replace(',', "");
    if literal.parse::<f64>().is_ok_and(|n| n.abs() > 10.0) && literal != "100.0" {
        let month = match literal {
            "11" => "November",
            "12" => "December",
            _ => literal,
        };
        return plain.contains(literal) || plain.contains(month);
    }
    let is_day = literal.len() >= 10 && literal.is_ascii() && literal.as_bytes()[4] == b'-' && literal[..4].parse::<i32>().is_ok();
    if is_day {
        // The end of a period is said by its start: "in 2023" ends before 2024-01-01.
        let year: i32 = literal[..4].parse().unwrap_or(0);
        return plain.contains(&literal[..4]) || (literal.ends_with("-01-01") && plain.contains(&(year - 1).to_string()));
    }
    !words.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlparser::ast::Statement;
    use sqlparser::dialect::PostgreSqlDialect;
    use sqlparser::parser::Parser;

    #[test]
    fn literals_with_a_meaning_are_found_and_forms_are_not() {
        let sql =
            "SELECT DATE_TRUNC('month', d), COUNT(*) FROM t WHERE x > 15 AND EXISTS (SELECT 1 FROM u WHERE u.y = 'a') GROUP BY 1 LIMIT 5";
        let parsed = Parser::parse_sql(&PostgreSqlDialect {}, sql).ok().and_then(|mut s| s.pop());
        let Some(Statement::Query(query)) = parsed else {
            panic!("the test's SQL parses")
        };
        assert_eq!(literals(&query), ["15", "a", "1", "5"]);
    }

    #[test]
    fn words_must_be_able_to_mean_their_literal() {
        assert!(may_mean("more than 1,500", "1500") && !may_mean("more than 150", "1500"));
        assert!(may_mean("in 2023", "2024-01-01") && !may_mean("in 2021", "2024-01-01"));
    }
}
