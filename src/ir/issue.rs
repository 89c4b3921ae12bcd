//! What every check returns: one finding, with its stage, place and way out.

use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Something was lost or guessed.
    Warning,
    /// The input cannot be used as it is.
    Error,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QaIssue {
    /// Who found it: "ddl", "logical_ir", "generation_ir", "populate", ...
    pub stage: String,
    /// How much it weighs.
    pub severity: Severity,
    /// Stable name of the kind of finding, in snake_case.
    pub code: String,
    /// Where: "file.sql:12", "loan.returned_on", `generation.columns[3]`.
    pub location: String,
    /// What was found and the way out, one sentence each.
    pub message: String,
    /// Anything a program may want beside the message.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub details: serde_json::Value,
}

impl QaIssue {
    /// A finding without details.
    pub fn new(stage: &str, severity: Severity, code: &str, location: impl Into<String>, message: impl Into<String>) -> Self {
        QaIssue {
            stage: stage.to_owned(),
            severity,
            code: code.to_owned(),
            location: location.into(),
            message: message.into(),
            details: serde_json::Value::Null,
        }
    }
}

impl std::fmt::Display for QaIssue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let severity = match self.severity {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{}: {severity}: {} [{}]", self.location, self.message, self.code)
    }
}
