//! Configuration: config.yaml, environment and flags as [`Options`], checked into [`Settings`]; recipes of phases as [`Recipe`].
//!
//! Precedence: flag > environment (with `.env`) > config.yaml > default. Nothing is silently ignored: an unknown key, a wrong type or
//! a key given twice is an error that names its place.
//!
//! | module | is |
//! |---|---|
//! | `yaml` | strict reading of user files |
//! | `options` | what may be written, with defaults |
//! | `layers` | who wins: overrides over the file |
//! | `settings` | what holds, checked, paths resolved |
//! | `recipe` | `phases/<name>.yaml` |
//! | [`embedded`] | the files that the binary carries |

pub mod embedded;
mod layers;
mod options;
mod recipe;
mod settings;
mod yaml;

pub use layers::{Environment, Override};
pub use options::Options;
pub use recipe::Recipe;
pub use settings::{Flags, Settings, Source};

use std::path::PathBuf;

/// Why a configuration cannot be used. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] crate::kernel::files::FileError),
    /// There is no config.yaml.
    #[error("no config.yaml in {}; `sqlmint init` writes one, --config FILE names another, --set source.ddl=FILE does without", .0.display())]
    NoConfig(PathBuf),
    /// A file or a flag says something that does not fit.
    #[error("{place}: {message}")]
    Value {
        /// "config.yaml:7:3", "--set run.seed=x", "environment SEED".
        place: String,
        /// What was found and what is wanted.
        message: String,
    },
    /// `phases` lists a name that has no recipe.
    #[error("phases: no recipe \"{name}\"{hint}\nlooked for {} and among the built-in recipes: {}", path.display(), known.join(", "))]
    NoRecipe {
        /// As listed.
        name: String,
        /// "Did you mean", or nothing.
        hint: String,
        /// The file that would hold it.
        path: PathBuf,
        /// Recipes there are.
        known: Vec<String>,
    },
}
