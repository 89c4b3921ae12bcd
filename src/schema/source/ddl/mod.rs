//! PostgreSQL DDL as found in the wild: hand-written files, migrations, whole `pg_dump` output with rows, other engines' where simple.
//!
//! | step | file |
//! |---|---|
//! | text -> statements of tokens | `statements`, `token` |
//! | statement -> changes of a draft | this file, `table`, `column`, `types`, `alter`, `objects`, over a `cursor` |
//! | draft -> [`LogicalIr`](crate::ir::LogicalIr) | `draft`, `finish` |
//!
//! Why not a full SQL parser: a dump is mostly text that says nothing about tables, in dialects that no one grammar takes, and one
//! statement that is not understood must cost nothing but itself. Nothing recurses over the input and every step is linear in it.

mod alter;
mod clash;
mod column;
mod cursor;
mod draft;
mod finish;
mod objects;
mod partition;
mod statements;
mod table;
mod token;
mod types;

use super::Parsed;
use crate::ir::SqlType;
use cursor::Cursor;
use draft::Draft;
use statements::{Statement, Statements};

/// Kinds of objects that CREATE, ALTER and DROP name.
#[rustfmt::skip]
const OBJECTS: [&str; 36] = [
    "TABLE", "VIEW", "FUNCTION", "PROCEDURE", "TRIGGER", "INDEX", "SEQUENCE", "EXTENSION", "SCHEMA", "TYPE", "DOMAIN", "DATABASE", "ROLE",
    "USER", "RULE", "POLICY", "AGGREGATE", "CAST", "COLLATION", "OPERATOR", "PUBLICATION", "SUBSCRIPTION", "SERVER", "STATISTICS",
    "LANGUAGE", "EVENT", "TABLESPACE", "CONVERSION", "GROUP", "MACRO", "DEFAULT", "ROUTINE", "TRANSFORM", "LARGE", "TEXT", "OWNED",
];

/// Words that may stand between CREATE and the kind of object.
#[rustfmt::skip]
const MODIFIERS: [&str; 20] = [
    "OR", "REPLACE", "GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED", "FOREIGN", "UNIQUE", "MATERIALIZED", "RECURSIVE", "CONSTRAINT",
    "ALGORITHM", "DEFINER", "SQL", "SECURITY", "PERSISTENT", "TRUSTED", "PROCEDURAL", "EXTERNAL",
];

/// Statements that say nothing about tables.
#[rustfmt::skip]
const OTHER_VERBS: [&str; 52] = [
    "INSERT", "SELECT", "SET", "UPDATE", "DELETE", "GRANT", "REVOKE", "BEGIN", "COMMIT", "ROLLBACK", "START", "ANALYZE", "VACUUM", "COPY",
    "DO", "CALL", "LOCK", "UNLOCK", "TRUNCATE", "REINDEX", "REFRESH", "USE", "SHOW", "WITH", "EXPLAIN", "LISTEN", "NOTIFY", "SECURITY",
    "REASSIGN", "IMPORT", "PRAGMA", "ATTACH", "DETACH", "EXPORT", "LOAD", "INSTALL", "DECLARE", "END", "EXECUTE", "PREPARE", "RESET",
    "DISCARD", "CLUSTER", "CHECKPOINT", "SAVEPOINT", "RELEASE", "VALUES", "MERGE", "REPLACE", "EXEC", "PRINT", "ABORT",
];

/// A source text with the name that findings give it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// File name.
    pub file: String,
    /// Its text.
    pub text: String,
}

/// Reads the statements of all sources, in order, as one schema.
pub fn parse(sources: &[Source]) -> Parsed {
    let mut draft = Draft::default();
    for source in sources {
        draft.file.clone_from(&source.file);
        draft.search_path.clear();
        let mut statements = Statements::new(&source.text);
        while let Some(statement) = statements.next() {
            read(&mut draft, &source.text, statement, statements.mysql);
        }
    }
    finish::finish(draft)
}

/// Reads a type as a database's catalogue spells it: its [`SqlType`], or the values of an enum without a name.
pub fn parse_type(text: &str) -> Result<SqlType, Vec<String>> {
    let statement = Statements::new(text).next().unwrap_or_default();
    let Some(written) = types::parse(&mut Cursor::new(text, &statement.tokens, false)) else {
        return Ok(SqlType::Other(text.to_owned()));
    };
    let element = match written.base {
        types::Base::Known(known) => known,
        types::Base::Named(..) => SqlType::Other(text.trim_end_matches("[]").to_owned()),
        types::Base::InlineEnum(values) => return Err(values),
    };
    Ok(if written.array {
        SqlType::Array(Box::new(element))
    } else {
        element
    })
}

/// An expression on one line, without parentheses around the whole.
pub fn bare_expression(text: &str) -> String {
    let statement = Statements::new(text).next().unwrap_or_default();
    Cursor::new(text, &statement.tokens, false).bare().sql()
}

/// The columns of a CREATE UNIQUE INDEX statement; `None` when it is on expressions or on some of the rows.
pub fn unique_index_columns(sql: &str) -> Option<Vec<String>> {
    let statement = Statements::new(sql).next()?;
    let mut cursor = Cursor::new(sql, &statement.tokens, false);
    let at = cursor.tokens.iter().position(|t| t.kind == token::Kind::Symbol('('))?;
    cursor.skip(at);
    let columns = cursor.columns()?;
    (!cursor.is(&["WHERE"])).then_some(columns)
}

fn read(draft: &mut Draft, text: &str, statement: Statement, mysql: bool) {
    for (line, flaw) in statement.flaws {
        draft.warn("unfinished", line, flaw);
    }
    if let Some(command) = statement.command {
        if command.starts_with("\\i") && !command.starts_with("\\if") {
            draft.warn(
                "include",
                statement.line,
                format!("{command:?} is not followed; name that file as another source"),
            );
        }
        draft.skip(if command.starts_with('\\') { "psql command" } else { "DELIMITER" }, 1);
        return;
    }
    if statement.rows > 0 {
        draft.skip("COPY row", statement.rows);
    }
    if !statement.tokens.is_empty() {
        dispatch(draft, Cursor::new(text, &statement.tokens, mysql), &statement.comments);
    }
}

/// Only of statements that are read whole: of rows, the beginning alone is kept.
fn open_parentheses(draft: &mut Draft, cursor: &Cursor<'_>) {
    let of = |symbol: char| cursor.tokens.iter().filter(|t| t.kind == token::Kind::Symbol(symbol)).count();
    let open = of('(').saturating_sub(of(')'));
    if open > 0 {
        draft.warn(
            "unfinished",
            cursor.line(),
            format!("the statement ends with {open} parentheses still open; it is read as if they were closed there"),
        );
    }
}

fn dispatch(draft: &mut Draft, mut cursor: Cursor<'_>, comments: &[token::Token]) {
    let line = cursor.line();
    let verb = cursor.raw(0).to_ascii_uppercase();
    match verb.as_str() {
        "CREATE" | "ALTER" | "DROP" => {
            open_parentheses(draft, &cursor);
            object(draft, &verb, cursor, comments);
        }
        "COMMENT" if cursor.eat(&["COMMENT", "ON"]) => objects::comment(draft, cursor),
        "SET" => {
            cursor.skip(1);
            let _ = cursor.eat(&["SESSION"]) || cursor.eat(&["LOCAL"]);
            match cursor.eat(&["search_path"]) || cursor.eat(&["SCHEMA"]) {
                true => objects::set_search_path(draft, cursor),
                false => draft.skip("SET", 1),
            }
        }
        "SELECT" => {
            if let Some(at) = cursor.tokens.iter().position(|t| t.is_word(cursor.text, "set_config")) {
                cursor.skip(at + 1);
                let arguments = cursor.group().map(|g| g.parts()).unwrap_or_default();
                let strings: Vec<String> = arguments.into_iter().filter_map(|mut a| a.string()).collect();
                if let [setting, value, ..] = strings.as_slice()
                    && setting == "search_path"
                {
                    objects::search_path(draft, value.split(','));
                }
            }
            draft.skip("SELECT", 1);
        }
        _ if OTHER_VERBS.contains(&verb.as_str()) => draft.skip(&verb, 1),
        _ => draft.warn(
            "unreadable_statement",
            line,
            format!("{:?} begins no statement that is known; it is left out", cursor.excerpt()),
        ),
    }
}

/// CREATE, ALTER or DROP of something.
fn object(draft: &mut Draft, verb: &str, mut cursor: Cursor<'_>, comments: &[token::Token]) {
    let line = cursor.line();
    cursor.skip(1);
    let (mut temporary, mut unique, mut materialized, mut modifiers) = (false, false, false, 0);
    // A DEFINER or ALGORITHM clause of MySQL brings a few symbols with it.
    while modifiers < 12 && !cursor.is_any(&OBJECTS) && !cursor.is_empty() {
        temporary |= cursor.is_any(&["TEMP", "TEMPORARY"]);
        unique |= cursor.is(&["UNIQUE"]);
        materialized |= cursor.is(&["MATERIALIZED"]);
        if !cursor.is_any(&MODIFIERS) && modifiers == 0 {
            break;
        }
        cursor.skip(1);
        modifiers += 1;
    }
    let kind = cursor.raw(0).to_ascii_uppercase();
    if !cursor.is_any(&OBJECTS) {
        let known = ["VIRTUAL", "ACCESS", "SECRET", "WAREHOUSE", "SYSTEM", "CONTINUOUS"].contains(&kind.as_str());
        if known {
            draft.skip(&format!("{verb} {kind}"), 1);
        } else {
            let excerpt = cursor.excerpt();
            draft.warn(
                "unreadable_statement",
                line,
                format!("{verb} {excerpt:?}: not a kind of object that is known; it is left out"),
            );
        }
        return;
    }
    cursor.skip(1);
    match (verb, kind.as_str()) {
        ("CREATE", "TABLE") if temporary => draft.skip("CREATE TEMPORARY TABLE", 1),
        ("CREATE", "TABLE") => table::create(draft, cursor, comments),
        ("CREATE", "TYPE") => objects::create_type(draft, cursor),
        ("CREATE", "DOMAIN") => objects::create_domain(draft, cursor),
        ("CREATE", "SCHEMA") => create_schema(draft, cursor, comments),
        ("CREATE", "INDEX") if unique => objects::create_unique_index(draft, cursor),
        ("ALTER", "TABLE") => alter::alter(draft, cursor),
        ("ALTER", "TYPE") => objects::alter_type(draft, cursor),
        ("ALTER", "DOMAIN") => objects::alter_domain(draft, cursor),
        ("DROP", "TABLE" | "TYPE" | "DOMAIN" | "INDEX" | "SCHEMA") => objects::drop(draft, &kind, cursor),
        _ if materialized => draft.skip(&format!("{verb} MATERIALIZED {kind}"), 1),
        _ => draft.skip(&format!("{verb} {kind}"), 1),
    }
}

/// `CREATE SCHEMA name [AUTHORIZATION role] [CREATE TABLE ...] ...`: the elements belong to the schema.
fn create_schema(draft: &mut Draft, mut cursor: Cursor<'_>, comments: &[token::Token]) {
    cursor.eat_if_exists();
    let named = if cursor.is(&["AUTHORIZATION"]) { None } else { cursor.identifier() };
    let role = if cursor.eat(&["AUTHORIZATION"]) {
        cursor.identifier()
    } else {
        None
    };
    let mut depth = 0_i64;
    let mut starts = Vec::new();
    for (n, token) in cursor.tokens.iter().enumerate() {
        match token.kind {
            token::Kind::Symbol('(') => depth += 1,
            token::Kind::Symbol(')') => depth -= 1,
            token::Kind::Word if depth == 0 && token.is_word(cursor.text, "CREATE") => starts.push(n),
            _ => {}
        }
    }
    let outer = draft.search_path.clone();
    objects::search_path(draft, named.or(role).as_deref().into_iter());
    for (n, start) in starts.iter().enumerate() {
        let end = starts.get(n + 1).copied().unwrap_or(cursor.tokens.len());
        let element = cursor.slice(*start, end);
        // A schema inside a schema is no SQL; following it would recurse.
        if !element.is(&["CREATE", "SCHEMA"]) {
            object(draft, "CREATE", element, comments);
        }
    }
    draft.search_path = outer;
}
