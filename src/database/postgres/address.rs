//! Where a server is: `postgresql://user@host:5432/database`, or libpq's `host=... dbname=...`.
//!
//! Encryption: `sslmode=require` and above encrypt and always check the certificate against the system's authorities (stricter than libpq's
//! `require`); `prefer`, the default, does so on any host but this one when the server offers it; `disable` never. Invariant: no message
//! that comes from here quotes a user's password, nor the text that it stands in.

use super::super::DbError;
use std::path::Path;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A server and a database on it.
#[derive(Clone)]
pub struct Address {
    pub(super) config: Config,
    /// As messages name it: no user, no password.
    pub(super) place: String,
}

/// Whether a source is a server's address rather than a file.
pub fn is_address(spec: &str) -> bool {
    let lower = spec.trim_start().to_ascii_lowercase();
    if ["postgresql://", "postgres://"].iter().any(|scheme| lower.starts_with(scheme)) {
        return true;
    }
    // libpq's other form: words with "=", one of which says where or what.
    let mut keys = lower.split_whitespace().filter_map(|word| word.split_once('=').map(|(key, _)| key));
    keys.any(|key| matches!(key, "host" | "hostaddr" | "dbname")) && !Path::new(spec).exists()
}

/// An address as it may be shown: without user, password and options.
pub fn without_secrets(spec: &str) -> String {
    Address::parse(spec).map_or_else(|_| shown(spec), |address| address.place)
}

impl Address {
    /// Reads an address.
    pub fn parse(spec: &str) -> Result<Self, DbError> {
        let mut spec = spec.trim().to_owned();
        for stricter in ["sslmode=verify-full", "sslmode=verify-ca"] {
            spec = spec.replace(stricter, "sslmode=require");
        }
        let config: Config = spec.parse().map_err(|_| DbError::Open {
            place: shown(&spec),
            message:
                "this is no address; expected postgresql://USER@HOST:PORT/DATABASE?sslmode=require, or host=... dbname=... with values \
                      that hold blanks in single quotes; in a URL, characters like @ / ? # % in a password are written as %40 and so on"
                    .into(),
        })?;
        let place = place(&config);
        Ok(Address { config, place })
    }

    /// The database's name.
    pub fn database(&self) -> &str {
        self.config.get_dbname().or(self.config.get_user()).unwrap_or("postgres")
    }

    /// A database on a server that listens on a Unix socket in `dir`.
    pub(super) fn local(dir: &Path, user: &str, database: &str) -> Self {
        let mut config = Config::new();
        config.host_path(dir).user(user).dbname(database);
        let place = place(&config);
        Address { config, place }
    }

    /// The error that says this server cannot be used.
    pub(super) fn unreachable(&self, message: String) -> DbError {
        DbError::Open {
            place: self.place.clone(),
            message,
        }
    }

    pub(super) fn tls(&self) -> Result<Option<MakeRustlsConnect>, DbError> {
        let here = |host: &Host| match host {
            Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
            #[cfg(unix)]
            Host::Unix(_) => true,
        };
        let wanted = match self.config.get_ssl_mode() {
            SslMode::Disable => false,
            SslMode::Prefer => !self.config.get_hosts().iter().all(here),
            _ => true,
        };
        if !wanted {
            return Ok(None);
        }
        // Errors about single certificates leave the others usable.
        match MakeRustlsConnect::with_native_certs() {
            Ok((tls, _)) => Ok(Some(tls)),
            Err(errors) => {
                let first = errors.first().map_or_else(|| "there are none".to_owned(), ToString::to_string);
                Err(self.unreachable(format!(
                    "the system's certificates cannot be read ({first}); SSL_CERT_FILE names a file of them, sslmode=disable does without encryption"
                )))
            }
        }
    }
}

fn place(config: &Config) -> String {
    let ports = config.get_ports();
    let host = |(at, host): (usize, &Host)| {
        let port = ports.get(at).or(ports.first()).map(|port| format!(":{port}")).unwrap_or_default();
        match host {
            Host::Tcp(name) => format!("{name}{port}"),
            #[cfg(unix)]
            Host::Unix(path) => format!("{}{port}", path.display()),
        }
    };
    let hosts: Vec<String> = config.get_hosts().iter().enumerate().map(host).collect();
    let database = config.get_dbname().map(|name| format!("/{name}")).unwrap_or_default();
    format!("postgresql://{}{database}", hosts.join(","))
}

/// An address that does not parse, without what may be a secret.
fn shown(spec: &str) -> String {
    match (spec.split_once("://"), spec.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{}", host.split('?').next().unwrap_or_default()),
        (Some((scheme, rest)), None) => format!("{scheme}://{}", rest.split(['?', ':']).next().unwrap_or_default()),
        _ => "(key=value address)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_ever_shown() -> Result<(), DbError> {
        let shown = |spec: &str| match Address::parse(spec) {
            Ok(address) => address.place,
            Err(error) => error.to_string(),
        };
        assert_eq!(
            shown("postgresql://me:secret@db.example.com:6432/shop?sslmode=require"),
            "postgresql://db.example.com:6432/shop"
        );
        assert_eq!(
            shown("host=/run/postgresql user=me password='secret word' dbname=shop"),
            "postgresql:///run/postgresql/shop"
        );
        for broken in [
            "postgresql://me:secret@host:port/db",
            "postgresql://me:sec@secret@host:1:2/db",
            "postgresql://me:secret",
            "host=h password=x secret dbname=d",
            "postgresql://host/db?password=secret&nonsense=1",
        ] {
            assert!(!shown(broken).contains("secret"), "{}", shown(broken));
        }
        assert_eq!(
            Address::parse("postgresql://h/d?sslmode=verify-full")?.config.get_ssl_mode(),
            SslMode::Require
        );
        Ok(())
    }

    #[test]
    fn addresses_are_told_from_files() {
        assert!(is_address("postgresql://localhost/x") && is_address("postgres://localhost/x"));
        assert!(is_address("host=localhost dbname=x") && is_address("dbname=x"));
        assert!(!is_address("schemas/host.sql") && !is_address("a=b.sql"));
    }
}
