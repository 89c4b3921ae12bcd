//! Settings: what holds for a run, checked, with every path resolved.
//!
//! Relative paths in config.yaml are relative to its directory; those in flags and the environment to the current one (a source is
//! also looked for beside config.yaml). Invariant: nothing here depends on the clock or on the order of flags.

use super::layers::{self, Environment, Override};
use super::options::{Engine, OneOrMany};
use super::{ConfigError, Options, Recipe, yaml};
use crate::database::postgres;
use crate::dataeval::Thresholds;
use crate::kernel::files::At;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Most worker threads: past this a number is a slip of the finger.
const THREADS_MAX: usize = 1024;

/// What the command line says.
#[derive(Debug, Clone, Default)]
pub struct Flags {
    /// `--config`; `config.yaml` in `cwd` when left out.
    pub config: Option<PathBuf>,
    /// `--set` and its short forms, in order.
    pub overrides: Vec<Override>,
    /// The current directory.
    pub cwd: PathBuf,
    /// The environment.
    pub environment: Environment,
}

/// What holds for a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The run's name.
    pub run: String,
    /// The run directory.
    pub dir: PathBuf,
    /// Root of every random choice.
    pub seed: u64,
    /// Worker threads, at least 1.
    pub threads: usize,
    /// Pairs of the whole corpus; each recipe's own number when left out.
    pub pairs: Option<u64>,
    /// Where the schema comes from, in order.
    pub sources: Vec<Source>,
    /// A lexicon named in config.yaml.
    pub lexicon: Option<PathBuf>,
    /// A schema that declares no foreign key gets those that its names and types speak for.
    pub infer_foreign_keys: bool,
    /// Rows of a table that says nothing itself.
    pub rows: u64,
    /// Most rows of any table.
    pub rows_max: Option<u64>,
    /// Where the evaluation of data begins to fail.
    pub evaluate: Thresholds,
    /// The phases' recipes, in order.
    pub recipes: Vec<Recipe>,
}

/// One place that a schema comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// As the user wrote it, for messages; an address without user and password.
    pub given: String,
    /// What to open: an absolute path, or an address.
    pub spec: String,
}

impl Source {
    /// A source as written.
    fn new(text: &str) -> Self {
        let shown = postgres::is_address(text).then(|| postgres::without_secrets(text));
        Source {
            given: shown.unwrap_or_else(|| text.to_owned()),
            spec: text.to_owned(),
        }
    }

    /// The name it gives to a run: the file's name up to the first dot, or an address's last part.
    pub fn stem(&self) -> String {
        let last = self.given.rsplit(['/', '\\']).next().unwrap_or_default();
        let last = if self.is_file() {
            last.split('.').next().unwrap_or_default()
        } else {
            last.split('?').next().unwrap_or_default()
        };
        last.chars()
            .map(|c| if c.is_alphanumeric() || "-_".contains(c) { c } else { '_' })
            .collect()
    }

    /// A file rather than an address.
    pub fn is_file(&self) -> bool {
        !self.given.contains("://")
    }
}

impl Settings {
    /// Default settings for one source, without a configuration file: the run goes into `output_dir/<source's name>`.
    pub fn for_source(source: &str, output_dir: &Path, recipes: Vec<Recipe>) -> Self {
        let options = Options::default();
        let source = Source::new(source);
        let run = source.stem();
        Settings {
            dir: output_dir.join(&run),
            run,
            seed: options.run.seed,
            threads: cores(),
            pairs: options.run.pairs,
            sources: vec![source],
            lexicon: None,
            infer_foreign_keys: options.source.infer_foreign_keys,
            rows: options.populate.rows,
            rows_max: options.populate.rows_max,
            evaluate: options.evaluate,
            recipes,
        }
    }

    /// The section `evaluate` alone, for a command that needs no source: flags over config.yaml, when there is one, over defaults.
    pub fn thresholds(flags: &Flags) -> Result<Thresholds, ConfigError> {
        let there = flags.config.is_some() || flags.cwd.join("config.yaml").exists();
        let tree = if there { read_config(flags)?.1 } else { serde_json::json!({}) };
        let mut section = match tree.get("evaluate") {
            Some(Value::Object(map)) => map.clone(),
            _ => serde_json::Map::new(),
        };
        for change in &flags.overrides {
            let key = change.key.strip_prefix("evaluate.").unwrap_or(&change.key);
            section.insert(key.to_owned(), change.value()?);
            // Read at once, so that the flag is blamed and not the file.
            read_thresholds(&change.origin, section.clone())?;
        }
        thresholds(&read_thresholds("evaluate", section)?)
    }

    /// Reads config.yaml, lays environment and flags over it, and checks the whole.
    pub fn load(flags: &Flags) -> Result<Self, ConfigError> {
        let (base, mut tree) = read_config(flags)?;
        let mut environment = flags.environment.clone();
        layers::read_dotenv(&base, &mut environment);
        let mut overrides = Override::from_environment(&environment);
        overrides.extend(flags.overrides.iter().cloned());

        let overridden = |key: &str| overrides.iter().any(|o| o.key == key || key.starts_with(&format!("{}.", o.key)));
        if overridden("source.ddl") && !overridden("run.name") {
            // The name in the file belongs to the file's source: another source gets a directory of its own.
            if let Some(run) = tree.get_mut("run").and_then(Value::as_object_mut) {
                run.remove("name");
            }
        }
        let mut options = layers::merge("config.yaml", tree, &overrides)?;
        options.source.ddl = with_database_url(options.source.ddl, &environment)?;
        check(&options, &base, |key| if overridden(key) { &flags.cwd } else { &base })
    }
}

/// The directory that config.yaml's paths are relative to, and its content.
fn read_config(flags: &Flags) -> Result<(PathBuf, Value), ConfigError> {
    let path = flags.cwd.join(flags.config.as_deref().unwrap_or(Path::new("config.yaml")));
    let base = path.parent().unwrap_or(&flags.cwd).to_owned();
    if flags.config.is_none() && !path.exists() {
        let named = flags.overrides.iter().any(|o| o.key == "source.ddl") || flags.environment.contains_key(DATABASE_URL);
        return if named {
            Ok((base, serde_json::json!({"version": 1})))
        } else {
            // A slip in a key's name is why the source is missing.
            layers::merge("config.yaml", serde_json::json!({"version": 1}), &flags.overrides)?;
            Err(ConfigError::NoConfig(base))
        };
    }
    let text = std::fs::read_to_string(&path).at("read", &path)?;
    let place = flags.config.clone().unwrap_or_else(|| "config.yaml".into()).display().to_string();
    // Read as options first: a mistake in the file is blamed on its line, whatever is laid over it.
    yaml::read::<Options>(&place, &text)?;
    Ok((base, yaml::read(&place, &text)?))
}

/// The variable that names a live database, for when nothing else is named and for a config.yaml that is to hold no password.
const DATABASE_URL: &str = "DATABASE_URL";

/// `$DATABASE_URL` replaced by its content, which is also the source when there is none.
fn with_database_url(sources: OneOrMany, environment: &Environment) -> Result<OneOrMany, ConfigError> {
    let url = environment.get(DATABASE_URL).filter(|url| !url.trim().is_empty());
    let mut all: Vec<String> = sources.iter().map(str::to_owned).collect();
    if all.is_empty() {
        all.extend(url.cloned());
    }
    for source in &mut all {
        if matches!(source.as_str(), "$DATABASE_URL" | "${DATABASE_URL}") {
            let url = url.ok_or_else(|| value_error("source.ddl", format!("is ${DATABASE_URL}, which the environment does not set")))?;
            source.clone_from(url);
        }
    }
    Ok(OneOrMany::Many(all))
}

fn value_error(place: &str, message: impl Into<String>) -> ConfigError {
    ConfigError::Value {
        place: place.to_owned(),
        message: message.into(),
    }
}

fn check<'a>(options: &Options, base: &Path, relative_to: impl Fn(&str) -> &'a PathBuf) -> Result<Settings, ConfigError> {
    if options.version != 1 {
        return Err(value_error(
            "version",
            format!("{} is not known; this sqlmint reads version 1", options.version),
        ));
    }
    let sources: Vec<Source> = options
        .source
        .ddl
        .iter()
        .map(|given| find_source(given, relative_to("source.ddl"), base))
        .collect();
    let Some(first) = sources.first() else {
        return Err(value_error(
            "source.ddl",
            "names no schema; give a .sql or .ddl file, a list of them, an IR .json, a .duckdb file or postgresql://HOST/DATABASE, or set DATABASE_URL",
        ));
    };
    let run = options.run.name.clone().unwrap_or_else(|| first.stem());
    if run.is_empty() || run.starts_with('.') || run.contains(['/', '\\']) {
        return Err(value_error(
            "run.name",
            format!("\"{run}\" cannot be a directory's name; letters, digits, - and _ can"),
        ));
    }
    let none = [
        ("populate.rows", options.populate.rows == 0),
        ("populate.rows_max", options.populate.rows_max == Some(0)),
    ];
    if let Some((key, _)) = none.into_iter().find(|(_, none)| *none) {
        return Err(value_error(key, "must be at least 1; an empty table answers no question"));
    }
    if options.run.pairs == Some(0) {
        return Err(value_error(
            "run.pairs",
            "must be at least 1; leave the pairs phases out to do without pairs",
        ));
    }
    let threads = match options.run.threads {
        0 => cores(),
        n if n <= THREADS_MAX => n,
        n => {
            return Err(value_error(
                "run.threads",
                format!("{n} is more than {THREADS_MAX}; 0 takes all there are ({})", cores()),
            ));
        }
    };
    let recipes = options
        .phases
        .iter()
        .map(|name| Recipe::find(base, name))
        .collect::<Result<Vec<_>, _>>()?;
    if recipes.is_empty() {
        return Err(value_error("phases", "is empty; list at least one recipe"));
    }
    let recipes = match options.database.engine {
        Engine::Postgresql => judged(base, recipes)?,
        Engine::Duckdb => recipes,
    };
    Ok(Settings {
        dir: relative_to("run.output_dir").join(&options.run.output_dir).join(&run),
        run,
        seed: options.run.seed,
        threads,
        pairs: options.run.pairs,
        sources,
        lexicon: options.source.lexicon.as_ref().map(|path| relative_to("source.lexicon").join(path)),
        infer_foreign_keys: options.source.infer_foreign_keys,
        rows: options.populate.rows,
        rows_max: options.populate.rows_max,
        evaluate: thresholds(&options.evaluate)?,
        recipes,
    })
}

/// The recipes with one of kind "judge" among them: the built-in one, before what exports the corpus.
fn judged(base: &Path, mut recipes: Vec<Recipe>) -> Result<Vec<Recipe>, ConfigError> {
    let of_kind = |recipes: &[Recipe], kind: &str| recipes.iter().position(|r| r.kind == kind);
    if of_kind(&recipes, "judge").is_none()
        && let Some(at) = of_kind(&recipes, "export")
    {
        recipes.insert(at, Recipe::find(base, "judge")?);
    }
    Ok(recipes)
}

fn read_thresholds(place: &str, section: serde_json::Map<String, Value>) -> Result<Thresholds, ConfigError> {
    serde_json::from_value(Value::Object(section)).map_err(|e| value_error(place, yaml::explain(&e.to_string())))
}

fn thresholds(given: &Thresholds) -> Result<Thresholds, ConfigError> {
    match given.problem() {
        Some((key, message)) => Err(value_error(&format!("evaluate.{key}"), message)),
        None => Ok(given.clone()),
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn find_source(given: &str, relative_to: &Path, base: &Path) -> Source {
    let mut source = Source::new(given);
    if source.is_file() {
        let near = relative_to.join(given);
        let path = if near.exists() { near } else { base.join(given) };
        source.spec = path.display().to_string();
    }
    source
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(dir: &Path, sets: &[&str]) -> Flags {
        Flags {
            overrides: sets.iter().map(|s| Override::parse(s).expect("key=value")).collect(),
            cwd: dir.to_owned(),
            ..Flags::default()
        }
    }

    const CONFIG: &str = "version: 1\nrun: {name: library, seed: 5}\nsource: {ddl: a.sql}\nphases: [schema]\n";

    #[test]
    fn flags_win_over_environment_over_file_over_default() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        std::fs::write(dir.path().join("config.yaml"), CONFIG)?;
        let mut flags = flags(dir.path(), &[]);
        let settings = Settings::load(&flags)?;
        assert_eq!((settings.seed, settings.rows, settings.run.as_str()), (5, 1000, "library"));
        flags.environment.insert("SEED".into(), "6".into());
        assert_eq!(Settings::load(&flags)?.seed, 6);
        flags.overrides.push(Override::parse("run.seed=7")?);
        assert_eq!(Settings::load(&flags)?.seed, 7);
        Ok(())
    }

    #[test]
    fn postgresql_as_engine_adds_its_judge_before_the_export() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        std::fs::write(dir.path().join("config.yaml"), CONFIG)?;
        let names = |sets: &[&str]| -> Result<Vec<String>, ConfigError> {
            let settings = Settings::load(&flags(dir.path(), sets))?;
            Ok(settings.recipes.into_iter().map(|r| r.name).collect())
        };
        let phases = "phases=[schema, populate, joins, export]";
        assert_eq!(names(&[phases])?, ["schema", "populate", "joins", "export"]);
        let both = [phases, "database.engine=postgresql"];
        assert_eq!(names(&both)?, ["schema", "populate", "joins", "judge", "export"]);
        assert_eq!(names(&["phases=[schema]", both[1]])?, ["schema"]);
        assert_eq!(names(&["phases=[judge, export]", both[1]])?, ["judge", "export"]);
        Ok(())
    }

    #[test]
    fn a_live_database_is_named_by_the_environment_and_its_password_nowhere() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let mut flags = flags(dir.path(), &["phases=[schema]"]);
        flags
            .environment
            .insert(DATABASE_URL.into(), "postgresql://me:secret@host/shop?sslmode=require".into());
        let settings = Settings::load(&flags)?;
        let source = settings.sources.first().ok_or("no source")?;
        assert_eq!(
            (source.given.as_str(), settings.run.as_str()),
            ("postgresql://host:5432/shop", "shop")
        );
        assert!(!source.is_file() && source.spec.contains("secret"));
        std::fs::write(dir.path().join("config.yaml"), CONFIG)?;
        assert!(
            Settings::load(&flags)?.sources.iter().all(Source::is_file),
            "a source that is named stays"
        );
        flags.overrides.push(Override::parse("source.ddl=$DATABASE_URL")?);
        assert_eq!(Settings::load(&flags)?.run, "shop");
        flags.environment.clear();
        let error = Settings::load(&flags).err().map_or_else(String::new, |e| e.to_string());
        assert!(error.contains("DATABASE_URL"), "{error}");
        let slip = Override::parse("source.dll=postgresql://me:secret@host/shop")?;
        flags.overrides.push(slip);
        let error = Settings::load(&flags).err().map_or_else(String::new, |e| e.to_string());
        assert!(error.contains("source.dll") && !error.contains("secret"), "{error}");
        Ok(())
    }

    #[test]
    fn another_source_gets_a_directory_of_its_own() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        std::fs::write(dir.path().join("config.yaml"), CONFIG)?;
        let run =
            |sets: &[&str]| Settings::load(&flags(dir.path(), sets)).map(|s| s.dir.file_name().map(|n| n.to_string_lossy().into_owned()));
        assert_eq!(run(&["source.ddl=x/retail.ir.json"])?.as_deref(), Some("retail"));
        assert_eq!(run(&["source.ddl=[a.sql, b.sql]"])?.as_deref(), Some("a"));
        assert_eq!(run(&["source.ddl=b.sql", "run.name=mine"])?.as_deref(), Some("mine"));
        Ok(())
    }

    #[test]
    fn mistakes_name_their_place() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let error = |sets: &[&str]| Settings::load(&flags(dir.path(), sets)).expect_err("refused").to_string();
        assert!(error(&[]).contains("sqlmint init"), "{}", error(&[]));
        std::fs::write(
            dir.path().join("config.yaml"),
            "version: 1\nsource: {ddl: a.sql}\nphases: [schema]\npopulat: {rows: 3}\n",
        )?;
        assert_eq!(error(&[]), "config.yaml:4:1: unknown key \"populat\"; did you mean \"populate\"?");
        std::fs::write(dir.path().join("config.yaml"), CONFIG)?;
        assert!(
            error(&["phases=[shema]"]).contains("did you mean \"schema\"?"),
            "{}",
            error(&["phases=[shema]"])
        );
        assert!(error(&["run.name=../up"]).starts_with("run.name: "));
        assert!(error(&["version=2"]).starts_with("version: "));
        assert!(error(&["populate.rows=0"]).starts_with("populate.rows: "));
        assert!(
            error(&["database.engine=oracle"]).contains("postgresql"),
            "{}",
            error(&["database.engine=oracle"])
        );
        assert!(error(&["evaluate.ks_max=-1"]).starts_with("evaluate.ks_max: "));
        assert!(error(&["evaluate.ks_mox=1"]).contains("did you mean \"ks_max\"?"));
        Ok(())
    }
}
