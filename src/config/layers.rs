//! Who wins: flag > environment > `.env` > config.yaml > default.
//!
//! The file is a tree of JSON values; an override sets one dotted key of it and is checked at once, so that an error names the
//! override and not the file.

use super::{ConfigError, Options, yaml};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// The process's environment, as a value, so that tests need not change their own.
pub type Environment = BTreeMap<String, String>;

/// One key set from outside the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Dotted key: "run.seed".
    pub key: String,
    /// The value, as YAML.
    pub text: String,
    /// Who says so, for messages: "--set run.seed=7", "environment SEED".
    pub origin: String,
}

/// Variables that set a key.
const VARIABLES: &[(&str, &str)] = &[
    ("SEED", "run.seed"),
    ("OUTPUT_DIR", "run.output_dir"),
    ("DG_PARALLELISM", "run.threads"),
];

impl Override {
    /// Reads `a.b=value`, as given to `--set`.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let origin = format!("--set {text}");
        match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() => Ok(Override {
                key: key.trim().to_owned(),
                text: value.to_owned(),
                origin,
            }),
            _ => Err(ConfigError::Value {
                place: origin,
                message: "expected key=value, for example run.seed=7".into(),
            }),
        }
    }

    /// What the environment sets.
    pub(super) fn from_environment(environment: &Environment) -> Vec<Self> {
        let set = |(variable, key): &(&str, &str)| {
            let text = environment.get(*variable).filter(|text| !text.is_empty())?;
            Some(Override {
                key: (*key).to_owned(),
                text: text.clone(),
                origin: format!("environment {variable}"),
            })
        };
        VARIABLES.iter().filter_map(set).collect()
    }

    /// Sets the key in `tree` and checks that the whole still reads as [`Options`].
    pub(super) fn apply(&self, tree: &mut Value) -> Result<Options, ConfigError> {
        let error = |message: String| ConfigError::Value {
            place: self.origin.clone(),
            message,
        };
        let value: Value = yaml::read(&self.origin, &self.text)?;
        let mut node = &mut *tree;
        for part in self.key.split('.') {
            if node.is_null() {
                *node = Value::Object(Map::new());
            }
            let Value::Object(map) = node else {
                return Err(error(format!("\"{part}\" is not a key: what is before it has no keys")));
            };
            node = map.entry(part.to_owned()).or_insert(Value::Null);
        }
        *node = value;
        serde_path_to_error::deserialize(&*tree).map_err(|e| {
            let path = e.path().to_string();
            let message = yaml::explain(&e.inner().to_string());
            error(if path == "." { message } else { format!("{path}: {message}") })
        })
    }
}

/// Adds to `environment` what the `.env` file in `dir` says and the environment does not: lines `KEY=VALUE`, `#` comments, an
/// optional `export`, optional quotes. Nothing is expanded.
pub(super) fn read_dotenv(dir: &Path, environment: &mut Environment) {
    let Ok(text) = std::fs::read_to_string(dir.join(".env")) else {
        return;
    };
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((key, value)) = line.split_once('=') else { continue };
        let value = value.trim();
        let quoted = ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q));
        environment
            .entry(key.trim().to_owned())
            .or_insert_with(|| quoted.unwrap_or(value).to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_override_is_read_as_yaml_and_blamed_by_name() {
        let mut tree = serde_json::json!({"version": 1});
        let set = |text: &str| Override::parse(text).expect("key=value");
        let options = set("phases=[schema, populate]").apply(&mut tree).expect("applies");
        assert_eq!(options.phases, ["schema", "populate"]);
        assert_eq!(
            set("run.seed=18446744073709551615").apply(&mut tree).expect("applies").run.seed,
            u64::MAX
        );

        let error = |text: &str| set(text).apply(&mut tree.clone()).expect_err("refused").to_string();
        assert_eq!(
            error("run.sead=1"),
            "--set run.sead=1: run.sead: unknown key \"sead\"; did you mean \"seed\"?"
        );
        assert!(error("run.seed=often").contains("run.seed"), "{}", error("run.seed=often"));
        assert!(error("version.x=1").contains("is not a key"), "{}", error("version.x=1"));
        assert!(Override::parse("run.seed").is_err());
    }

    #[test]
    fn dotenv_fills_gaps_only() -> std::io::Result<()> {
        let dir = tempfile::tempdir()?;
        std::fs::write(dir.path().join(".env"), "# note\nSEED=1\nexport OUTPUT_DIR=\"a b\"\n")?;
        let mut environment = Environment::from([("SEED".to_owned(), "2".to_owned())]);
        read_dotenv(dir.path(), &mut environment);
        assert_eq!(environment["SEED"], "2");
        assert_eq!(environment["OUTPUT_DIR"], "a b");
        Ok(())
    }
}
