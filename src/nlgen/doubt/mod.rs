//! Doubts in English: the question, why it has no one answer, and what to say to it.
//!
//! A question in doubt is worded as any other, by the frames, with a lexicon in which the words in doubt stand: an attribute's noun in a
//! column's place, the word that several columns share instead of each one's own.
//! Invariant: an ambiguous question is what every one of its readings is worded as with that lexicon; each reading's own question is worded with the
//! real one, and no two are the same.

mod out_of_scope;

use super::attach::with_modifiers;
use super::literal::{quoted, spoken};
use super::modifier::conditions;
use super::speaker::Voice;
use super::{Phrase, Question, ask};
use crate::ir::{LogicalIr, Value};
use crate::kernel::seed::Seed;
use crate::query::doubt::Doubt;
use crate::query::ir::{Body, ColumnRef, Compare, Expr, Predicate, QueryIr, Select};
use crate::schema::lexicon::{ColumnWords, Lexicon, TableWords, edge_key};
use crate::schema::morphology::article;
use crate::schema::morphology::{plural, possessive};
use crate::schema::role::Role;
use rand::RngExt;
use std::cell::RefCell;

/// A doubt in words.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Worded {
    /// The question in doubt; its alignment is empty, since no SQL has its clauses.
    pub question: String,
    /// How it is asked.
    pub style: &'static str,
    /// Its words that make the doubt; empty for the question as a whole.
    pub focus: String,
    /// Why it has no one answer.
    pub reason: String,
    /// What a good assistant says.
    pub reply: String,
    /// The columns it is about, `table.column`.
    pub columns: Vec<String>,
    /// Of each reading what the focus stands for, and the question without the doubt.
    pub readings: Vec<(String, Question)>,
}

/// Words a doubt, or says why not.
pub fn word(doubt: &Doubt, schema: &LogicalIr, lexicon: &Lexicon, seed: Seed) -> Result<Worded, String> {
    let scribe = Scribe { schema, lexicon, seed };
    let worded = match doubt {
        Doubt::MissingColumn { asked, place, noun, .. } => scribe.missing_column(asked, place, noun),
        Doubt::MissingValue {
            asked,
            filter,
            value,
            present,
            distinct,
            ..
        } => scribe.missing_value(asked, *filter, value, present, *distinct),
        Doubt::OutOfScope { kind, rows, measure, text } => {
            let voice = scribe.voice(lexicon);
            out_of_scope::say(&voice, kind, rows, measure.as_deref(), text.as_deref()).ok_or_else(|| format!("no words for this {kind}"))
        }
        Doubt::AmbiguousColumn { noun, readings } => scribe.ambiguous_column(noun, readings),
        Doubt::AmbiguousValue { value, base, readings, .. } => scribe.ambiguous_value(value, base, readings),
    }?;
    let mut questions: Vec<&str> = worded.readings.iter().map(|(_, q)| q.text.as_str()).collect();
    questions.push(&worded.question);
    questions.sort_unstable();
    if questions.windows(2).any(|w| w[0] == w[1]) {
        return Err("a reading is worded as another one, or as the question in doubt".to_owned());
    }
    Ok(worded)
}

/// What doubts are worded with.
struct Scribe<'a> {
    schema: &'a LogicalIr,
    lexicon: &'a Lexicon,
    seed: Seed,
}

impl Scribe<'_> {
    fn voice<'v>(&'v self, lexicon: &'v Lexicon) -> Voice<'v> {
        Voice {
            schema: self.schema,
            lexicon,
            gloss: None,
            rng: RefCell::new(self.seed.child("voice").rng()),
        }
    }

    /// The same choices of words every time.
    fn ask(&self, query: &QueryIr, lexicon: &Lexicon) -> Result<Question, String> {
        ask(query, self.schema, lexicon, self.seed.child("words").rng())
    }

    fn missing_column(&self, asked: &QueryIr, place: &ColumnRef, noun: &str) -> Result<Worded, String> {
        let select = asked.plain().ok_or("not one SELECT")?;
        let table = select.table(place.source).ok_or("no table")?;
        let row = self.row(table)?;
        let mut lexicon = self.words_of(select);
        let role = self.lexicon.column(table, &place.column).map_or(Role::Code, |w| w.role);
        lexicon
            .columns
            .insert(format!("{table}.{}", place.column), ColumnWords::plain(role, noun));
        let question = self.ask(asked, &lexicon)?;
        let focus = found(&question.text, &[noun, &plural(noun)]).ok_or("the attribute is not said")?;
        // What there is instead, of the same kind if possible.
        let measured = |role: Role| matches!(role, Role::Measure | Role::Ratio | Role::Ordinal);
        let prefix = format!("{table}.");
        let mut others: Vec<(&String, &ColumnWords)> = self
            .lexicon
            .columns
            .iter()
            .filter(|(key, w)| key.starts_with(&prefix) && !matches!(w.role, Role::Identifier | Role::Opaque | Role::FreeText | Role::Flag))
            .collect();
        others.sort_by_key(|(_, w)| measured(w.role) != measured(role));
        others.truncate(3);
        let nouns: Vec<Phrase> = others.iter().map(|(_, w)| Phrase::from(&w.noun)).collect();
        let instead = if nouns.is_empty() {
            String::new()
        } else {
            format!(
                " Of {} it has the {}.",
                article_and(&row.singular),
                Phrase::list(nouns, "and").text()
            )
        };
        let of_row = article_and(&row.singular);
        Ok(Worded {
            focus,
            reason: format!("Nothing is recorded about the {noun} of {of_row}: no column of {table} or of any other table holds it."),
            reply: format!("I cannot answer that: the database does not record the {noun} of {of_row}.{instead}"),
            columns: others.into_iter().map(|(key, _)| key.clone()).collect(),
            style: question.style,
            question: question.text,
            readings: Vec::new(),
        })
    }

    fn missing_value(&self, asked: &QueryIr, filter: usize, value: &Value, present: &[Value], distinct: u64) -> Result<Worded, String> {
        let select = asked.plain().ok_or("not one SELECT")?;
        let Some(Predicate::Compare {
            left: Expr::Column(column),
            ..
        }) = select.filter.get(filter)
        else {
            return Err("the condition is not there".to_owned());
        };
        let table = select.table(column.source).ok_or("no table")?;
        let key = format!("{table}.{}", column.column);
        let row = self.row(table)?;
        let mut lexicon = self.words_of(select);
        let words = lexicon.columns.get_mut(&key).ok_or("no words")?;
        let plain = value.to_string().replace('_', " ");
        if !words.values.is_empty() {
            words.values.insert(value.to_string(), plain.clone());
        }
        let (noun, many) = (words.noun.clone(), words.plural.clone());
        let question = self.ask(asked, &lexicon)?;
        let focus = found(&question.text, &[&value.to_string(), &plain]).ok_or("the value is not said")?;
        let said = |v: &Value| v.to_string().replace('_', " ");
        let list = Phrase::list(present.iter().map(|v| Phrase::from(said(v))).collect(), "and");
        let all = distinct as usize <= present.len();
        let there_are = if all {
            format!("The {many} that occur are {}.", list.text())
        } else {
            format!("{distinct} {many} occur, among them {}.", list.text())
        };
        let value_said = quoted(&plain);
        Ok(Worded {
            focus,
            reason: format!(
                "No {} has the {noun} {value_said}, and no column of a connected table holds it either. {there_are}",
                row.singular
            ),
            reply: format!(
                "There is no {} with the {noun} {value_said}. Did you mean one of these: {}?",
                row.singular,
                Phrase::list(present.iter().take(4).map(|v| Phrase::from(said(v))).collect(), "or").text()
            ),
            columns: vec![key],
            style: question.style,
            question: question.text,
            readings: Vec::new(),
        })
    }

    fn ambiguous_column(&self, noun: &str, readings: &[(QueryIr, ColumnRef)]) -> Result<Worded, String> {
        let mut asked: Option<Question> = None;
        for (query, column) in readings {
            let mut lexicon = Lexicon::default();
            for (other, place) in readings {
                let select = other.plain().ok_or("not one SELECT")?;
                let words = self.words_of(select);
                lexicon.tables.extend(words.tables);
                // What an earlier reading made vague stays so.
                for (key, words) in words.columns {
                    lexicon.columns.entry(key).or_insert(words);
                }
                lexicon.edges.extend(words.edges);
                let table = select.table(place.source).ok_or("no table")?;
                let words = lexicon.columns.get_mut(&format!("{table}.{}", place.column)).ok_or("no words")?;
                let (role, unit) = (words.role, words.unit.take());
                *words = ColumnWords::plain(role, noun);
                words.unit = unit;
            }
            // "per city", not "per customer city".
            if column.source > 0 {
                for edge in lexicon.edges.values_mut() {
                    edge.role.clear();
                }
            }
            let question = self.ask(query, &lexicon)?;
            match &asked {
                Some(first) if first.text != question.text => return Err("the readings are not worded alike".to_owned()),
                _ => asked = Some(question),
            }
        }
        let question = asked.ok_or("no reading")?;
        let focus = found(&question.text, &[noun, &plural(noun)]).ok_or("the word is not said")?;
        let (meanings, columns, named) = self.meanings(readings)?;
        Ok(Worded {
            reason: format!("{} can mean {}.", quoted(&focus), Phrase::list(named, "or").text()),
            reply: format!(
                "Which {noun} do you mean: {}?",
                Phrase::list(meanings.iter().map(Phrase::from).collect(), "or").text()
            ),
            focus,
            columns,
            style: question.style,
            question: question.text,
            readings: self.read(readings, meanings)?,
        })
    }

    fn ambiguous_value(&self, value: &Value, base: &QueryIr, readings: &[(QueryIr, ColumnRef)]) -> Result<Worded, String> {
        let said = spoken(value, false);
        let select = base.plain().ok_or("not one SELECT")?;
        let table = select.table(0).ok_or("no table")?;
        // A column of the row that nothing else is asked about carries the words.
        let prefix = format!("{table}.");
        let free = |key: &&String| {
            let column = key.strip_prefix(&prefix).unwrap_or_default().to_owned();
            key.starts_with(&prefix) && base.uses(&ColumnRef { source: 0, column }) == 0
        };
        let carrier = self.lexicon.columns.keys().find(free).ok_or("every column is asked about")?;
        let name = carrier.strip_prefix(&prefix).unwrap_or_default();
        let mut carried = base.clone();
        if let Body::Select(select) = &mut carried.body {
            select.filter.push(Predicate::Compare {
                left: Expr::column(0, name),
                op: Compare::Eq,
                value: value.clone(),
            });
        }
        let (meanings, columns, named) = self.meanings(readings)?;
        let place = columns.iter().all(|key| {
            self.lexicon
                .columns
                .get(key)
                .is_some_and(|w| ["city", "country", "state", "region", "town"].iter().any(|p| w.noun.ends_with(p)))
        });
        let links: &[&str] = if place {
            &["for", "from", "in"]
        } else {
            &["for", "that have to do with", "connected with"]
        };
        let voice = self.voice(self.lexicon);
        let mut lexicon = self.words_of(select);
        let words = lexicon.columns.get_mut(carrier).ok_or("no words")?;
        *words = ColumnWords::plain(Role::Category, "link");
        words.values.insert(value.to_string(), format!("{} {said}", voice.any(links)));
        let question = self.ask(&carried, &lexicon)?;
        if [" are for ", " and are from ", " and are in "]
            .iter()
            .any(|odd| question.text.contains(odd))
        {
            return Err("nobody says that rows \"are for\" something".to_owned());
        }
        let focus = found(&question.text, &[&said]).ok_or("the value is not said")?;
        let mut rows = Vec::new();
        for (query, _) in readings {
            rows.push(Phrase::from(
                self.rows_of_last(query.plain().ok_or("not one SELECT")?)
                    .ok_or("no words for the rows")?,
            ));
        }
        Ok(Worded {
            reason: format!("{} can be {}.", quoted(&focus), Phrase::list(named, "or").text()),
            reply: format!("Do you mean {}?", Phrase::list(rows, "or").text()),
            focus,
            columns,
            style: question.style,
            question: question.text,
            readings: self.read(readings, meanings)?,
        })
    }

    /// The rows of a reading with its last condition alone: "orders placed by a customer in Oslo".
    fn rows_of_last(&self, select: &Select) -> Option<String> {
        let voice = self.voice(self.lexicon);
        let speaker = voice.about(select, "");
        let others: Vec<usize> = (0..select.filter.len().checked_sub(1)?).collect();
        let said = with_modifiers(
            Phrase::from(speaker.noun(0, true)?),
            conditions(&speaker, 0, &others)?,
            speaker.relative(0),
        );
        Some(said.text().to_owned())
    }

    /// Each reading's question.
    fn read(&self, readings: &[(QueryIr, ColumnRef)], meanings: Vec<String>) -> Result<Vec<(String, Question)>, String> {
        readings
            .iter()
            .zip(meanings)
            .map(|((query, _), meaning)| Ok((meaning, self.ask(query, self.lexicon)?)))
            .collect()
    }

    /// What the focus stands for in each reading, the columns, and the two together.
    fn meanings(&self, readings: &[(QueryIr, ColumnRef)]) -> Result<(Vec<String>, Vec<String>, Vec<Phrase>), String> {
        let (mut meanings, mut columns, mut named) = (Vec::new(), Vec::new(), Vec::new());
        for (query, column) in readings {
            let select = query.plain().ok_or("not one SELECT")?;
            let meaning = self.meaning(select, column).ok_or("no words for a reading")?;
            let key = format!("{}.{}", select.table(column.source).unwrap_or_default(), column.column);
            named.push(Phrase::from(format!("{meaning} ({key})")));
            meanings.push(meaning);
            columns.push(key);
        }
        Ok((meanings, columns, named))
    }

    /// "the due date", "the customer's city", "the city of the copy's branch".
    fn meaning(&self, select: &Select, column: &ColumnRef) -> Option<String> {
        let noun = &self.lexicon.column(select.table(column.source)?, &column.column)?.noun;
        let mut owners = Vec::new();
        let mut source = column.source;
        while source > 0 {
            let join = select.joins.get(source - 1)?;
            let key = edge_key(select.table(join.left)?, &join.key.columns, &join.key.ref_table);
            owners.insert(0, self.lexicon.edges.get(&key)?.role.clone());
            source = join.left;
        }
        Some(match &owners[..] {
            [] => format!("the {noun}"),
            [one] => format!("the {} {noun}", possessive(one)),
            [first, .., last] => format!("the {noun} of the {} {last}", possessive(first)),
        })
    }

    fn row(&self, table: &str) -> Result<&TableWords, String> {
        self.lexicon.tables.get(table).ok_or_else(|| format!("no words for {table}"))
    }

    /// The words of a SELECT's tables alone.
    fn words_of(&self, select: &Select) -> Lexicon {
        let mut out = Lexicon::default();
        for id in (0..select.sources.len()).filter_map(|source| select.table(source)) {
            out.tables
                .extend(self.lexicon.tables.get(id).map(|words| (id.to_owned(), words.clone())));
            let Some(table) = self.schema.table(id) else { continue };
            for column in &table.columns {
                let key = format!("{id}.{}", column.name);
                out.columns
                    .extend(self.lexicon.columns.get(&key).map(|words| (key.clone(), words.clone())));
            }
            for key in &table.foreign_keys {
                let key = edge_key(id, &key.columns, &key.ref_table);
                out.edges
                    .extend(self.lexicon.edges.get(&key).map(|words| (key.clone(), words.clone())));
            }
        }
        out
    }
}

/// The first of some words that a question says as words of its own, as it writes them.
fn found(question: &str, words: &[&str]) -> Option<String> {
    let lower = question.to_lowercase();
    words.iter().filter(|w| !w.is_empty()).find_map(|word| {
        let word = word.to_lowercase();
        lower.match_indices(&word).find_map(|(at, _)| {
            let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            let whole = edge(lower.get(..at)?.chars().next_back()) && edge(lower.get(at + word.len()..)?.chars().next());
            whole.then(|| question.get(at..at + word.len()).map(str::to_owned)).flatten()
        })
    })
}

/// "a book", "an order".
fn article_and(noun: &str) -> String {
    format!("{} {noun}", article(noun))
}

/// One of a few by a voice's generator.
fn one_of<'t>(voice: &Voice<'_>, options: &'t [String]) -> Option<&'t String> {
    options.get(voice.rng.borrow_mut().random_range(0..options.len().max(1)))
}
