//! Options: what config.yaml may say, with defaults. Unknown keys are errors.

use crate::dataeval::Thresholds;
use serde::{Deserialize, Serialize};

/// Everything that config.yaml may say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Version of this format: 1.
    pub version: u32,
    /// The run.
    #[serde(default)]
    pub run: RunOptions,
    /// The schema.
    #[serde(default)]
    pub source: SourceOptions,
    /// The data.
    #[serde(default)]
    pub populate: PopulateOptions,
    /// The databases that SQL is proven on.
    #[serde(default)]
    pub database: DatabaseOptions,
    /// Where the evaluation of data begins to fail.
    #[serde(default)]
    pub evaluate: Thresholds,
    /// Recipes to run, in order.
    #[serde(default = "default_phases")]
    pub phases: Vec<String>,
}

/// The run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RunOptions {
    /// Directory of the run inside `output_dir`; the source's name when left out.
    pub name: Option<String>,
    /// Where run directories are.
    pub output_dir: String,
    /// Root of every random choice.
    pub seed: u64,
    /// Worker threads; 0 takes all there are.
    pub threads: usize,
    /// Pairs of the whole corpus, dealt to the recipes by their shares; each recipe's own number when left out.
    pub pairs: Option<u64>,
}

/// The schema.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceOptions {
    /// One source, or several files read in order.
    pub ddl: OneOrMany,
    /// Words that override the inferred ones; `<source>.lexicon.yaml` beside the source when left out and there.
    pub lexicon: Option<String>,
    /// A schema that declares no foreign key gets those that its names and types speak for.
    pub infer_foreign_keys: bool,
}

/// The data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PopulateOptions {
    /// Rows of a table that says nothing itself.
    pub rows: u64,
    /// Most rows of any table, also of one that asks for more; no bound when left out.
    pub rows_max: Option<u64>,
}

/// The databases that SQL is proven on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseOptions {
    /// Whose verdict a pair needs.
    pub engine: Engine,
}

/// An engine whose verdict a pair needs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// DuckDB alone, embedded.
    #[default]
    Duckdb,
    /// DuckDB, and after it a private throwaway PostgreSQL server.
    Postgresql,
}

/// A text or a list of texts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a path or a list of paths")]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several, in order.
    Many(Vec<String>),
}

impl OneOrMany {
    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let all = match self {
            OneOrMany::One(one) => std::slice::from_ref(one),
            OneOrMany::Many(many) => many,
        };
        all.iter().map(String::as_str)
    }
}

impl Default for OneOrMany {
    fn default() -> Self {
        OneOrMany::Many(Vec::new())
    }
}

impl Default for SourceOptions {
    fn default() -> Self {
        SourceOptions {
            ddl: OneOrMany::default(),
            lexicon: None,
            infer_foreign_keys: true,
        }
    }
}

impl Default for RunOptions {
    fn default() -> Self {
        RunOptions {
            name: None,
            output_dir: "generated_datasets".into(),
            seed: 42,
            threads: 0,
            pairs: None,
        }
    }
}

impl Default for PopulateOptions {
    fn default() -> Self {
        PopulateOptions {
            rows: 1000,
            rows_max: None,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Options {
            version: 1,
            run: RunOptions::default(),
            source: SourceOptions::default(),
            populate: PopulateOptions::default(),
            database: DatabaseOptions::default(),
            evaluate: Thresholds::default(),
            phases: default_phases(),
        }
    }
}

fn default_phases() -> Vec<String> {
    super::embedded::DEFAULT_PHASES.iter().map(|name| (*name).to_owned()).collect()
}
