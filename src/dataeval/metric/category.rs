//! Categories against their declared shares: chi-square, judged by its effect size.

use super::{Measured, condition, constraint::json_text};
use crate::database::load::{reading, type_name};
use crate::dataeval::scope::{Scope, Subject};
use crate::dataeval::statistic::chi_square;
use crate::ir::SqlType;
use crate::ir::evaluation::{Bound, MetricResult};
use crate::ir::generation::Distribution;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The listed values of a distribution with their shares; None when it is not one of listed values.
pub(super) fn listed(distribution: &Distribution) -> Option<Vec<(serde_json::Value, f64)>> {
    match distribution {
        Distribution::Categorical { values, probs } => {
            let even = vec![1.0; values.len()];
            let weights = if probs.is_empty() { &even } else { probs };
            let total: f64 = weights.iter().sum();
            Some(values.iter().cloned().zip(weights.iter().map(|w| w / total)).collect())
        }
        Distribution::Constant { value } => Some(vec![(value.clone(), 1.0)]),
        Distribution::Mixture { components } => {
            let total: f64 = components.iter().map(|c| c.weight).sum();
            let parts = components.iter().map(|c| Some((c.weight / total, listed(&c.distribution)?)));
            let parts: Option<Vec<(f64, Vec<_>)>> = parts.collect();
            Some(
                parts?
                    .into_iter()
                    .flat_map(|(w, values)| values.into_iter().map(move |(v, p)| (v, p * w)))
                    .collect(),
            )
        }
        _ => None,
    }
}

/// The texts that the database gives the listed values of a column, NULLs left out, in their order.
pub(super) fn texts(
    scope: &Scope<'_>,
    sql_type: &SqlType,
    listed: &[(serde_json::Value, f64)],
) -> Result<Rc<Vec<String>>, crate::database::DbError> {
    // Of texts they are what is listed.
    if sql_type.is_text() || matches!(sql_type, SqlType::Enum(_)) {
        let width = match sql_type {
            SqlType::Varchar(n) | SqlType::Char(n) => *n as usize,
            _ => usize::MAX,
        };
        let text = |v: &serde_json::Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
        let cut = |t: String| if t.len() > width { t.chars().take(width).collect() } else { t };
        return Ok(Rc::new(
            listed.iter().filter(|(v, _)| !v.is_null()).map(|(v, _)| cut(text(v))).collect(),
        ));
    }
    let typed = type_name(sql_type);
    let rows: Vec<String> = listed
        .iter()
        .filter(|(v, _)| !v.is_null())
        .map(|(v, _)| format!("({})", json_text(v)))
        .collect();
    // Arrays and bytes are listed as PostgreSQL writes them.
    let value = reading(sql_type, "v").1;
    let sql = format!(
        "SELECT CAST(CAST({value} AS {typed}) AS VARCHAR) FROM (VALUES {}) AS t(v)",
        rows.join(", ")
    );
    scope.texts(&sql)
}

/// Declared shares by the text that the database gives a value of the column.
pub(super) fn shares(
    scope: &Scope<'_>,
    subject: &Subject<'_>,
    listed: &[(serde_json::Value, f64)],
) -> Result<BTreeMap<String, f64>, crate::database::DbError> {
    let texts = texts(scope, &subject.column.sql_type, listed)?;
    let total: f64 = listed.iter().filter(|(v, _)| !v.is_null()).map(|(_, p)| p).sum();
    let mut out = BTreeMap::new();
    for (text, (_, p)) in texts.iter().zip(listed.iter().filter(|(v, _)| !v.is_null())) {
        *out.entry(text.clone()).or_insert(0.0) += p / total;
    }
    Ok(out)
}

pub(super) fn measure(scope: &Scope<'_>, subject: &Subject<'_>) -> Measured {
    const NAME: &str = "chi_square";
    let Some(listed) = listed(&subject.plan.distribution).filter(|l| l.iter().any(|(v, _)| !v.is_null())) else {
        return Ok(Vec::new());
    };
    if scope.draws_parents(subject.table, &subject.column.name) || listed.len() < 2 {
        return Ok(Vec::new());
    }
    let shares = match shares(scope, subject, &listed) {
        Ok(shares) => shares,
        Err(error) => {
            return Ok(vec![MetricResult::unmeasured(
                NAME,
                "",
                super::constraint::first_line(&error.to_string()),
            )]);
        }
    };
    let counts = scope.texts_of(subject.table, subject.column)?;
    let observed: Vec<f64> = shares.keys().map(|k| counts.get(k).copied().unwrap_or(0) as f64).collect();
    if observed.iter().sum::<f64>() == 0.0 {
        return Ok(vec![MetricResult::unmeasured(NAME, "", "none of the declared values is there")]);
    }
    let probabilities: Vec<f64> = shares.values().copied().collect();
    let result = judged(scope, NAME, "", &observed, &probabilities);
    let alone = scope
        .unique_groups(subject.table)
        .iter()
        .any(|g| g.as_slice() == [subject.column.name.clone()]);
    Ok(vec![if alone {
        result.unjudged("the column is unique: every value comes once")
    } else {
        condition::under_conditions(scope, subject, result.with_room(condition::spoiled(subject)))
    }])
}

/// A goodness of fit, judged by its effect size.
pub(super) fn judged(scope: &Scope<'_>, name: &str, of: &str, observed: &[f64], probabilities: &[f64]) -> MetricResult {
    let test = chi_square::goodness_of_fit(observed, probabilities);
    let threshold = scope.thresholds.chi_square_w_max.max(test.noise(scope.thresholds.alpha));
    MetricResult::judged(name, of, test.w, Bound::AtMost, threshold)
        .with("chi_square", test.statistic)
        .with("dof", test.dof)
        .with("p_value", test.p_value)
        .with("cramers_v", test.cramers_v)
        .with("rows", test.n)
}
