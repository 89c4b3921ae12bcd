//! Pairs from outside: everything that can be asked of a question and a SQL that somebody else wrote.
//!
//! Read, permitted, resolved, executed, checked; then, over the whole file, duplicates and contradictions ([`across`]). A finding refuses or warns. What
//! refuses would teach a wrong answer or cannot be proven; what warns may be meant. On made-up data an empty result or a tie says nothing about the SQL,
//! so there they warn. Invariant: nothing reaches the engine but a permitted query whose names resolve, rendered from its AST.

use super::asked::{self, Asked};
use super::{CHECKS, Case, When, engines, failure, said, stored, years};
use crate::database::load::{quoted, table_name};
use crate::database::{Backend, ResultSet};
use crate::ir::record::{Answer, Labels};
use crate::ir::{LogicalIr, SqlType, Table};
use crate::kernel::limits::ANSWER_ROWS_SHOWN;
use crate::query::{labels, parse, permitted, portable, scope};
use serde::Serialize;
use sqlparser::ast::Query;
use std::collections::{BTreeMap, BTreeSet};

/// A column with more different texts than these has names in it, not kinds.
const VALUES_MAX: usize = 100;

/// What stands against a pair, or what its reader should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Name of the check.
    pub check: &'static str,
    /// Where: "sql 1:8", "question", "result", "file".
    pub place: String,
    /// What exactly, and the way out.
    pub detail: String,
}

/// What is known of one pair.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Why it is refused; certified when empty.
    pub reasons: Vec<Finding>,
    /// What its reader should know.
    pub warnings: Vec<Finding>,
    /// Checks passed, in order.
    pub checks: Vec<String>,
    /// Labels, once its names resolve.
    pub labels: Option<Labels>,
    /// The result, once it has run.
    pub answer: Option<Answer>,
    /// What each engine said, where there are two.
    pub engines: Vec<engines::Verdict>,
}

impl Report {
    fn refuse(mut self, check: &'static str, place: String, detail: impl ToString) -> Report {
        let detail = detail.to_string();
        self.reasons.push(Finding { check, place, detail });
        self
    }

    fn warn(&mut self, check: &'static str, place: &str, detail: impl ToString) {
        let (place, detail) = (place.to_owned(), detail.to_string());
        self.warnings.push(Finding { check, place, detail });
    }

    fn pass(&mut self, check: &str) {
        self.checks.push(check.to_owned());
    }
}

/// Where and how a pair runs.
pub struct Bench<'a> {
    /// Where.
    pub backend: &'a dyn Backend,
    /// How long one statement may run, milliseconds.
    pub timeout_ms: u64,
    /// The data was made up: it need not hold the values that the SQL names.
    pub made_up: bool,
    /// The engine that has a word in it too.
    pub second: Option<engines::Second<'a>>,
}

/// Certifies one pair. Without a bench it is not executed.
pub fn certify(sql: &str, question: &str, evidence: &str, schema: &LogicalIr, bench: &Bench<'_>) -> Report {
    let mut report = Report::default();
    let parsed = match parse::query(sql) {
        Ok(parsed) => parsed,
        Err(e @ parse::ParseError::NotAQuery { .. }) => return report.refuse("read_only", "sql 1:1".to_owned(), e),
        Err(e) => return report.refuse("parse", "sql".to_owned(), e),
    };
    report.pass("parse");
    if let Err(forbidden) = permitted::check(&parsed) {
        return report.refuse(forbidden.reason(), place(sql, forbidden.word()), &forbidden);
    }
    report.pass("read_only");
    let scope = match scope::resolve(&parsed, schema) {
        Ok(scope) => scope,
        Err(e) => {
            let (scope::ScopeError::UnknownTable { name, .. } | scope::ScopeError::UnknownColumn { name, .. }) = &e;
            return report.refuse("names", place(sql, name), &e);
        }
    };
    let (texts, lost) = portable::quoted_texts(&parsed, &scope);
    if let Some(name) = lost.first() {
        return report.refuse("names", place(sql, name), format!("\"{name}\" in double quotes names no column"));
    }
    for text in texts {
        let detail = format!("\"{text}\" in double quotes names no column and is taken for text; write '{text}'");
        report.warn("quotes", &place(sql, &text), detail);
    }
    report.pass("names");
    report.labels = labels::of(&parsed, schema).ok();
    let (query, sql_text) = portable::rendered(&parsed, &scope);
    words(&mut report, &query, sql, question, evidence);
    let asked = Asked {
        query: &parsed,
        scope: &scope,
        schema,
        question,
        evidence,
    };
    contradictions(&mut report, &asked, sql, bench);
    run(report, &query, &sql_text, (question, evidence), schema, bench)
}

fn words(report: &mut Report, query: &Query, sql: &str, question: &str, evidence: &str) {
    if question.trim().is_empty() {
        report.warn("question", "question", "there is no question");
        return;
    }
    let unsaid = said::unsaid(query, question, evidence);
    if unsaid.is_empty() {
        report.pass("spoken");
    }
    for said::Unsaid { literal, contradicted } in unsaid {
        let place = place(sql, &literal);
        if contradicted {
            let detail = format!("the question asks for another number than {literal}");
            report.reasons.push(Finding {
                check: "spoken",
                place,
                detail,
            });
        } else {
            report.warn("spoken", &place, format!("neither question nor evidence says {literal:?}"));
        }
    }
}

/// What the question names and the SQL passes by for something else of its kind.
fn contradictions(report: &mut Report, asked: &Asked<'_>, sql: &str, bench: &Bench<'_>) {
    let mut refuse = |check, place, detail| report.reasons.push(Finding { check, place, detail });
    for year in years::missing(asked.query, asked.question, asked.evidence) {
        refuse(
            "spoken",
            "question".to_owned(),
            format!("the question names {year}, and no date of the SQL is of that year"),
        );
    }
    let stored = |table: &Table, column: &str| match bench.made_up {
        true => Vec::new(),
        false => kinds(table, column, bench),
    };
    for asked::Instead { literal, named, column } in asked::values(asked, &stored) {
        let detail =
            format!("the SQL takes {literal:?} of {column}, which nothing says; the question names {named:?}, another value of it");
        refuse("spoken", place(sql, &literal), detail);
    }
    if let Some((about, read)) = asked::subject(asked) {
        let detail = format!("the question is about {about}, and the SQL reads {read} alone, which the question does not name");
        refuse("subject", "question".to_owned(), detail);
    } else if !asked.question.trim().is_empty() {
        report.pass("subject");
    }
}

/// The different texts of a column, when they are few.
fn kinds(table: &Table, column: &str, bench: &Bench<'_>) -> Vec<String> {
    let text = |c: &crate::ir::Column| {
        matches!(
            c.sql_type,
            SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) | SqlType::Enum(_)
        )
    };
    if !table.column(column).is_some_and(text) {
        return Vec::new();
    }
    let (column, table) = (quoted(column), table_name(table));
    let sql = format!(
        "SELECT DISTINCT CAST({column} AS VARCHAR) AS v FROM {table} WHERE {column} IS NOT NULL ORDER BY v LIMIT {}",
        VALUES_MAX + 1
    );
    // A column that cannot be read names no values.
    let Ok(rows) = bench.backend.query(&sql, bench.timeout_ms) else {
        return Vec::new();
    };
    let values: Vec<String> = rows.rows().filter_map(|row| row.into_iter().next().flatten()).collect();
    if values.len() > VALUES_MAX { Vec::new() } else { values }
}

fn run(mut report: Report, query: &Query, sql: &str, (question, evidence): (&str, &str), schema: &LogicalIr, bench: &Bench<'_>) -> Report {
    let ordered = query.order_by.is_some();
    let ran = bench.backend.query(sql, bench.timeout_ms);
    let settled = match &ran {
        Ok(rows) => {
            let case = Case {
                sql,
                query,
                question,
                evidence,
                alignment: &[],
                ordered,
                backend: bench.backend,
                timeout_ms: bench.timeout_ms,
            };
            on_rows(&mut report, &case, rows, bench)
        }
        Err(e) => {
            report = report.refuse(failure(e), "sql".to_owned(), first_lines(&e.to_string()));
            false
        }
    };
    if let Some(second) = bench.second {
        let columns = report.labels.as_ref().map(|labels| labels.columns.clone()).unwrap_or_default();
        // Rows that tie may come in any order, which says nothing about the engines.
        let told = engines::second(second, sql, bench.timeout_ms, &ran, settled, &columns, schema);
        if matches!(told.verdict, "differs" | "fails") {
            let (check, place) = ("engines", "result".to_owned());
            let detail = format!("{} {}: {}", told.engine, told.verdict, first_lines(&told.detail));
            report.reasons.push(Finding { check, place, detail });
        } else {
            report.pass("engines");
        }
        report.engines = vec![engines::first(bench.backend.engine(), &ran, ordered), told];
    }
    report
}

/// The checks of its rows; whether they have an order of their own.
fn on_rows(report: &mut Report, case: &Case<'_>, rows: &ResultSet, bench: &Bench<'_>) -> bool {
    report.pass("executes");
    for check in CHECKS.iter().filter(|check| check.name != stored::NAME) {
        let When::After(ask) = check.when else { continue };
        match ask(case, rows) {
            Ok(()) => report.pass(check.name),
            Err(detail) if refuses(check.name, case.query, bench) => {
                let (check, place) = (check.name, "result".to_owned());
                report.reasons.push(Finding { check, place, detail });
            }
            Err(detail) => report.warn(check.name, "result", detail),
        }
    }
    report.answer = Some(answer(rows, case.ordered));
    determined(report, case, rows, bench)
}

/// Runs it over its rows in other orders too, unless it is refused for its ties already. What made-up data brings to light warns, unless nothing in the
/// SQL orders rows that it should. Says whether the order of the whole result is settled.
fn determined(report: &mut Report, case: &Case<'_>, rows: &ResultSet, bench: &Bench<'_>) -> bool {
    let tied = "deterministic";
    if report.reasons.iter().any(|finding| finding.check == tied) {
        return false;
    }
    let settled = case.ordered && report.checks.iter().any(|passed| passed == tied);
    let Err(found) = stored::prove(case, rows, settled) else {
        report.pass(stored::NAME);
        return settled;
    };
    let place = found
        .cause
        .as_ref()
        .map_or_else(|| "result".to_owned(), |cause| place(case.sql, &cause.word));
    let finding = Finding {
        check: stored::NAME,
        place,
        detail: found.detail,
    };
    if bench.made_up && !found.cause.is_some_and(|cause| cause.unordered) {
        report.warnings.push(finding);
    } else {
        report.reasons.push(finding);
    }
    false
}

/// Whether failing a check of the result refuses the pair. Order without a limit, NULLs in it and long answers may be what was asked for; rows, and ties
/// among them, are what the data makes them.
fn refuses(check: &str, query: &Query, bench: &Bench<'_>) -> bool {
    match check {
        "non_empty" => !bench.made_up,
        "deterministic" => {
            let cut = query.limit_clause.is_some() || query.fetch.is_some();
            cut && (!bench.made_up || query.order_by.is_none())
        }
        _ => false,
    }
}

fn answer(rows: &ResultSet, ordered: bool) -> Answer {
    Answer {
        columns: rows.columns.clone(),
        rows: rows.shown(ordered, ANSWER_ROWS_SHOWN),
        row_count: rows.row_count(),
        ordered,
        hash: rows.hash(ordered),
    }
}

/// An engine's message without its drawings.
fn first_lines(message: &str) -> String {
    let lines = message
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('^') && !line.starts_with("LINE "));
    lines.take(3).collect::<Vec<_>>().join(" ")
}

/// `sql line:column` of a word, as far as it is found.
fn place(sql: &str, word: &str) -> String {
    let word = word.rsplit('.').next().unwrap_or(word).to_lowercase();
    let lower = sql.to_ascii_lowercase();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let whole = lower.match_indices(&word).find(|(at, _)| {
        let before = lower.get(..*at).and_then(|s| s.chars().next_back());
        let after = lower.get(at + word.len()..).and_then(|s| s.chars().next());
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    });
    match whole {
        Some((at, _)) if !word.is_empty() => {
            let before = lower.get(..at).unwrap_or_default();
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            format!("sql {}:{column}", before.matches('\n').count() + 1)
        }
        _ => "sql".to_owned(),
    }
}

/// What a file's pairs say about each other.
pub struct Entry<'a> {
    /// Where the pair stands in its file.
    pub place: &'a str,
    /// Its database.
    pub db_id: &'a str,
    /// Its question.
    pub question: &'a str,
    /// Its SQL.
    pub sql: &'a str,
}

/// Adds what follows from the other pairs: the same pair twice, or one question with SQL of different results, refuses; an equal SQL warns.
pub fn across(entries: &[Entry<'_>], reports: &mut [Report]) {
    let mut by_question: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
    let mut by_sql: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let sql = plain(entry.sql);
        if sql.is_empty() {
            continue;
        }
        let question = plain(entry.question);
        let same = if question.is_empty() {
            &mut Vec::new()
        } else {
            by_question.entry((entry.db_id, question)).or_default()
        };
        if let Some(first) = same.iter().find(|i| entries.get(**i).is_some_and(|e| plain(e.sql) == sql)) {
            let detail = format!("the same pair stands at {}", entries.get(*first).map_or("", |e| e.place));
            push(reports, index, "duplicate", detail);
            continue;
        }
        same.push(index);
        match by_sql.entry((entry.db_id, sql)) {
            std::collections::btree_map::Entry::Vacant(slot) => drop(slot.insert(index)),
            std::collections::btree_map::Entry::Occupied(first) => {
                let first = entries.get(*first.get()).map_or("", |e| e.place);
                if let Some(report) = reports.get_mut(index) {
                    report.warn("duplicate_sql", "file", format!("the same SQL answers another question at {first}"));
                }
            }
        }
    }
    // A pair that is refused for itself says nothing about its neighbours.
    let sound: BTreeSet<usize> = reports
        .iter()
        .enumerate()
        .filter(|(_, r)| r.reasons.is_empty())
        .map(|(i, _)| i)
        .collect();
    for group in by_question.values() {
        let group: Vec<usize> = group.iter().copied().filter(|i| sound.contains(i)).collect();
        if group.len() < 2 {
            continue;
        }
        let hashes: BTreeSet<Option<String>> = group.iter().map(|i| hash(reports.get(*i))).collect();
        for &index in &group {
            let others = group
                .iter()
                .filter(|i| **i != index)
                .filter_map(|i| entries.get(*i))
                .map(|e| e.place);
            let others = others.take(3).collect::<Vec<_>>().join(", ");
            if hashes.len() == 1 && !hashes.contains(&None) {
                if let Some(report) = reports.get_mut(index) {
                    report.warn(
                        "question_conflict",
                        "file",
                        format!("the same question has another SQL with the same result at {others}"),
                    );
                }
            } else {
                push(
                    reports,
                    index,
                    "question_conflict",
                    format!("the same question has another SQL at {others}"),
                );
            }
        }
    }
}

fn hash(report: Option<&Report>) -> Option<String> {
    report?.answer.as_ref().map(|a| a.hash.clone())
}

fn push(reports: &mut [Report], index: usize, check: &'static str, detail: String) {
    if let Some(report) = reports.get_mut(index) {
        let place = "file".to_owned();
        report.reasons.push(Finding { check, place, detail });
    }
}

/// Blanks, case and final punctuation do not count.
fn plain(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ").trim_end_matches(['.', '?', '!', ';', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Duck;
    use crate::ir::{Column, SqlType, Table};

    fn shop() -> LogicalIr {
        let column = |name: &str, sql_type| Column::new(name, sql_type);
        let table = Table {
            name: "item".to_owned(),
            columns: vec![
                column("id", SqlType::Int32),
                column("name", SqlType::Text),
                column("price", SqlType::Int32),
                column("weight", SqlType::Float64),
            ],
            ..Table::default()
        };
        LogicalIr {
            name: "shop".into(),
            tables: vec![table],
            ..LogicalIr::default()
        }
    }

    fn found(sql: &str, question: &str) -> Result<(String, String), crate::database::DbError> {
        let duck = Duck::in_memory()?;
        duck.execute(
            "CREATE TABLE item AS SELECT * FROM (VALUES (1, 'cup', 5, -1e16::DOUBLE), (2, 'pot', 20, 1e16), (3, 'pan', 20, 1)) t(id, name, price, weight)",
        )?;
        let bench = Bench {
            backend: &duck,
            timeout_ms: 2_000,
            made_up: false,
            second: None,
        };
        let report = certify(sql, question, "", &shop(), &bench);
        let names = |list: &[Finding]| {
            list.iter()
                .map(|f| format!("{} {}", f.check, f.place))
                .collect::<Vec<_>>()
                .join(", ")
        };
        Ok((names(&report.reasons), names(&report.warnings)))
    }

    #[test]
    fn every_defect_has_its_check_and_its_place() -> Result<(), crate::database::DbError> {
        let refused = |sql: &str, question: &str| found(sql, question).map(|(reasons, _)| reasons);
        assert_eq!(
            found("SELECT name FROM item WHERE price > 10", "Which items cost more than 10?")?,
            (String::new(), String::new())
        );
        assert_eq!(refused("SELECT name FROM item WHERE", "x")?, "parse sql");
        assert_eq!(refused("DROP TABLE item", "x")?, "read_only sql 1:1");
        assert_eq!(refused("SELECT\n nme FROM item", "x")?, "names sql 2:2");
        assert_eq!(refused("SELECT read_text('x') FROM item", "x")?, "functions sql 1:8");
        assert_eq!(
            refused("SELECT name FROM item WHERE price > 10", "Which items cost more than 40?")?,
            "spoken sql 1:37"
        );
        assert_eq!(
            refused("SELECT name FROM item WHERE price > 90", "Which items cost more than 90?")?,
            "non_empty result"
        );
        assert_eq!(
            refused("SELECT name FROM item ORDER BY price DESC LIMIT 1", "The dearest item?")?,
            "deterministic result"
        );
        assert_eq!(refused("SELECT name::int FROM item", "The names as numbers?")?, "run sql");
        for (sql, expected) in [
            ("SELECT price FROM item FETCH FIRST 1 ROWS ONLY", "deterministic result"),
            ("SELECT name FROM item TABLESAMPLE BERNOULLI (50)", "deterministic sql 1:23"),
            (
                "SELECT MAX(id) FROM (SELECT id FROM item ORDER BY price DESC LIMIT 1) AS x",
                "stored_order sql 1:62",
            ),
            ("WITH x AS (SELECT id FROM item LIMIT 1) SELECT id FROM x", "stored_order sql 1:32"),
            (
                "SELECT DISTINCT ON (price) price, name FROM item ORDER BY price",
                "stored_order sql 1:8",
            ),
            ("SELECT name, ROW_NUMBER() OVER () FROM item", "stored_order sql 1:14"),
            ("SELECT name, ROW_NUMBER() OVER (ORDER BY price) FROM item", "stored_order sql 1:14"),
            ("SELECT name, LAG(name) OVER (ORDER BY price) FROM item", "stored_order sql 1:14"),
            ("SELECT name, NTILE(3) OVER (ORDER BY price) FROM item", "stored_order sql 1:14"),
            (
                "SELECT FIRST_VALUE(name) OVER (ORDER BY price DESC) FROM item",
                "stored_order sql 1:8",
            ),
            ("SELECT price, ANY_VALUE(name) FROM item GROUP BY price", "stored_order sql 1:15"),
            ("SELECT MODE(name) FROM item", "stored_order sql 1:8"),
            ("SELECT STRING_AGG(name, ', ') FROM item", "stored_order sql 1:8"),
            ("SELECT ARRAY_AGG(name ORDER BY price) FROM item", "stored_order sql 1:8"),
            ("SELECT SUM(weight) FROM item", "stored_order result"),
            // Settled, however it looks.
            ("SELECT MAX(id) FROM (SELECT id FROM item ORDER BY price LIMIT 1) AS x", ""),
            ("SELECT DISTINCT ON (price) price, name FROM item ORDER BY price, name", ""),
            ("SELECT name, ROW_NUMBER() OVER (ORDER BY price, id) FROM item", ""),
            ("SELECT MODE(price) FROM item", ""),
            ("SELECT COUNT(*) FROM (SELECT id FROM item LIMIT 2) AS x", ""),
            ("SELECT STRING_AGG(name, ', ' ORDER BY name) FROM item", ""),
            ("SELECT name FROM item ORDER BY price, id FETCH FIRST 2 ROWS ONLY", ""),
        ] {
            assert_eq!(refused(sql, "x")?, expected, "{sql}");
        }
        let quoted = found("SELECT id FROM item WHERE name = \"cup\"", "The id of the cup?")?;
        assert_eq!(quoted, (String::new(), "quotes sql 1:35".to_owned()));
        Ok(())
    }

    #[test]
    fn pairs_are_held_against_each_other() {
        let answer = |hash: &str| Report {
            answer: Some(Answer {
                hash: hash.to_owned(),
                ..Answer::default()
            }),
            ..Report::default()
        };
        let mut reports = vec![answer("1"), answer("1"), answer("2"), answer("1"), answer("3"), answer("3")];
        let entry = |place, question, sql| Entry {
            place,
            db_id: "d",
            question,
            sql,
        };
        let entries = [
            entry("f:1", "How many?", "SELECT 1"),
            entry("f:2", "how many", "select  1;"),
            entry("f:3", "How many?", "SELECT 2"),
            entry("f:4", "What number?", "SELECT 1"),
            entry("f:5", "Same?", "SELECT a"),
            entry("f:6", "Same?", "SELECT b"),
        ];
        across(&entries, &mut reports);
        let names: Vec<String> = reports
            .iter()
            .map(|r| {
                r.reasons
                    .iter()
                    .map(|f| f.check)
                    .chain(r.warnings.iter().map(|f| f.check))
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        assert_eq!(
            names,
            [
                "question_conflict",
                "duplicate",
                "question_conflict",
                "duplicate_sql",
                "question_conflict",
                "question_conflict"
            ]
        );
        assert!(reports[4].reasons.is_empty() && !reports[2].reasons.is_empty());
    }
}
