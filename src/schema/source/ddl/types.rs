//! Data types: PostgreSQL's spellings and the commonest of other engines, to [`SqlType`].
//!
//! A name that is no built-in type may be an enum or a domain defined later; it stays a name until the whole source is read.
//! Many dimensions are one, as in PostgreSQL.

use super::cursor::{Cursor, Name};
use crate::ir::SqlType;

/// A type as written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TypeRef {
    pub(super) base: Base,
    pub(super) array: bool,
    /// serial, bigserial, smallserial.
    pub(super) serial: bool,
}

/// What the element type is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Base {
    Known(SqlType),
    /// A type that the source may define, and the type's arguments as written.
    Named(Name, String),
    /// MySQL's and DuckDB's `ENUM('a', 'b')`.
    InlineEnum(Vec<String>),
}

/// Built-in types of PostgreSQL that the IR has no word for; they are kept by name without a warning.
#[rustfmt::skip]
const KEPT_BY_NAME: [&str; 31] = [
    "tsvector", "tsquery", "inet", "cidr", "macaddr", "macaddr8", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle",
    "bit", "varbit", "oid", "regclass", "regproc", "pg_lsn", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange",
    "int4multirange", "jsonpath", "hstore", "ltree", "money",
];

/// Reads a type; `None` when no name stands here.
pub(super) fn parse(cursor: &mut Cursor<'_>) -> Option<TypeRef> {
    cursor.eat(&["SETOF"]);
    let mut name = cursor.name()?;
    if name.schema.as_deref() == Some("pg_catalog") {
        name.schema = None;
    }
    let word = if name.schema.is_none() {
        spelled_out(cursor, &name.name)
    } else {
        String::new()
    };
    let arguments = cursor.group();
    if matches!(word.as_str(), "time" | "timestamp")
        && (cursor.eat(&["WITH", "TIME", "ZONE"]) || cursor.eat(&["WITH", "LOCAL", "TIME", "ZONE"]))
    {
        name.name = format!("{word}tz");
    } else {
        cursor.eat(&["WITHOUT", "TIME", "ZONE"]);
        if !word.is_empty() {
            name.name = word;
        }
    }
    let unsigned = eat_mysql_marks(cursor);
    let base = match name.schema {
        Some(_) => None,
        None => known(&name.name, arguments, unsigned),
    };
    let base = base.unwrap_or_else(|| Base::Named(name.clone(), arguments.map(|a| a.sql()).unwrap_or_default()));
    let serial = name.schema.is_none()
        && matches!(
            name.name.as_str(),
            "serial" | "bigserial" | "smallserial" | "serial2" | "serial4" | "serial8"
        );
    Some(TypeRef {
        base,
        array: eat_brackets(cursor),
        serial,
    })
}

/// Types of several words, as one: `double precision`, `character varying`.
fn spelled_out(cursor: &mut Cursor<'_>, first: &str) -> String {
    match first {
        "double" => {
            cursor.eat(&["PRECISION"]);
            "double".into()
        }
        "national" if cursor.eat(&["CHARACTER", "VARYING"]) || cursor.eat(&["CHAR", "VARYING"]) || cursor.eat(&["VARCHAR"]) => {
            "varchar".into()
        }
        "national" if cursor.eat(&["CHARACTER"]) || cursor.eat(&["CHAR"]) => "char".into(),
        "character" if cursor.eat(&["LARGE", "OBJECT"]) => "text".into(),
        "char" | "character" | "nchar" if cursor.eat(&["VARYING"]) => "varchar".into(),
        "binary" if cursor.eat(&["VARYING"]) || cursor.eat(&["LARGE", "OBJECT"]) => "bytea".into(),
        "bit" if cursor.eat(&["VARYING"]) => "varbit".into(),
        "long" if cursor.eat(&["VARCHAR"]) || cursor.eat(&["TEXT"]) => "text".into(),
        "interval" => {
            while cursor.is_any(&["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND", "TO"]) {
                cursor.skip(1);
            }
            "interval".into()
        }
        other => other.to_owned(),
    }
}

fn eat_mysql_marks(cursor: &mut Cursor<'_>) -> bool {
    let mut unsigned = false;
    loop {
        if cursor.eat(&["UNSIGNED"]) {
            unsigned = true;
        } else if !(cursor.eat(&["SIGNED"]) || cursor.eat(&["ZEROFILL"])) {
            return unsigned;
        }
    }
}

/// `[]`, `[3]`, `ARRAY`, `ARRAY[3]`.
fn eat_brackets(cursor: &mut Cursor<'_>) -> bool {
    let mut array = cursor.eat(&["ARRAY"]);
    while cursor.is_symbol(0, '[') && (cursor.is_symbol(1, ']') || cursor.is_symbol(2, ']')) {
        cursor.skip(if cursor.is_symbol(1, ']') { 2 } else { 3 });
        array = true;
    }
    array
}

fn known(name: &str, arguments: Option<Cursor<'_>>, unsigned: bool) -> Option<Base> {
    let parts: Vec<Cursor<'_>> = arguments.map(|a| a.parts()).unwrap_or_default();
    let number = |n: usize| parts.get(n).and_then(|p| p.clone().number());
    let text_of = |length: Option<u32>| length.map_or(SqlType::Text, SqlType::Varchar);
    let integer = |signed: SqlType, wider: SqlType| if unsigned { wider } else { signed };
    let sql_type = match name {
        "tinyint" | "int1" if number(0) == Some(1) => SqlType::Bool,
        "smallint" | "int2" | "smallserial" | "serial2" | "tinyint" | "int1" | "utinyint" => integer(SqlType::Int16, SqlType::Int32),
        "int" | "integer" | "int4" | "serial" | "serial4" | "mediumint" | "int3" | "usmallint" => integer(SqlType::Int32, SqlType::Int64),
        "bigint" | "int8" | "bigserial" | "serial8" | "uinteger" => integer(SqlType::Int64, SqlType::Decimal(20, 0)),
        "ubigint" => SqlType::Decimal(20, 0),
        "hugeint" | "uhugeint" => SqlType::Decimal(38, 0),
        "real" | "float4" => SqlType::Float32,
        "float" if number(0).is_some_and(|n| n <= 24) && parts.len() == 1 => SqlType::Float32,
        "float" | "float8" | "double" => SqlType::Float64,
        "numeric" | "decimal" | "dec" | "number" | "fixed" => decimal(number(0), number(1), parts.is_empty()),
        "smallmoney" => SqlType::Decimal(19, 2),
        "varchar" | "varchar2" | "nvarchar" | "nvarchar2" | "character_varying" => text_of(number(0)),
        "char" | "character" | "nchar" => SqlType::Char(number(0).unwrap_or(1)),
        "bpchar" => number(0).map_or(SqlType::Text, SqlType::Char),
        "text" | "citext" | "clob" | "nclob" | "ntext" | "longtext" | "mediumtext" | "tinytext" | "string" | "name" => SqlType::Text,
        "set" if arguments.is_some() => SqlType::Text,
        "date" => SqlType::Date,
        "timestamp" | "datetime" | "datetime2" | "smalldatetime" | "timestamp_s" | "timestamp_ms" | "timestamp_ns" => SqlType::Timestamp,
        "timestamptz" | "datetimeoffset" => SqlType::TimestampTz,
        "time" | "timetz" => SqlType::Time,
        "interval" => SqlType::Interval,
        "bool" | "boolean" => SqlType::Bool,
        "uuid" | "uniqueidentifier" | "guid" => SqlType::Uuid,
        "json" | "jsonb" => SqlType::Json,
        "bytea" | "blob" | "binary" | "varbinary" | "longblob" | "mediumblob" | "tinyblob" | "image" | "raw" | "bytes" => SqlType::Bytes,
        "geometry" | "geography" => {
            let kind = parts.first().map_or("GEOMETRY".to_owned(), |p| p.sql().to_ascii_uppercase());
            SqlType::Geometry(kind, number(1).unwrap_or(if name == "geography" { 4326 } else { 0 }))
        }
        "enum" => {
            let values: Option<Vec<String>> = parts.iter().map(|p| p.clone().string()).collect();
            return values.filter(|v| !v.is_empty()).map(Base::InlineEnum);
        }
        _ if KEPT_BY_NAME.contains(&name) => SqlType::Other(arguments.map_or(name.to_owned(), |a| format!("{name}({})", a.sql()))),
        _ => return None,
    };
    Some(Base::Known(sql_type))
}

/// Precision and scale within what a 128-bit decimal holds. Without either, room for what people store.
fn decimal(precision: Option<u32>, scale: Option<u32>, bare: bool) -> SqlType {
    if bare {
        return SqlType::Decimal(18, 4);
    }
    let precision = precision.unwrap_or(18).clamp(1, 38) as u8;
    SqlType::Decimal(precision, scale.unwrap_or(0).min(u32::from(precision)) as u8)
}

#[cfg(test)]
mod tests {
    use super::super::statements::Statements;
    use super::*;

    fn read(text: &str) -> Option<TypeRef> {
        let statement = Statements::new(text).next()?;
        parse(&mut Cursor::new(text, &statement.tokens, false))
    }

    #[test]
    fn postgresql_spellings_become_one_type_each() {
        for (text, expected) in [
            ("character varying(40)", SqlType::Varchar(40)),
            ("varchar", SqlType::Text),
            ("character(2)", SqlType::Char(2)),
            ("\"char\"", SqlType::Char(1)),
            ("timestamp(3) with time zone", SqlType::TimestampTz),
            ("timestamp without time zone", SqlType::Timestamp),
            ("double precision", SqlType::Float64),
            ("float(24)", SqlType::Float32),
            ("pg_catalog.int4", SqlType::Int32),
            ("numeric", SqlType::Decimal(18, 4)),
            ("numeric(10, 2)", SqlType::Decimal(10, 2)),
            ("numeric(1000)", SqlType::Decimal(38, 0)),
            ("interval year to month", SqlType::Interval),
            ("bigint unsigned", SqlType::Decimal(20, 0)),
            ("tinyint(1)", SqlType::Bool),
            ("geometry(Point,4326)", SqlType::Geometry("POINT".into(), 4326)),
            ("tsvector", SqlType::Other("tsvector".into())),
            ("bit varying(5)", SqlType::Other("varbit(5)".into())),
        ] {
            assert_eq!(read(text).map(|t| t.base), Some(Base::Known(expected)), "{text}");
        }
        let array = read("text[][3]").unwrap_or_else(|| TypeRef {
            base: Base::InlineEnum(vec![]),
            array: false,
            serial: false,
        });
        assert_eq!((array.base, array.array), (Base::Known(SqlType::Text), true));
        assert!(read("serial").is_some_and(|t| t.serial));
        assert_eq!(
            read("public.mood").map(|t| t.base),
            Some(Base::Named(
                Name {
                    schema: Some("public".into()),
                    name: "mood".into()
                },
                String::new()
            ))
        );
    }
}
