//! Column types, wider than any one database's, written as one string in JSON (`"DECIMAL(10,2)"`, `"TEXT[]"`).
//!
//! Invariant: `parse(display(t)) == t` for every type; unknown names of a source are kept as [`SqlType::Other`], never lost. In JSON, where such a type is
//! written `OTHER(name)`, an unknown name alone is an error.

use crate::kernel::suggest;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Longest type written as text, bytes.
const TYPE_BYTES_MAX: usize = 512;

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SqlType {
    /// 16-bit integer.
    Int16,
    /// 32-bit integer.
    Int32,
    /// 64-bit integer.
    Int64,
    /// 32-bit float.
    Float32,
    /// 64-bit float.
    Float64,
    /// Exact decimal: precision, scale.
    Decimal(u8, u8),
    /// Text without a limit.
    Text,
    /// Text of at most n characters.
    Varchar(u32),
    /// Text of exactly n characters, blank padded in PostgreSQL.
    Char(u32),
    /// Calendar day.
    Date,
    /// Day and time without a zone; `DATETIME` in the IR's own vocabulary.
    Timestamp,
    /// Instant with a zone.
    TimestampTz,
    /// Time of day.
    Time,
    /// Span of time.
    Interval,
    /// True or false.
    Bool,
    /// UUID.
    Uuid,
    /// JSON document.
    Json,
    /// Raw bytes.
    Bytes,
    /// A named enum of [`super::LogicalIr::enums`].
    Enum(String),
    /// A list of one element type.
    Array(Box<SqlType>),
    /// Geometry: kind ("POINT"), srid.
    Geometry(String, u32),
    /// Any other type, by its name in the source.
    Other(String),
}

/// The names that the IR writes, for messages.
const NAMES: [&str; 18] = [
    "INT16",
    "INT32",
    "INT64",
    "FLOAT32",
    "FLOAT64",
    "DECIMAL",
    "TEXT",
    "VARCHAR",
    "CHAR",
    "DATE",
    "DATETIME",
    "TIMESTAMPTZ",
    "TIME",
    "INTERVAL",
    "BOOL",
    "UUID",
    "JSON",
    "BYTES",
];

impl SqlType {
    /// What a list is of, through all its levels; the type itself where it is none.
    fn element(&self) -> &SqlType {
        let mut at = self;
        while let SqlType::Array(inner) = at {
            at = inner;
        }
        at
    }
    /// Integers of any width.
    pub fn is_integer(&self) -> bool {
        matches!(self, SqlType::Int16 | SqlType::Int32 | SqlType::Int64)
    }
    /// Anything arithmetic works on.
    pub fn is_numeric(&self) -> bool {
        self.is_integer() || matches!(self, SqlType::Float32 | SqlType::Float64 | SqlType::Decimal(..))
    }
    /// Character data (enums apart).
    pub fn is_text(&self) -> bool {
        matches!(self, SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_))
    }
    /// Days and instants: what a calendar question can be asked about.
    pub fn is_temporal(&self) -> bool {
        matches!(self, SqlType::Date | SqlType::Timestamp | SqlType::TimestampTz)
    }
}

impl fmt::Display for SqlType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SqlType::Int16 => f.write_str("INT16"),
            SqlType::Int32 => f.write_str("INT32"),
            SqlType::Int64 => f.write_str("INT64"),
            SqlType::Float32 => f.write_str("FLOAT32"),
            SqlType::Float64 => f.write_str("FLOAT64"),
            SqlType::Decimal(p, s) => write!(f, "DECIMAL({p},{s})"),
            SqlType::Text => f.write_str("TEXT"),
            SqlType::Varchar(n) => write!(f, "VARCHAR({n})"),
            SqlType::Char(n) => write!(f, "CHAR({n})"),
            SqlType::Date => f.write_str("DATE"),
            SqlType::Timestamp => f.write_str("DATETIME"),
            SqlType::TimestampTz => f.write_str("TIMESTAMPTZ"),
            SqlType::Time => f.write_str("TIME"),
            SqlType::Interval => f.write_str("INTERVAL"),
            SqlType::Bool => f.write_str("BOOL"),
            SqlType::Uuid => f.write_str("UUID"),
            SqlType::Json => f.write_str("JSON"),
            SqlType::Bytes => f.write_str("BYTES"),
            SqlType::Enum(name) => write!(f, "ENUM({name})"),
            SqlType::Array(inner) => write!(f, "{inner}[]"),
            SqlType::Geometry(kind, srid) => write!(f, "GEOMETRY({kind},{srid})"),
            SqlType::Other(name) => write!(f, "OTHER({name})"),
        }
    }
}

/// Most digits of a decimal: what 128 bits hold, and every database keeps.
const PRECISION_MAX: u8 = 38;

fn decimal(text: &str, precision: &str, scale: &str) -> Result<SqlType, String> {
    let digits = |arg: &str| arg.trim().parse::<u8>().ok();
    let precision = digits(precision).filter(|p| (1..=PRECISION_MAX).contains(p)).ok_or_else(|| {
        format!("type {text:?}: the precision {:?} is not from 1 to {PRECISION_MAX} digits; write DECIMAL({PRECISION_MAX},s) at most, or FLOAT64", precision.trim())
    })?;
    let scale = digits(scale).filter(|s| *s <= precision).ok_or_else(|| {
        format!(
            "type {text:?}: the scale {:?} is not from 0 to the precision, {precision}; it is the digits after the point",
            scale.trim()
        )
    })?;
    Ok(SqlType::Decimal(precision, scale))
}

impl FromStr for SqlType {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(inner) = text.strip_suffix("[]") {
            // Every pair of brackets is a level of recursion, here and when the type is dropped.
            if inner.len() > TYPE_BYTES_MAX {
                return Err(format!("a type of {} bytes is too long", text.len()));
            }
            return Ok(SqlType::Array(Box::new(inner.parse()?)));
        }
        let (name, args) = match text.split_once('(') {
            Some((name, rest)) => (
                name.trim(),
                rest.strip_suffix(')')
                    .ok_or_else(|| format!("type {text:?} lacks its closing parenthesis"))?,
            ),
            None => (text, ""),
        };
        let number = |arg: &str| {
            arg.trim()
                .parse::<u32>()
                .map_err(|_| format!("type {text:?}: {arg:?} is not a size"))
        };
        Ok(match name.to_ascii_uppercase().as_str() {
            "INT16" | "SMALLINT" => SqlType::Int16,
            "INT32" | "INT" | "INTEGER" => SqlType::Int32,
            "INT64" | "BIGINT" => SqlType::Int64,
            "FLOAT32" | "REAL" => SqlType::Float32,
            "FLOAT64" | "DOUBLE" => SqlType::Float64,
            "DECIMAL" | "NUMERIC" => {
                let (p, s) = args
                    .split_once(',')
                    .unwrap_or((if args.is_empty() { "18" } else { args }, if args.is_empty() { "4" } else { "0" }));
                decimal(text, p, s)?
            }
            "TEXT" => SqlType::Text,
            "VARCHAR" => {
                if args.is_empty() {
                    SqlType::Text
                } else {
                    SqlType::Varchar(number(args)?)
                }
            }
            "CHAR" => SqlType::Char(if args.is_empty() { 1 } else { number(args)? }),
            "DATE" => SqlType::Date,
            "DATETIME" | "TIMESTAMP" => SqlType::Timestamp,
            "TIMESTAMPTZ" => SqlType::TimestampTz,
            "TIME" => SqlType::Time,
            "INTERVAL" => SqlType::Interval,
            "BOOL" | "BOOLEAN" => SqlType::Bool,
            "UUID" => SqlType::Uuid,
            "JSON" | "JSONB" => SqlType::Json,
            "BYTES" | "BYTEA" | "BLOB" => SqlType::Bytes,
            "ENUM" => SqlType::Enum(args.to_owned()),
            "GEOMETRY" => {
                let (kind, srid) = args.split_once(',').unwrap_or((args, "0"));
                SqlType::Geometry(kind.trim().to_owned(), number(srid)?)
            }
            "OTHER" => SqlType::Other(args.to_owned()),
            _ => SqlType::Other(text.to_owned()),
        })
    }
}

impl Serialize for SqlType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SqlType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let read: SqlType = text.parse().map_err(serde::de::Error::custom)?;
        // What is written says OTHER(name), so a bare name is a slip.
        match read.element() {
            SqlType::Other(name) if !text.trim_start().to_ascii_uppercase().starts_with("OTHER(") => {
                let bare = name.split('(').next().unwrap_or_default();
                Err(serde::de::Error::custom(format!(
                    "there is no type {name:?}{}; a type that one database alone has is written OTHER({bare})",
                    suggest::hint(bare, NAMES)
                )))
            }
            _ => Ok(read),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_reads_back() {
        for text in [
            "INT16",
            "INT32",
            "INT64",
            "FLOAT32",
            "FLOAT64",
            "DECIMAL(10,2)",
            "TEXT",
            "VARCHAR(40)",
            "CHAR(2)",
            "DATE",
            "DATETIME",
            "TIMESTAMPTZ",
            "TIME",
            "INTERVAL",
            "BOOL",
            "UUID",
            "JSON",
            "BYTES",
            "ENUM(mpaa_rating)",
            "TEXT[]",
            "DECIMAL(4,1)[]",
            "GEOMETRY(POINT,4326)",
            "OTHER(tsvector)",
        ] {
            let parsed: SqlType = text.parse().unwrap_or(SqlType::Other("failed".into()));
            assert_eq!(parsed.to_string(), text);
        }
        assert_eq!("wibble".parse::<SqlType>(), Ok(SqlType::Other("wibble".into())));
        let json = |text: &str| serde_json::from_value::<SqlType>(text.into()).map_err(|e| e.to_string());
        for (bad, said) in [
            ("FLOTE64", "no type \"FLOTE64\"; did you mean \"FLOAT64\"?"),
            ("DATTIME[]", "did you mean \"DATETIME\"?"),
            ("tsvector", "OTHER(tsvector)"),
        ] {
            let found = json(bad);
            assert!(found.as_ref().is_err_and(|e| e.contains(said)), "{bad}: {found:?}");
        }
        assert_eq!(json("OTHER(tsvector)"), Ok(SqlType::Other("tsvector".into())));
        assert_eq!(json("other(inet)[]"), Ok(SqlType::Array(Box::new(SqlType::Other("inet".into())))));
        assert!("VARCHAR(x)".parse::<SqlType>().is_err());
        for (bad, said) in [
            ("DECIMAL(99,5)", "precision \"99\" is not from 1 to 38"),
            ("DECIMAL(0)", "precision \"0\""),
            ("DECIMAL(300,2)", "precision \"300\""),
            ("DECIMAL(5,-2)", "scale \"-2\" is not from 0 to the precision, 5"),
            ("DECIMAL(5,9)", "scale \"9\""),
            ("DECIMAL(9,1,3)[]", "scale \"1,3\""),
        ] {
            let found = bad.parse::<SqlType>();
            assert!(found.as_ref().is_err_and(|e| e.contains(said)), "{bad}: {found:?}");
        }
    }
}
