//! Identifiers as PostgreSQL (and DuckDB) read them back: quoted only where they must be.

/// PostgreSQL's words that cannot name a column or a table without quotes, in alphabetical order.
#[rustfmt::skip]
const RESERVED: [&str; 101] = [
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "binary", "both", "case", "cast",
    "check", "collate", "collation", "column", "concurrently", "constraint", "create", "cross", "current_catalog", "current_date",
    "current_role", "current_schema", "current_time", "current_timestamp", "current_user", "default", "deferrable", "desc", "distinct",
    "do", "else", "end", "except", "false", "fetch", "for", "foreign", "freeze", "from", "full", "grant", "group", "having", "ilike",
    "in", "initially", "inner", "intersect", "into", "is", "isnull", "join", "lateral", "leading", "left", "like", "limit", "localtime",
    "localtimestamp", "natural", "not", "notnull", "null", "offset", "on", "only", "or", "order", "outer", "overlaps", "placing",
    "primary", "references", "returning", "right", "select", "session_user", "similar", "some", "symmetric", "system_user", "table",
    "tablesample", "then", "to", "trailing", "true", "union", "unique", "user", "using", "variadic", "verbose", "when", "where", "window",
    "with",
];

/// The identifier as SQL writes it: bare when it is lower case and no reserved word.
pub fn quote_identifier(name: &str) -> String {
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && name.bytes().next().is_some_and(|b| !b.is_ascii_digit())
        && RESERVED.binary_search(&name).is_err();
    if plain {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// The identifier as its writer spelled it, where that is the same name without quotes.
pub(super) fn spelled(name: &str, written: &str) -> String {
    let quoted = quote_identifier(name);
    match quoted == name && written.to_ascii_lowercase() == name {
        true => written.to_owned(),
        false => quoted,
    }
}

/// A list of identifiers between parentheses.
pub(super) fn quote_list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|n| quote_identifier(n)).collect();
    format!("({})", names.join(", "))
}

/// `schema.name` or `name`.
pub(super) fn quote_qualified(schema: Option<&str>, name: &str) -> String {
    match schema {
        Some(schema) => format!("{}.{}", quote_identifier(schema), quote_identifier(name)),
        None => quote_identifier(name),
    }
}

/// A string literal.
pub(super) fn quote_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_need_them_get_quotes() {
        assert!(RESERVED.is_sorted());
        for (name, written) in [
            ("film_id", "film_id"),
            ("Order", "\"Order\""),
            ("order", "\"order\""),
            ("with", "\"with\""),
            ("a\"b", "\"a\"\"b\""),
            ("2x", "\"2x\""),
        ] {
            assert_eq!(quote_identifier(name), written);
        }
    }
}
