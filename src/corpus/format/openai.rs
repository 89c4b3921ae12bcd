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
    let mut messages = vec![json!({"role": "system", "content": system})];
    // A dialogue is one: its earlier turns are messages of their own.
    let (last, earlier) = record
        .turns
        .split_last()
        .map_or((&record.question, &record.turns[..]), |(last, earlier)| (&last.content, earlier));
    messages.extend(earlier.iter().map(|turn| json!({"role": turn.role, "content": turn.content})));
    let asked = if record.evidence.is_empty() {
        last.clone()
    } else {
        format!("{last}\n\n{}", record.evidence)
    };
    messages.push(json!({"role": "user", "content": asked}));
    messages.push(json!({"role": "assistant", "content": record.sql}));
    json!({"messages": messages})
}
