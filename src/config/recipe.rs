//! Recipes: `phases/<name>.yaml`, a phase's kind and its parameters.
//!
//! A recipe beside config.yaml wins over the built-in one of the same name. The kind's own parameters are read by the kind, strictly,
//! from the same text, so that an error names the file and the line.

use super::{ConfigError, embedded, yaml};
use crate::kernel::files::At;
use crate::kernel::suggest;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};
use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;
use std::path::Path;

/// One recipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// The phase's name: the file's stem.
    pub name: String,
    /// The kind's registry name.
    pub kind: String,
    /// Where it came from, for messages.
    pub place: String,
    text: String,
}

impl Recipe {
    /// A recipe from its text.
    pub fn parse(name: &str, place: &str, text: &str) -> Result<Self, ConfigError> {
        #[derive(serde::Deserialize)]
        struct Head {
            kind: String,
        }
        let head: Head = yaml::read(place, text)?;
        Ok(Recipe {
            name: name.to_owned(),
            kind: head.kind,
            place: place.to_owned(),
            text: text.to_owned(),
        })
    }

    /// Finds the recipe called `name`: in `base/phases/`, else among the built-in ones.
    pub(super) fn find(base: &Path, name: &str) -> Result<Self, ConfigError> {
        let file = format!("phases/{name}.yaml");
        let path = base.join(&file);
        if path.is_file() && !name.contains(['/', '\\']) {
            let text = std::fs::read_to_string(&path).at("read", &path)?;
            return Recipe::parse(name, &path.display().to_string(), &text);
        }
        match embedded::text(&file) {
            Some(text) => Recipe::parse(name, &format!("{file} (built in)"), text),
            None => {
                let known: Vec<String> = names(base).into_iter().collect();
                let hint = suggest::hint(name, known.iter().map(String::as_str));
                Err(ConfigError::NoRecipe {
                    name: name.to_owned(),
                    hint,
                    path,
                    known,
                })
            }
        }
    }

    /// What is wrong with a value, and where it stands.
    pub fn wrong(&self, message: String) -> ConfigError {
        ConfigError::Value {
            place: self.place.clone(),
            message,
        }
    }

    /// An error for the first of these parameters that is 0.
    pub fn at_least_one(&self, values: &[(&str, u64)]) -> Result<(), ConfigError> {
        match values.iter().find(|(_, value)| *value == 0) {
            Some((name, _)) => Err(self.wrong(format!(
                "{name} is 0; it is at least 1 (leave the phase out of config.yaml to do without it)"
            ))),
            None => Ok(()),
        }
    }

    /// Entries of a registry by the names that the recipe gives; `what` is what one is called.
    pub fn named<T>(
        &self,
        what: &str,
        names: &[String],
        all: &'static [T],
        name_of: fn(&T) -> &str,
    ) -> Result<Vec<&'static T>, ConfigError> {
        let find = |name: &String| {
            all.iter().find(|entry| name_of(entry) == name).ok_or_else(|| {
                let hint = suggest::hint(name, all.iter().map(name_of));
                self.wrong(format!("unknown {what} \"{name}\"{hint}"))
            })
        };
        names.iter().map(find).collect()
    }

    /// Everything but `kind`, as the kind's own type. Use `#[serde(deny_unknown_fields)]` on it.
    pub fn params<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        yaml::read(&self.place, &self.text).map(|WithoutKind(params)| params)
    }
}

/// Recipes there are: beside config.yaml and built in.
fn names(base: &Path) -> BTreeSet<String> {
    let beside = std::fs::read_dir(base.join("phases"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned());
    let built_in = embedded::FILES
        .iter()
        .filter_map(|(path, _)| path.strip_prefix("phases/").map(str::to_owned));
    beside
        .chain(built_in)
        .filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned))
        .collect()
}

/// A mapping read as `T`, its entry `kind` left out.
struct WithoutKind<T>(T);

impl<'de, T: DeserializeOwned> serde::Deserialize<'de> for WithoutKind<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Entries(PhantomData)).map(WithoutKind)
    }
}

struct Entries<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for Entries<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a recipe: kind and parameters")
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(SkipKind(map)))
    }
}

struct SkipKind<A>(A);

impl<'de, A: MapAccess<'de>> MapAccess<'de> for SkipKind<A> {
    type Error = A::Error;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        // The seed can be used once, so the key is read as text first. `kind` comes once: duplicate keys are refused.
        loop {
            match self.0.next_key::<String>()? {
                None => return Ok(None),
                Some(key) if key == "kind" => {
                    self.0.next_value::<serde::de::IgnoredAny>()?;
                }
                Some(key) => return seed.deserialize(serde::de::value::StringDeserializer::new(key)).map(Some),
            }
        }
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.0.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Pairs {
        pairs: u64,
        shapes: Vec<String>,
    }

    #[test]
    fn parameters_are_read_strictly_and_the_kind_is_not_one_of_them() -> Result<(), ConfigError> {
        let recipe = Recipe::parse("joins", "joins.yaml", "pairs: 3\nkind: pairs\nshapes: [a]\n")?;
        assert_eq!(recipe.kind, "pairs");
        assert_eq!(
            recipe.params::<Pairs>()?,
            Pairs {
                pairs: 3,
                shapes: vec!["a".into()]
            }
        );

        let typo = Recipe::parse("joins", "joins.yaml", "kind: pairs\nshape: [a]\npairs: 3\n")?;
        let message = typo.params::<Pairs>().expect_err("unknown key").to_string();
        assert!(
            message.starts_with("joins.yaml:2:") && message.ends_with("did you mean \"shapes\"?"),
            "{message}"
        );
        let message = Recipe::parse("x", "x.yaml", "pairs: 3\n").expect_err("no kind").to_string();
        assert!(message.contains("kind"), "{message}");
        Ok(())
    }

    #[test]
    fn a_recipe_beside_the_config_wins_and_an_unknown_one_is_hinted() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        assert!(Recipe::find(dir.path(), "schema")?.place.contains("built in"));
        std::fs::create_dir(dir.path().join("phases"))?;
        std::fs::write(dir.path().join("phases/schema.yaml"), "kind: schema\n")?;
        assert!(!Recipe::find(dir.path(), "schema")?.place.contains("built in"));
        let message = Recipe::find(dir.path(), "shema").expect_err("unknown").to_string();
        assert!(message.contains("did you mean \"schema\"?"), "{message}");
        Ok(())
    }
}
