//! Strict reading of the YAML files that users write.
//!
//! serde-saphyr bounds depth, aliases and size (a "billion laughs" file is an error) and refuses duplicate keys. Errors carry
//! `file:line:column` and, for unknown names, the nearest known one.

use super::ConfigError;
use crate::kernel::suggest;
use serde::de::DeserializeOwned;
use serde_saphyr::Error;

/// Reads `text`, which came from `place` (a file's path as the user knows it).
pub(super) fn read<T: DeserializeOwned>(place: &str, text: &str) -> Result<T, ConfigError> {
    serde_saphyr::from_str(text).map_err(|error| {
        let error = error.without_snippet();
        let place = match error.location().filter(|at| at.line() > 0) {
            Some(at) => format!("{place}:{}:{}", at.line(), at.column()),
            None => place.to_owned(),
        };
        let message = match error {
            Error::SerdeUnknownField { field, expected, .. } => unknown_key(field, expected),
            Error::SerdeUnknownVariant { variant, expected, .. } => unknown_value(variant, expected),
            Error::DuplicateMappingKey { key, .. } => format!("key {} is given twice", key.as_deref().unwrap_or_default()),
            other => explain(other.to_string().lines().next().unwrap_or_default()),
        };
        ConfigError::Value { place, message }
    })
}

fn unknown_key(found: &str, known: &[&str]) -> String {
    match suggest::hint(found, known.iter().copied()) {
        hint if hint.is_empty() => format!("unknown key \"{found}\"; known: {}", known.join(", ")),
        hint => format!("unknown key \"{found}\"{hint}"),
    }
}

fn unknown_value(found: &str, known: &[&str]) -> String {
    format!(
        "\"{found}\" is not one of {}{}",
        known.join(", "),
        suggest::hint(found, known.iter().copied())
    )
}

/// A serde message in the words of [`read`], when it names an unknown key: unknown field `a`, expected one of `b`, `c`.
pub(super) fn explain(message: &str) -> String {
    let parts: Vec<&str> = message.split('`').collect();
    match parts.as_slice() {
        ["unknown field ", found, rest @ ..] => unknown_key(found, &rest.iter().skip(1).step_by(2).copied().collect::<Vec<_>>()),
        _ => message
            .replace("expected usize", "expected a whole number")
            .replace("expected u64", "expected a whole number"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Wanted {
        seed: u64,
        threads: Option<u64>,
    }

    fn error<T: DeserializeOwned + std::fmt::Debug>(text: &str) -> String {
        read::<T>("c.yaml", text).expect_err("must be refused").to_string()
    }

    #[test]
    fn errors_name_line_and_nearest_key() {
        assert_eq!(
            error::<Wanted>("seed: 1\nthreds: 2\n"),
            "c.yaml:2:1: unknown key \"threds\"; did you mean \"threads\"?"
        );
        let message = error::<Wanted>("seed: 1\nzzz: 2\n");
        assert!(message.contains("known: seed, threads"), "{message}");
        let message = error::<Wanted>("seed: many\n");
        assert!(message.starts_with("c.yaml:1:7: "), "{message}");
    }

    #[test]
    fn duplicate_keys_are_refused() {
        let message = error::<BTreeMap<String, u64>>("a: 1\nb: 2\na: 3\n");
        assert!(message.starts_with("c.yaml:3:1: ") && message.contains("twice"), "{message}");
    }

    #[test]
    fn an_alias_bomb_is_refused_and_not_expanded() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb += &format!("a{level}: &a{level} [{aliases}]\n");
        }
        let started = std::time::Instant::now();
        let message = error::<serde_json::Value>(&bomb);
        assert!(message.starts_with("c.yaml"), "{message}");
        assert!(started.elapsed().as_secs() < 5);
    }
}
