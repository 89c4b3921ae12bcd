//! The schemas that a file of pairs is about: one for all, or one a database id.
//!
//! A Spider `tables.json` without `#db_id` holds one schema per id, each converted when it is first asked for. Limit: a `tables.json` stands alone.

use super::source::{self, SourceError};
use crate::ir::LogicalIr;
use crate::kernel::suggest;
use crate::schema::source::json::{self, Document};
use crate::schema::source::spider::SpiderDatabase;
use crate::schema::source::text;
use std::collections::BTreeMap;
use std::path::Path;

/// Schemas by database id.
pub enum Schemas {
    /// One schema, whatever the pairs say.
    One(Box<source::Loaded>),
    /// Those of a `tables.json`.
    Many {
        /// As read.
        databases: Vec<SpiderDatabase>,
        /// As converted, or why it cannot be.
        converted: BTreeMap<String, Result<Box<LogicalIr>, String>>,
    },
}

/// Why a pair has no schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSchema {
    /// It does not say which.
    #[error("no db_id, and the source holds {0} databases; give the pair a db_id, or name one as tables.json#db_id")]
    Unnamed(usize),
    /// There is none of that name.
    #[error("no database \"{wanted}\" among the {n} of the source{hint}")]
    Unknown {
        /// As the pair says.
        wanted: String,
        /// How many there are.
        n: usize,
        /// The nearest known id, or nothing.
        hint: String,
    },
    /// It cannot be used.
    #[error("the schema of \"{db_id}\" cannot be used: {message}")]
    Unusable {
        /// The database.
        db_id: String,
        /// Why.
        message: String,
    },
}

impl Schemas {
    /// Loads a source.
    pub fn load(specs: &[String]) -> Result<Schemas, SourceError> {
        if let [only] = specs
            && only.to_ascii_lowercase().ends_with(".json")
            && Path::new(only).is_file()
        {
            let (content, _) = text::read(Path::new(only))?;
            if let Ok(Document::Spider(databases)) = json::parse(&content)
                && databases.len() > 1
            {
                return Ok(Schemas::Many {
                    databases,
                    converted: BTreeMap::new(),
                });
            }
        }
        source::load(specs).map(|loaded| Schemas::One(Box::new(loaded)))
    }

    /// The schema that a pair is about.
    pub fn of(&mut self, db_id: Option<&str>) -> Result<&LogicalIr, NoSchema> {
        let (databases, converted) = match self {
            Schemas::One(loaded) => return Ok(&loaded.logical),
            Schemas::Many { databases, converted } => (databases, converted),
        };
        let n = databases.len();
        let wanted = db_id.ok_or(NoSchema::Unnamed(n))?;
        let Some(database) = databases.iter().find(|d| d.db_id == wanted) else {
            let hint = suggest::hint(wanted, databases.iter().map(|d| d.db_id.as_str()));
            let wanted = wanted.to_owned();
            return Err(NoSchema::Unknown { wanted, n, hint });
        };
        let schema = converted.entry(wanted.to_owned()).or_insert_with(|| {
            let parsed = json::choose(vec![database.clone()], None).map_err(|e| e.to_string())?;
            let mut logical = parsed.logical;
            if logical.name.is_empty() {
                wanted.clone_into(&mut logical.name);
            }
            Ok(Box::new(logical))
        });
        match schema {
            Ok(logical) => Ok(logical),
            Err(message) => Err(NoSchema::Unusable {
                db_id: wanted.to_owned(),
                message: message.clone(),
            }),
        }
    }
}
