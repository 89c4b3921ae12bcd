//! The second engine of `sqlmint check`: PostgreSQL, with a copy of the data or as the user's own database.
//!
//! Without DATABASE_URL a private throwaway server gets a copy of each database the first time that a pair asks for it. With DATABASE_URL the server that
//! it names is asked as it stands, in read-only transactions; nothing is loaded there. Limit: DATABASE_URL is one database, so the pairs must be about one.

use super::super::failure::Usage;
use anyhow::Result;
use clap::ValueEnum;
use sqlmint::check::engines::Second;
use sqlmint::database::postgres::cluster::{Cluster, Programs};
use sqlmint::database::postgres::{Address, Postgres, load};
use sqlmint::database::schemas::Schemas;
use sqlmint::ir::LogicalIr;
use sqlmint::kernel::progress::Silent;
use std::path::Path;

/// Sessions of a throwaway server: pairs are asked one after the other.
const SESSIONS: usize = 1;

/// Engines that can judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Engine {
    /// PostgreSQL
    #[value(alias = "postgresql")]
    Postgres,
}

/// The second engine.
pub(super) enum Judge {
    /// The user's own database.
    Own { session: Box<Postgres>, same_rows: bool },
    /// A throwaway server, and the session on the database that was asked for last.
    Throwaway {
        cluster: Cluster,
        loaded: Vec<String>,
        session: Option<(String, Box<Postgres>)>,
    },
}

impl Judge {
    /// Connects to DATABASE_URL, or starts a throwaway server.
    pub(super) fn new(engine: Engine, schemas: &Schemas, same_rows: bool) -> Result<Self> {
        let Engine::Postgres = engine;
        let url = std::env::var("DATABASE_URL").unwrap_or_default();
        if url.trim().is_empty() {
            return Ok(Judge::Throwaway {
                cluster: Cluster::start(&Programs::find()?)?,
                loaded: Vec::new(),
                session: None,
            });
        }
        if matches!(schemas, Schemas::Many { .. }) {
            let message =
                "DATABASE_URL names one database, and --schema holds several; unset it to judge on a throwaway server, or name one schema";
            return Err(Usage(message.into()).into());
        }
        let session = Box::new(Postgres::connect(&Address::parse(&url)?)?);
        Ok(Judge::Own { session, same_rows })
    }

    /// The engine with a database's rows, which are those of the DuckDB file.
    pub(super) fn on(&mut self, schema: &LogicalIr, file: &Path) -> Result<Second<'_>> {
        let (backend, same_rows) = match self {
            Judge::Own { session, same_rows } => (&**session, *same_rows),
            Judge::Throwaway { cluster, loaded, session } => {
                let known = session.take().filter(|(name, _)| *name == schema.name);
                let at = match loaded.iter().position(|name| *name == schema.name) {
                    Some(at) => at,
                    None => {
                        load::load_file(cluster, &database(loaded.len()), schema, file, &Silent)?;
                        loaded.push(schema.name.clone());
                        loaded.len() - 1
                    }
                };
                let open = match known {
                    Some(open) => open,
                    None => (schema.name.clone(), Box::new(cluster.server(&database(at), SESSIONS)?.session()?)),
                };
                (&*session.insert(open).1, true)
            }
        };
        Ok(Second { backend, same_rows })
    }
}

/// The name of a database there: a schema's own may be one that PostgreSQL has already.
fn database(at: usize) -> String {
    format!("judged_{at}")
}
