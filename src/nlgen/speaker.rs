//! A speaker: one SELECT with the words for its sources and columns.

use crate::ir::{ForeignKey, LogicalIr, SqlType};
use crate::kernel::seed::Rng;
use crate::query::ir::{ColumnRef, Compare, Expr, Join, Predicate, Select, Source};
use crate::schema::lexicon::{ColumnWords, EdgeWords, Lexicon, TableWords, edge_key};
use crate::schema::role::Role;
use rand::RngExt;
use std::cell::RefCell;

/// What words are chosen with.
pub struct Voice<'a> {
    /// The schema.
    pub schema: &'a LogicalIr,
    /// Its words.
    pub lexicon: &'a Lexicon,
    /// Terms to say conditions by; none for plain speech.
    pub gloss: Option<super::gloss::Gloss<'a>>,
    /// This question's generator: which of several wordings.
    pub rng: RefCell<Rng>,
}

impl Voice<'_> {
    /// One of several wordings.
    pub fn any<'w>(&self, options: &[&'w str]) -> &'w str {
        options
            .get(self.rng.borrow_mut().random_range(0..options.len().max(1)))
            .copied()
            .unwrap_or("")
    }

    /// A number below `n`.
    pub fn below(&self, n: usize) -> usize {
        self.rng.borrow_mut().random_range(0..n.max(1))
    }

    /// A speaker for a SELECT whose clause ids start with `prefix`.
    pub fn about<'s>(&'s self, select: &'s Select, prefix: &str) -> Speaker<'s> {
        Speaker {
            voice: self,
            select,
            prefix: prefix.to_owned(),
        }
    }
}

/// One SELECT, ready to be said.
pub struct Speaker<'s> {
    /// Words and choices.
    pub voice: &'s Voice<'s>,
    /// The SELECT.
    pub select: &'s Select,
    /// What its clause ids start with.
    pub prefix: String,
}

impl<'s> Speaker<'s> {
    /// A clause id of this SELECT.
    pub fn id(&self, clause: &str) -> String {
        format!("{}{clause}", self.prefix)
    }

    /// The words of a source's table.
    pub fn table(&self, source: usize) -> Option<&'s TableWords> {
        self.voice.lexicon.tables.get(self.select.table(source)?)
    }

    /// The words of a column.
    pub fn column(&self, column: &ColumnRef) -> Option<&'s ColumnWords> {
        self.voice
            .lexicon
            .columns
            .get(&format!("{}.{}", self.select.table(column.source)?, column.column))
    }

    /// The type of a column.
    pub fn sql_type(&self, column: &ColumnRef) -> Option<&'s SqlType> {
        let table = self.voice.schema.table(self.select.table(column.source)?)?;
        table.column(&column.column).map(|c| &c.sql_type)
    }

    /// Whether a row may be without a value there: of those without nothing is said by "whose reason is not spam".
    pub fn may_lack(&self, column: &ColumnRef) -> bool {
        let table = self.select.table(column.source).and_then(|id| self.voice.schema.table(id));
        table.and_then(|table| table.column(&column.column)).is_some_and(|c| c.nullable)
    }

    /// Whether the rows of a source are days: named by one.
    pub fn is_calendar(&self, source: usize) -> bool {
        let day = |name: &String| {
            let id = self.select.table(source)?;
            self.voice.lexicon.column(id, name).map(|words| words.role == Role::Time)
        };
        self.table(source)
            .is_some_and(|t| t.display.len() == 1 && t.display.iter().all(|name| day(name) == Some(true)))
    }

    /// The words of an expression's column.
    pub fn words_of(&self, expr: &Expr) -> Option<&'s ColumnWords> {
        self.column(expr.base_column()?)
    }

    /// The words of a foreign key of the table `child`.
    pub fn edge(&self, child: &str, key: &ForeignKey) -> Option<&'s EdgeWords> {
        self.voice.lexicon.edges.get(&edge_key(child, &key.columns, &key.ref_table))
    }

    /// The join that brought a source, with its words.
    pub fn join_of(&self, source: usize) -> Option<(&'s Join, &'s EdgeWords)> {
        let join = self.select.joins.get(source.checked_sub(1)?)?;
        let child = if join.to_parent {
            self.select.table(join.left)?
        } else {
            self.select.table(source)?
        };
        Some((join, self.edge(child, &join.key)?))
    }

    /// Whether a source is the other half of source 0's rows, the names of cars beside their data: the whole primary key refers to it, and
    /// one is called after the other.
    pub fn is_other_half(&self, source: usize) -> bool {
        let own = self.select.table(0).and_then(|id| self.voice.schema.table(id));
        let halves = |join: &Join| join.left == 0 && join.to_parent && own.is_some_and(|table| table.primary_key == join.key.columns);
        let first = |words: &'s TableWords| words.singular.split(' ').next();
        let alike = self.table(0).and_then(first) == self.table(source).and_then(first);
        alike && self.join_of(source).is_some_and(|(join, _)| halves(join))
    }

    /// The foreign key of source 0 that consists of this one column, with its words.
    pub fn edge_of_column(&self, column: &ColumnRef) -> Option<&'s EdgeWords> {
        let table = self.voice.schema.table(self.select.table(column.source)?)?;
        let key = table
            .foreign_keys
            .iter()
            .find(|k| k.columns.len() == 1 && k.columns.first() == Some(&column.column))?;
        self.edge(&table.id(), key)
    }

    /// The words of the table that this one column of a foreign key refers to.
    pub fn table_of_column(&self, column: &ColumnRef) -> Option<&'s TableWords> {
        let table = self.select.table(column.source).and_then(|id| self.voice.schema.table(id));
        let key = table.and_then(|table| table.foreign_keys_of(&column.column).next());
        key.and_then(|key| self.voice.lexicon.tables.get(&key.ref_table))
    }

    /// Whether the rows that this one column of a foreign key refers to are people.
    pub fn refers_to_people(&self, column: &ColumnRef) -> bool {
        self.table_of_column(column).is_some_and(|t| t.person)
    }

    /// How a source is called: the role it was joined in, else its table's noun.
    pub fn noun(&self, source: usize, plural: bool) -> Option<&'s str> {
        if source > 0
            && let Some((join, edge)) = self.join_of(source)
        {
            return Some(match (join.to_parent, plural) {
                (true, false) => &edge.role,
                (true, true) => &edge.role_plural,
                (false, false) => &edge.child,
                (false, true) => &edge.children,
            });
        }
        let words = self.table(source)?;
        Some(if plural { &words.plural } else { &words.singular })
    }

    /// "who" for people, "that" for things.
    pub fn relative(&self, source: usize) -> &'static str {
        if self.table(source).is_some_and(|t| t.person) {
            "who"
        } else {
            "that"
        }
    }

    /// Whether a key or unique column of a source is fixed to a value: there is one such row.
    pub fn is_one_row(&self, source: usize) -> bool {
        let table = self.select.table(source).and_then(|id| self.voice.schema.table(id));
        let fixed = |p: &Predicate| match p {
            Predicate::Compare {
                left: Expr::Column(c),
                op: Compare::Eq,
                ..
            } if c.source == source => table.is_some_and(|t| t.is_unique(std::slice::from_ref(&c.column))),
            _ => false,
        };
        self.select.filter.iter().any(fixed)
    }

    /// Whether no other key refers from the child that a source's join started from to that table, or back.
    pub fn is_only_way(&self, source: usize) -> bool {
        let ways = |join: &Join| {
            let child = self.voice.schema.table(self.select.table(join.left)?)?;
            let parent = self
                .voice
                .schema
                .table(&join.key.ref_table)
                .filter(|parent| parent.id() != child.id());
            let back = parent
                .into_iter()
                .flat_map(|t| &t.foreign_keys)
                .filter(|k| k.ref_table == child.id());
            Some(child.foreign_keys.iter().filter(|k| k.ref_table == join.key.ref_table).count() + back.count())
        };
        self.join_of(source).and_then(|(join, _)| ways(join)) == Some(1)
    }

    /// Whether a column is one that names its row.
    pub fn is_display(&self, column: &ColumnRef) -> bool {
        self.table(column.source).is_some_and(|t| t.display.contains(&column.column))
    }

    /// Whether the source is the stage of a CTE.
    pub fn is_stage(&self) -> bool {
        self.select.sources.first() == Some(&Source::Stage)
    }
}

/// Whether numbers of this column are years, said without a thousands mark.
pub fn is_year(words: &ColumnWords) -> bool {
    words.role == Role::Ordinal && words.noun.split(' ').any(|w| w == "year")
}
