//! The component score of DataFlow's `sql_component_classifier`, counted on the AST instead of in the text.
//!
//! +2 for subqueries, +1 a join, +1 for two or more conditions, +1 for IN, EXISTS or LIKE, +1 for GROUP BY, HAVING, ORDER BY, LIMIT, for two or more
//! output columns twice (the original also counts their comma), +1 for a call of CAST, ROUND, SUBSTRING, DATE or COALESCE, +2 for a set operation.

use super::{complexity, features, functions};
use sqlparser::ast::Query;

/// The score, and the level it stands for: to 2 easy, to 4 medium, to 6 hard, above extra.
pub fn component_score(query: &Query) -> (u32, &'static str) {
    let features = features::of(query);
    let counts = complexity::of(query);
    let count = |key: &str| counts.get(key).copied().unwrap_or(0);
    let any = |names: &[&str]| u32::from(features.iter().any(|f| names.contains(&f.as_str())));
    let called = functions::of(query)
        .iter()
        .any(|f| ["CAST", "ROUND", "SUBSTRING", "SUBSTR", "DATE", "COALESCE"].contains(&f.as_str()));
    let score = 2 * any(&["scalar_subquery", "in_subquery", "exists", "derived_table"])
        + count("joins")
        + u32::from(count("predicates") > 1)
        + any(&["in_subquery", "in_list", "exists", "like", "ilike"])
        + any(&["group_by"])
        + any(&["having"])
        + any(&["order_by"])
        + any(&["limit"])
        + u32::from(called)
        + 2 * any(&["union", "union_all", "intersect", "except"])
        + 2 * u32::from(count("projections") > 1);
    let level = match score {
        ..=2 => "easy",
        3..=4 => "medium",
        5..=6 => "hard",
        _ => "extra",
    };
    (score, level)
}

#[cfg(test)]
mod tests {
    use crate::query::parse::{ParseError, query};

    #[test]
    fn components_are_counted_in_the_tree_and_not_in_the_text() -> Result<(), ParseError> {
        let score = |sql: &str| query(sql).map(|q| super::component_score(&q));
        assert_eq!(score("SELECT update_time FROM maintenance_like_in")?, (0, "easy"));
        assert_eq!(score("SELECT a, b FROM t JOIN u ON t.i = u.i ORDER BY a")?, (4, "medium"));
        assert_eq!(
            score("SELECT a FROM t WHERE b IN (SELECT b FROM u) AND c > 1 GROUP BY a LIMIT 1")?,
            (6, "hard")
        );
        Ok(())
    }
}
