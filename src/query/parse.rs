//! Reading: SQL text to the AST of one query.
//!
//! PostgreSQL's dialect is tried first, then DuckDB's, then a generic one; the first one's error is reported.
//! Limits: [`limits::SQL_BYTES_MAX`], [`limits::SQL_NESTING_MAX`], [`limits::SQL_OPERATORS_MAX`]. Invariant: what is returned is a query, never a statement that writes.

use crate::kernel::limits;
use sqlparser::ast::{Query, Statement};
use sqlparser::dialect::{Dialect, DuckDbDialect, GenericDialect, PostgreSqlDialect};
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

/// Why a text is not a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// No dialect reads it.
    #[error("the SQL cannot be read: {0}")]
    Syntax(String),
    /// It is something else.
    #[error("one SELECT is expected, found {found}")]
    NotAQuery {
        /// What there is: "nothing", "2 statements", "DELETE FROM ...".
        found: String,
    },
    /// It is longer than any query should be.
    #[error("the SQL has {bytes} bytes, more than {max}")]
    TooLong {
        /// Length found.
        bytes: usize,
        /// Length allowed.
        max: usize,
    },
    /// It has more operators than any query should: chains of them are deep trees, which overflow stacks.
    #[error("the SQL has {operators} operators, more than {max}")]
    TooDeep {
        /// Operators found.
        operators: usize,
        /// Operators allowed.
        max: usize,
    },
}

/// Reads one query; a final semicolon is allowed.
pub fn query(text: &str) -> Result<Query, ParseError> {
    if text.len() > limits::SQL_BYTES_MAX {
        return Err(ParseError::TooLong {
            bytes: text.len(),
            max: limits::SQL_BYTES_MAX,
        });
    }
    let dialects: [&dyn Dialect; 3] = [&PostgreSqlDialect {}, &DuckDbDialect {}, &GenericDialect {}];
    let mut first = None;
    for dialect in dialects {
        let tokens = match Tokenizer::new(dialect, text).tokenize_with_location() {
            Ok(tokens) => tokens,
            Err(error) => {
                first = first.or(Some(ParseError::Syntax(error.to_string())));
                continue;
            }
        };
        bounded(tokens.iter().map(|token| &token.token))?;
        let parsed = Parser::new(dialect)
            .with_recursion_limit(limits::SQL_NESTING_MAX)
            .with_tokens_with_locations(tokens)
            .parse_statements();
        match parsed {
            Ok(statements) => return one_query(statements),
            Err(error) => first = first.or(Some(ParseError::Syntax(error.to_string()))),
        }
    }
    Err(first.unwrap_or_else(|| ParseError::NotAQuery {
        found: "nothing".to_owned(),
    }))
}

/// Refuses what would be a tree too deep to walk, before it is one.
fn bounded<'a>(tokens: impl Iterator<Item = &'a Token>) -> Result<(), ParseError> {
    let operators = tokens.filter(|token| is_operator(token)).count();
    if operators > limits::SQL_OPERATORS_MAX {
        let max = limits::SQL_OPERATORS_MAX;
        return Err(ParseError::TooDeep { operators, max });
    }
    Ok(())
}

fn is_operator(token: &Token) -> bool {
    match token {
        Token::Word(word) => matches!(
            word.keyword,
            Keyword::AND
                | Keyword::OR
                | Keyword::NOT
                | Keyword::UNION
                | Keyword::INTERSECT
                | Keyword::EXCEPT
                | Keyword::MINUS
                | Keyword::JOIN
                | Keyword::IS
                | Keyword::IN
                | Keyword::LIKE
                | Keyword::ILIKE
                | Keyword::BETWEEN
                | Keyword::COLLATE
                | Keyword::AT
                | Keyword::CASE
        ),
        Token::Whitespace(_) | Token::Comma | Token::SemiColon | Token::EOF | Token::Period | Token::LParen | Token::RParen => false,
        Token::Number(..) | Token::Char(_) | Token::SingleQuotedString(_) | Token::DoubleQuotedString(_) | Token::Placeholder(_) => false,
        Token::EscapedStringLiteral(_) | Token::DollarQuotedString(_) | Token::NationalStringLiteral(_) | Token::HexStringLiteral(_) => {
            false
        }
        _ => true,
    }
}

fn one_query(mut statements: Vec<Statement>) -> Result<Query, ParseError> {
    let found = match (statements.pop(), statements.len()) {
        (Some(Statement::Query(query)), 0) => return Ok(*query),
        (Some(other), 0) => other.to_string().chars().take(40).collect(),
        (Some(_), more) => format!("{} statements", more + 1),
        (None, _) => "nothing".to_owned(),
    };
    Err(ParseError::NotAQuery { found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_query_is_read_and_nothing_else() {
        assert!(query("SELECT 1;").is_ok());
        assert!(matches!(query("SELECT 1; SELECT 2"), Err(ParseError::NotAQuery { found }) if found == "2 statements"));
        assert!(matches!(query("DELETE FROM t"), Err(ParseError::NotAQuery { .. })));
        assert!(matches!(query("SELEC 1"), Err(ParseError::Syntax(_))));
        let chain = format!("SELECT 1{}", "+1".repeat(20_000));
        assert!(matches!(query(&chain), Err(ParseError::TooDeep { operators: 20_000, .. })));
        assert!(query(&format!("SELECT 1 IN ({}1)", "1,".repeat(20_000))).is_ok());
        let deep = format!("SELECT {}1{}", "(".repeat(5000), ")".repeat(5000));
        assert!(matches!(query(&deep), Err(ParseError::Syntax(_))));
    }
}
