//! A query as the embedded engine reads it: SQLite's and MySQL's spellings put into standard SQL.
//!
//! Names in backticks get double quotes; a double-quoted word that names no column and stands in a condition becomes the text that SQLite takes it
//! for; FETCH FIRST n ROWS ONLY becomes LIMIT n. The text is rendered from the AST, so nothing that the parser did not see reaches an engine.

use super::functions;
use super::scope::Scope;
use super::sites::Clause;
use super::walk::{self, Change, Look};
use sqlparser::ast::{BinaryOperator, Expr, Fetch, LimitClause, Offset, OffsetRows, Query, Value};
use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Token, Tokenizer};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Double-quoted words that are taken for text in conditions, and those elsewhere, which name nothing.
pub fn quoted_texts(query: &Query, scope: &Scope) -> (Vec<String>, Vec<String>) {
    let (mut texts, mut lost) = (Vec::new(), Vec::new());
    super::sites::for_each(query, |expr, number, site| {
        if let (Expr::Identifier(ident), true) = (expr, scope.texts.contains(&number)) {
            let condition = matches!(site.clause, Clause::From | Clause::Where | Clause::Having | Clause::Qualify);
            if condition { &mut texts } else { &mut lost }.push(ident.value.clone());
        }
    });
    (texts, lost)
}

/// The query with quoted texts as texts, and its SQL.
pub fn rendered(query: &Query, scope: &Scope) -> (Query, String) {
    let mut query = query.clone();
    let mut rewrite = Texts {
        texts: &scope.texts,
        number: 0,
    };
    let _ = walk::change(&mut query, &mut rewrite);
    let sql = sql(&query);
    // What its own text reads back as, so that queries made from it are portable too.
    (super::parse::query(&sql).unwrap_or(query), sql)
}

/// The SQL of a query, names in double quotes.
pub fn sql(query: &Query) -> String {
    let text = query.to_string();
    if !text.contains('`') {
        return text;
    }
    // A text that does not tokenize is left to the engine to refuse.
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, &text).tokenize() else {
        return text;
    };
    let spelled = |token: Token| match token {
        Token::Word(mut word) if word.quote_style == Some('`') => {
            word.quote_style = Some('"');
            Token::Word(word).to_string()
        }
        other => other.to_string(),
    };
    tokens.into_iter().map(spelled).collect()
}

/// Whether the query divides by what may be zero: DuckDB then gives NULL, PostgreSQL an error. `NULLIF(x, 0)` and numbers are safe.
pub fn may_divide_by_zero(query: &Query) -> bool {
    struct Divisions(bool);
    impl Look for Divisions {
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            if let Expr::BinaryOp {
                op: BinaryOperator::Divide | BinaryOperator::Modulo,
                right,
                ..
            } = expr
            {
                let safe = functions::name(right).is_some_and(|name| name == "NULLIF")
                    || matches!(&**right, Expr::Value(value) if matches!(&value.value, Value::Number(..)));
                self.0 |= !safe;
            }
            ControlFlow::Continue(())
        }
    }
    let mut divisions = Divisions(false);
    let _ = walk::look(query, &mut divisions);
    divisions.0
}

/// `OFFSET m ROWS FETCH FIRST n ROWS ONLY` as `LIMIT n OFFSET m`; what a LIMIT cannot say stays.
fn fetch_as_limit(query: &mut Query) {
    let offset = match &query.limit_clause {
        None => None,
        Some(LimitClause::LimitOffset {
            limit: None,
            offset,
            limit_by,
        }) if limit_by.is_empty() => offset.clone(),
        Some(_) => return,
    };
    match query.fetch.take() {
        Some(Fetch {
            with_ties: false,
            percent: false,
            quantity,
        }) => {
            let one = || Expr::Value(Value::Number("1".into(), false).with_empty_span());
            query.limit_clause = Some(LimitClause::LimitOffset {
                limit: Some(quantity.unwrap_or_else(one)),
                offset: offset.map(|offset| Offset {
                    rows: OffsetRows::None,
                    ..offset
                }),
                limit_by: Vec::new(),
            });
        }
        other => query.fetch = other,
    }
}

struct Texts<'a> {
    texts: &'a BTreeSet<usize>,
    /// Of the next expression, as [`super::sites`] numbers them.
    number: usize,
}

impl Change for Texts<'_> {
    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        fetch_as_limit(query);
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let number = self.number;
        self.number += 1;
        if let (Expr::Identifier(ident), true) = (&*expr, self.texts.contains(&number)) {
            *expr = Expr::Value(Value::SingleQuotedString(ident.value.clone()).with_empty_span());
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse::{ParseError, query};

    #[test]
    fn divisors_that_may_be_zero_are_seen() -> Result<(), ParseError> {
        for (sql, may) in [
            ("SELECT a / 2, a % 7, 1.0 * a / NULLIF(b, 0) FROM t", false),
            ("SELECT 1.0 * a / COUNT(*) FROM t GROUP BY a", true),
            ("SELECT a FROM t WHERE a % b = 1", true),
        ] {
            assert_eq!(may_divide_by_zero(&query(sql)?), may, "{sql}");
        }
        Ok(())
    }

    #[test]
    fn fetch_is_a_limit_everywhere() -> Result<(), ParseError> {
        for (sql, expected) in [
            (
                "SELECT a FROM t ORDER BY a FETCH FIRST 3 ROWS ONLY",
                "SELECT a FROM t ORDER BY a LIMIT 3",
            ),
            (
                "SELECT a FROM t OFFSET 2 ROWS FETCH NEXT ROW ONLY",
                "SELECT a FROM t LIMIT 1 OFFSET 2",
            ),
            (
                "SELECT a FROM (SELECT a FROM t FETCH FIRST 3 ROWS ONLY) AS x",
                "SELECT a FROM (SELECT a FROM t LIMIT 3) AS x",
            ),
            (
                "SELECT a FROM t ORDER BY a FETCH FIRST 3 ROWS WITH TIES",
                "SELECT a FROM t ORDER BY a FETCH FIRST 3 ROWS WITH TIES",
            ),
        ] {
            assert_eq!(rendered(&query(sql)?, &Scope::default()).1, expected);
        }
        Ok(())
    }
}
