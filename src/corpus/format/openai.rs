//! `openai`: chat messages, the form that most fine-tuning services and trainers read. The schema stands in the system message of every
//! line, so that what a model is trained with is what it must be asked with.

use super::Format;
use crate::corpus::split::Split;
use crate::corpus::{Corpus, CorpusError, lines};
use crate::ir::Record;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Chat messages.
pub(super) struct OpenAi;

impl Format for OpenAi {
    fn name(&self) -> &'static str {
        "openai"
    }
    fn about(&self) -> &'static str {
        "chat `messages` with the schema in the system message, for fine-tuning services and trainers"
    }
    fn path(&self, split: Split) -> PathBuf {
        ["formats", "openai", &format!("{}.jsonl", split.name())].iter().collect()
    }
    fn write(&self, corpus: &Corpus<'_>, dir: &Path) -> Result<(), CorpusError> {
        for split in Split::ALL {
            lines::write(&dir.join(self.path(split)), corpus.of(split).map(|r| messages(r, corpus.ddl)))?;
        }
        Ok(())
    }
}

fn messages(record: &Record, ddl: &str) -> Value {
    let dialect = if record.dialect == "postgresql" {
        "PostgreSQL"
    } else {
        &record.dialect
    };
    let system = format!("Answer with one {dialect} query and nothing else. The database:\n\n{ddl}");
    let question = if record.evidence.is_empty() {
        record.question.clone()
    } else {
        format!("{}\n\n{}", record.question, record.evidence)
    };
    json!({"messages": [
        {"role": "system", "content": system},
        {"role": "user", "content": question},
        {"role": "assistant", "content": record.sql},
    ]})
}
