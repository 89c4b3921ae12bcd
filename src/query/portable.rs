//! A query as the embedded engine reads it: SQLite's and MySQL's spellings put into standard SQL.
//!
//! Names in backticks get double quotes; a double-quoted word that names no column and stands in a condition becomes the text that SQLite takes it
//! for. The text is rendered from the AST, so nothing that the parser did not see reaches an engine.

use super::scope::Scope;
use super::sites::Clause;
use super::walk::{self, Change};
use sqlparser::ast::{Expr, Query, Value};
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

struct Texts<'a> {
    texts: &'a BTreeSet<usize>,
    /// Of the next expression, as [`super::sites`] numbers them.
    number: usize,
}

impl Change for Texts<'_> {
    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let number = self.number;
        self.number += 1;
        if let (Expr::Identifier(ident), true) = (&*expr, self.texts.contains(&number)) {
            *expr = Expr::Value(Value::SingleQuotedString(ident.value.clone()).with_empty_span());
        }
        ControlFlow::Continue(())
    }
}
