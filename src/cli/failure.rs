//! Errors at the edge: the message on stderr and the exit code.

use super::{say, signals};
use sqlmint::config::ConfigError;
use sqlmint::database::DbError;
use sqlmint::database::source::SourceError;
use sqlmint::datagen::DataGenError;
use sqlmint::runner::{PhaseError, RunError};
use std::process::ExitCode;

/// What the user gave cannot be used, as opposed to something that failed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Usage(pub(super) String);

/// Says the error and gives its code.
pub(super) fn report(error: &anyhow::Error) -> ExitCode {
    // Most messages quote their cause already; a cause that is not quoted is added.
    let mut message = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !message.contains(&cause) {
            message = format!("{message}: {cause}");
        }
    }
    say(&format!("sqlmint: {message}"));
    ExitCode::from(code(error))
}

fn code(error: &anyhow::Error) -> u8 {
    if let Some(SourceError::Server(error)) = error.downcast_ref::<SourceError>() {
        return database(error);
    }
    if let Some(error) = error.downcast_ref::<DataGenError>() {
        return if error.is_input() { 2 } else { 1 };
    }
    if error.is::<ConfigError>() || error.is::<Usage>() || error.is::<SourceError>() {
        return 2;
    }
    if let Some(error) = error.downcast_ref::<DbError>() {
        return database(error);
    }
    match error.downcast_ref::<RunError>() {
        Some(RunError::Phase { source, .. }) => match source {
            PhaseError::Input(_) => 2,
            PhaseError::Database(error) => database(error),
            PhaseError::Gate(_) => 3,
            PhaseError::Stopped => signals::exit_code(),
            PhaseError::File(_) | PhaseError::Failed(_) => 1,
        },
        Some(RunError::Locked { .. } | RunError::Manifest { .. } | RunError::MissingOutput { .. } | RunError::File(_)) | None => 1,
        Some(_) => 2,
    }
}

fn database(error: &DbError) -> u8 {
    if matches!(error, DbError::Open { .. }) { 6 } else { 1 }
}
