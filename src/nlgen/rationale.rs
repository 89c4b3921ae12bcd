//! The rationale: how the SQL follows from the question, step by step, for models that are to think before they write.
//!
//! Made from the intent and the words of the question that say each clause; the SQL fragments are rendered from the same intent. A step a line,
//! numbered; sides of a set operation and a CTE are one step each. Invariant: it ends in the record's SQL, and every clause of it was derived before.

use super::Question;
use crate::ir::LogicalIr;
use crate::query::ir::{Aggregate, Body, Expr, Join, Predicate, QueryIr, Select, SetOp, Source, Window};
use crate::query::render::{Fragments, fragments};
use crate::schema::lexicon::{Lexicon, edge_key};

/// The derivation of `sql`, which is the intent's.
pub fn derive(query: &QueryIr, schema: &LogicalIr, lexicon: &Lexicon, question: &Question, sql: &str) -> String {
    let writer = Writer {
        lexicon,
        question,
        stage: match &query.body {
            Body::Staged { name, .. } | Body::Chain { name, .. } | Body::Each { name, .. } => name,
            Body::Steps { names: [name, _], .. } => name,
            _ => "",
        },
    };
    let parts = fragments(query, schema);
    let mut selects = query.selects().into_iter().zip(&parts);
    let mut next = || {
        selects
            .next()
            .map(|((prefix, select), parts)| writer.steps(prefix, select, parts))
            .unwrap_or_default()
    };
    let steps: Vec<String> = match &query.body {
        Body::Select(_) => next(),
        Body::SetOp { op, .. } => {
            let (left, right) = (next(), next());
            let joined = match op {
                SetOp::Union => "Rows of either set are asked for, each once: UNION.",
                SetOp::Intersect => "Only rows in both sets are asked for: INTERSECT.",
                SetOp::Except => "Rows of the first set that are not in the second are asked for: EXCEPT.",
            };
            vec![
                format!("First set: {}", left.join(" ")),
                format!("Second set: {}", right.join(" ")),
                joined.to_owned(),
            ]
        }
        Body::Staged { name, .. } => {
            let (stage, outer) = (next(), next());
            let mut steps = Vec::new();
            for (index, step) in stage.iter().enumerate() {
                let place = if index == 0 {
                    format!("In a CTE {name}, computed first")
                } else {
                    format!("In {name}")
                };
                steps.push(format!("{place}: {}", lower(step)));
            }
            steps.extend(outer.iter().map(|step| format!("Over {name}: {}", lower(step))));
            steps
        }
        Body::Steps { names: [one, two], .. } => {
            let (first, second, outer) = (next(), next(), next());
            let within = |name: &str, how: &str, parts: Vec<String>| {
                let place = |index: usize| {
                    if index == 0 {
                        format!("In a CTE {name}, {how}")
                    } else {
                        format!("In {name}")
                    }
                };
                let told = parts
                    .iter()
                    .enumerate()
                    .map(|(index, step)| format!("{}: {}", place(index), lower(step)));
                told.collect::<Vec<_>>()
            };
            let mut steps = within(one, "computed first", first);
            steps.extend(within(two, &format!("over the rows of {one}"), second));
            steps.extend(outer.iter().map(|step| format!("Over {two}: {}", lower(step))));
            steps
        }
        Body::Chain { name, .. } => {
            let (start, step, outer) = (next(), next(), next());
            let mut steps = vec![
                format!(
                    "The chain has no fixed length, so a recursive CTE {name} follows it. It starts: {}",
                    start.join(" ")
                ),
                format!("Then, as long as new rows come (UNION ALL): {}", step.join(" ")),
            ];
            steps.extend(outer.iter().map(|step| format!("Over {name}: {}", lower(step))));
            steps
        }
        Body::Each { name, .. } => {
            let links = parts.first().map(|own| own.on.join(" AND ")).unwrap_or_default();
            let (each, outer) = (next(), next());
            let mut steps = outer;
            let at = steps.len().min(1);
            steps.insert(
                at,
                format!(
                    "For each of them a LATERAL subquery {name} finds its own rows ({links}). {}",
                    each.join(" ")
                ),
            );
            steps
        }
    };
    let mut out = String::new();
    // What the question's terms mean comes before what is made of it.
    let terms =
        (!question.evidence.is_empty()).then(|| format!("The evidence says what the question's terms mean: {}.", question.evidence));
    let steps: Vec<String> = terms.into_iter().chain(steps).collect();
    for (index, step) in steps.iter().enumerate() {
        out.push_str(&format!("{}. {step}\n", index + 1));
    }
    out.push_str(&format!("So the SQL is: {sql}"));
    out
}

struct Writer<'a> {
    lexicon: &'a Lexicon,
    question: &'a Question,
    stage: &'a str,
}

impl Writer<'_> {
    fn steps(&self, prefix: &str, select: &Select, parts: &Fragments) -> Vec<String> {
        let mut steps = Vec::new();
        if select.joins.is_empty() && select.table(0).is_none() {
            // A stage alone was told before.
        } else {
            steps.push(self.sources(select, parts));
        }
        let conditions = |name: &str, predicates: &[Predicate], texts: &[String]| -> Vec<String> {
            let numbered = predicates.iter().zip(texts).enumerate();
            numbered
                .map(|(i, (predicate, text))| self.condition(&format!("{prefix}{name}.{i}"), predicate, text))
                .collect()
        };
        let filter = conditions("filter", &select.filter, &parts.filter);
        if !filter.is_empty() {
            steps.push(format!("Keep the rows where {}.", filter.join(" and ")));
        }
        let having = conditions("having", &select.having, &parts.having);
        let aggregates = select.items.iter().any(|item| is_aggregate(&item.expr));
        if !parts.group.is_empty() {
            let mut step = format!(
                "Group by {}{}",
                parts.group.join(", "),
                self.quoted(prefix, "group", parts.group.len())
            );
            if !having.is_empty() {
                step.push_str(&format!("; keep the groups where {}", having.join(" and ")));
            }
            steps.push(step + ".");
        }
        steps.push(self.shown(select, parts, aggregates));
        if !parts.order.is_empty() || select.limit.is_some() {
            steps.push(self.order(prefix, select, parts));
        }
        if !parts.distinct_on.is_empty() {
            steps.push(format!(
                "Of each {} only the first row in this order is kept{}: DISTINCT ON ({}).",
                parts.distinct_on.join(", "),
                self.quoted(prefix, "distinct_on", parts.distinct_on.len()),
                parts.distinct_on.join(", ")
            ));
        }
        steps
    }

    /// What the rows are, and how other tables come in.
    fn sources(&self, select: &Select, parts: &Fragments) -> String {
        let first = parts.tables.first().map(String::as_str).unwrap_or_default();
        let mut out = match select.sources.first() {
            Some(Source::Table(id)) => format!("The {} are the rows of {first}", self.plural(id)),
            _ => format!("The rows of {first} are looked at"),
        };
        for (index, join) in select.joins.iter().enumerate() {
            let right = index + 1;
            let table = parts.tables.get(right).map(String::as_str).unwrap_or_default();
            let on = parts.on.get(index).map(String::as_str).unwrap_or_default();
            let how = if join.outer { "LEFT JOIN" } else { "JOIN" };
            let why = self.why(select, join, right);
            let outer = if join.outer { ", rows without a match kept" } else { "" };
            out.push_str(&format!("; {why}: {how} {table} ON {on}{outer}"));
        }
        out + "."
    }

    /// The foreign key that a join follows, in words.
    fn why(&self, select: &Select, join: &Join, right: usize) -> String {
        if select.table(right).is_none() {
            return format!(
                "each is found from a row found before, along the foreign key {}",
                join.key.columns.join(", ")
            );
        }
        let (left, right) = (
            select.table(join.left).unwrap_or(self.stage),
            select.table(right).unwrap_or(self.stage),
        );
        let (child, parent) = if join.to_parent { (left, right) } else { (right, left) };
        let columns = join.key.columns.join(", ");
        let words = self.lexicon.edges.get(&edge_key(child, &join.key.columns, parent));
        if join.to_parent {
            let role = words.map_or_else(|| self.singular(parent), |words| words.role.as_str());
            format!("the {role} of each is found along the foreign key {columns}")
        } else {
            let children = words.map_or_else(|| self.plural(child), |words| words.children.as_str());
            format!("the {children} of each refer to it by their foreign key {columns}")
        }
    }

    /// The words of the question that say a clause, and what they are in SQL.
    fn condition(&self, clause: &str, predicate: &Predicate, text: &str) -> String {
        let how = match predicate {
            Predicate::Exists { negated: false, .. } => "at least one such row refers to it",
            Predicate::Exists { negated: true, .. } => "no such row refers to it",
            Predicate::CompareQuery { .. } => "compared with what a subquery computes",
            Predicate::InQuery { negated: false, .. } => "among what a subquery finds",
            Predicate::InQuery { negated: true, .. } => "not among what a subquery finds",
            _ => "",
        };
        match (self.words(clause), how) {
            (Some(words), "") => format!("{text} (\"{words}\")"),
            (Some(words), how) => format!("{text} (\"{words}\": {how})"),
            (None, "") => text.to_owned(),
            (None, how) => format!("{text} ({how})"),
        }
    }

    /// The question's words for a clause: the shortest span, without what only surrounds it.
    fn words(&self, clause: &str) -> Option<&str> {
        let spans = self
            .question
            .alignment
            .iter()
            .filter(|span| span.clause == clause && !span.evidence);
        let texts = spans.filter_map(|span| self.question.text.get(span.start..span.end));
        texts.map(str::trim).filter(|text| !text.is_empty()).min_by_key(|text| text.len())
    }

    /// The first words that say one of a clause's parts, in brackets.
    fn quoted(&self, prefix: &str, clause: &str, parts: usize) -> String {
        let said = (0..parts).find_map(|i| self.words(&format!("{prefix}{clause}.{i}")));
        said.map(|words| format!(" (\"{words}\")")).unwrap_or_default()
    }

    fn shown(&self, select: &Select, parts: &Fragments, aggregates: bool) -> String {
        let verb = if aggregates && parts.group.is_empty() { "Compute" } else { "Show" };
        let mut notes = Vec::new();
        if select.distinct {
            notes.push("each once (DISTINCT)".to_owned());
        }
        for item in &select.items {
            notes.extend(note(&item.expr));
        }
        notes.dedup();
        let notes = if notes.is_empty() {
            String::new()
        } else {
            format!("; {}", notes.join("; "))
        };
        format!("{verb} {}{notes}.", parts.items.join(", "))
    }

    fn order(&self, prefix: &str, select: &Select, parts: &Fragments) -> String {
        let mut out = String::new();
        if !parts.order.is_empty() {
            out = format!(
                "Sort by {}{}",
                parts.order.join(", "),
                self.quoted(prefix, "order", parts.order.len())
            );
            if select.order.iter().any(|key| key.tie_break) {
                out.push_str("; the last keys only settle ties");
            }
        }
        if let Some(limit) = select.limit {
            let cut = if limit == 1 {
                "keep the first row".to_owned()
            } else {
                format!("keep the first {limit} rows")
            };
            out = if out.is_empty() { cut } else { format!("{out}; {cut}") };
            out.push_str(&format!(": LIMIT {limit}"));
        }
        out + "."
    }

    fn plural<'t>(&'t self, id: &'t str) -> &'t str {
        self.lexicon.tables.get(id).map_or(id, |words| words.plural.as_str())
    }

    fn singular<'t>(&'t self, id: &'t str) -> &'t str {
        self.lexicon.tables.get(id).map_or(id, |words| words.singular.as_str())
    }
}

fn is_aggregate(expr: &Expr) -> bool {
    match expr {
        Expr::Aggregate { .. } => true,
        Expr::Percent { part, whole } | Expr::Ratio { part, whole } => is_aggregate(part) || is_aggregate(whole),
        Expr::Joined { .. } => true,
        Expr::Minus { left, right } => is_aggregate(left) || is_aggregate(right),
        _ => false,
    }
}

/// What an expression does, where its SQL does not say it.
fn note(expr: &Expr) -> Option<String> {
    let text = match expr {
        Expr::Window { func, partition, .. } => {
            let within = if partition.is_empty() {
                "over all rows"
            } else {
                "within each partition"
            };
            match func {
                Window::Rank => format!("RANK counts from 1 {within}, ties share a place"),
                Window::DenseRank => format!("DENSE_RANK counts from 1 {within}, ties share a place and leave no gap"),
                Window::RunningSum => format!("the sum runs up to each row {within}"),
                Window::Lag => format!("LAG is the value one row earlier {within}"),
                Window::Sum => format!("the window's sum is taken {within}"),
                Window::Avg => format!("the window's average is taken {within}"),
                Window::MovingAvg(before) => format!("the average is taken over each row and the {before} before it"),
            }
        }
        Expr::Aggregate {
            func: Aggregate::Count,
            distinct: true,
            ..
        } => "each value is counted once".to_owned(),
        Expr::Aggregate { filter: Some(_), .. } => "only rows that pass the FILTER are taken".to_owned(),
        Expr::Percent { .. } => "a share in percent, rounded to 2 places".to_owned(),
        Expr::Ratio { .. } => "a quotient of two counts, times 1.0 so that it is not cut to a whole number".to_owned(),
        Expr::Joined { .. } => "STRING_AGG puts the texts of a group into one".to_owned(),
        Expr::Band { .. } => "CASE gives each row the name of the band that its value lies in, the lowest bound first".to_owned(),
        Expr::Aggregate {
            func: Aggregate::Percentile(_),
            ..
        } => "PERCENTILE_CONT finds the value at that place of the sorted values".to_owned(),
        Expr::Minus { left, right } => return note(left).or_else(|| note(right)),
        Expr::Trunc { .. } => "a date is cut to its period".to_owned(),
        _ => return None,
    };
    Some(text)
}

/// A sentence to go on inside another.
fn lower(sentence: &str) -> String {
    let mut chars = sentence.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    first + chars.as_str()
}
