//! Who wins: flag > environment > `.env` > config.yaml > default.
//!
//! Each place is a layer; an override is one dotted key. `config` merges them; the whole is then read strictly, since `config` by itself
//! rounds 64-bit seeds and takes 1.5 for a whole number. Invariant: an error names the layer that is to blame.

use super::{ConfigError, Options, yaml};
use crate::database::postgres;
use crate::dataeval::Thresholds;
use config::{Config, Source, ValueKind};
use serde_json::Value;
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
        let origin = format!("--set {}", shown(text));
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

    /// The value, read as YAML.
    pub(super) fn value(&self) -> Result<Value, ConfigError> {
        // YAML's own words for what is no number: they would be read as nothing.
        if [".nan", ".inf", "+.inf", "-.inf"].contains(&self.text.trim().to_lowercase().as_str()) {
            let range = self.key.strip_prefix("evaluate.").map_or("", Thresholds::range);
            let range = if range.is_empty() { String::new() } else { format!(": {range}") };
            return Err(ConfigError::Value {
                place: self.origin.clone(),
                message: format!(
                    "{}: {} is no value of a setting; give a finite number{range}",
                    self.key,
                    self.text.trim()
                ),
            });
        }
        yaml::read(&self.origin, &self.text)
    }

    /// Whether a mistake at `path` of the merged options can be this override's.
    fn covers(&self, path: &str) -> bool {
        let inside = |inner: &str, outer: &str| {
            inner
                .strip_prefix(outer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        inside(path, &self.key) || inside(&self.key, path)
    }
}

/// `key=value` for messages: an address without user and password.
fn shown(text: &str) -> String {
    match text.split_once('=') {
        Some((key, value)) if postgres::is_address(value) => format!("{key}={}", postgres::without_secrets(value)),
        _ => text.to_owned(),
    }
}

/// What one place says, as a layer of the merge.
#[derive(Debug, Clone)]
struct Layer {
    origin: String,
    values: Vec<(String, Value)>,
}

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<config::Map<String, config::Value>, config::ConfigError> {
        let values = self.values.iter();
        Ok(values.map(|(key, value)| (key.clone(), layered(&self.origin, value))).collect())
    }
}

/// A value with its origin. 64-bit whole numbers stay whole.
fn layered(origin: &String, value: &Value) -> config::Value {
    let kind = match value {
        Value::Null => ValueKind::Nil,
        Value::Bool(b) => ValueKind::Boolean(*b),
        Value::String(text) => ValueKind::String(text.clone()),
        Value::Array(items) => ValueKind::Array(items.iter().map(|item| layered(origin, item)).collect()),
        Value::Object(map) => ValueKind::Table(map.iter().map(|(key, item)| (key.clone(), layered(origin, item))).collect()),
        Value::Number(n) => match (n.as_i64(), n.as_u64()) {
            (Some(n), _) => ValueKind::I64(n),
            (_, Some(n)) => ValueKind::U64(n),
            _ => ValueKind::Float(n.as_f64().unwrap_or(f64::NAN)),
        },
    };
    config::Value::new(Some(origin), kind)
}

/// Lays `overrides` over the file's `tree`, later ones over earlier ones, and reads the whole as [`Options`].
pub(super) fn merge(place: &str, tree: Value, overrides: &[Override]) -> Result<Options, ConfigError> {
    let error = |place: &str, message: String| ConfigError::Value {
        place: place.to_owned(),
        message,
    };
    let mut layers = vec![Layer {
        origin: place.to_owned(),
        values: match tree {
            Value::Object(map) => map.into_iter().collect(),
            _ => Vec::new(),
        },
    }];
    for change in overrides {
        layers.push(Layer {
            origin: change.origin.clone(),
            values: vec![(change.key.clone(), change.value()?)],
        });
    }
    let builder = layers
        .into_iter()
        .fold(Config::builder(), |builder, layer| builder.add_source(layer));
    let merged: Value = builder
        .build()
        .and_then(Config::try_deserialize)
        .map_err(|e| error(place, e.to_string()))?;
    serde_path_to_error::deserialize(merged).map_err(|e| {
        let (path, message) = (e.path().to_string(), yaml::explain(&e.inner().to_string()));
        let blamed = overrides.iter().rev().find(|change| path != "." && change.covers(&path));
        let place = blamed.map_or(place, |change| &change.origin);
        error(place, if path == "." { message } else { format!("{path}: {message}") })
    })
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
        let merged = |texts: &[&str]| {
            let overrides: Vec<Override> = texts.iter().map(|text| Override::parse(text).expect("key=value")).collect();
            merge("config.yaml", serde_json::json!({"version": 1, "run": {"seed": 3}}), &overrides)
        };
        assert_eq!(
            merged(&["phases=[schema, populate]"]).expect("merges").phases,
            ["schema", "populate"]
        );
        let last = merged(&["run.seed=5", "run.seed=18446744073709551615"]).expect("merges");
        assert_eq!(last.run.seed, u64::MAX);
        assert_eq!(merged(&["run.name=x"]).expect("merges").run.seed, 3);

        let error = |text: &str| merged(&["run.threads=1", text]).expect_err("refused").to_string();
        assert_eq!(
            error("run.sead=1"),
            "--set run.sead=1: run.sead: unknown key \"sead\"; did you mean \"seed\"?"
        );
        for slip in ["run.seed=often", "run.seed=1.5", "run.seed=-1", "version.x=1", "run=3"] {
            assert!(error(slip).starts_with(&format!("--set {slip}: ")), "{}", error(slip));
        }
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
