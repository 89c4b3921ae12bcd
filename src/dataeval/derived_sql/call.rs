//! Calls of functions of the expression language, as DuckDB has them: one line each where the name or the meaning differs.
//!
//! Invariant: a function that the data engine does not know is refused here too, so that no expression means something to one of the two only.

use super::{Kind, Read, Sql, finite, now};
use crate::database::load::literal;

/// A number rounded to `digits` places, a half away from zero; the nudge is the data engine's, for decimals whose float lies just under a half.
pub(super) fn rounded(of: &Sql, digits: &str) -> Sql {
    let text = format!(
        "(list_transform([{}], lambda v: round(v * pow(10, {digits}) + sign(v) * 1e-9::DOUBLE) / pow(10, {digits}))[1])",
        of.real()
    );
    Sql::new(text, Kind::Real)
}

/// One function's call.
pub(super) fn call(name: &str, arguments: &[Sql]) -> Read {
    use Kind::{Any, Bool, Day, Instant, Int, Real, Span, Text};
    let all = arguments.iter().map(|a| a.text.as_str()).collect::<Vec<_>>().join(", ");
    let words = || arguments.iter().map(Sql::words).collect::<Vec<_>>().join(", ");
    let common = || arguments.iter().fold(Any, |kind, a| super::either(kind, a.kind));
    let integers = |n: &Sql| format!("CAST({} AS INTEGER)", n.text);
    Ok(match (name, arguments) {
        ("where" | "iif" | "if_else", [c, a, b]) => super::choose(&c.text, a, b),
        ("now", []) => now(),
        ("abs", [x]) => Sql::new(format!("abs({all})"), x.kind),
        ("ceil" | "ceiling" | "floor", [x]) => Sql::new(format!("{name}({all})"), x.kind),
        ("round", [x]) if x.kind == Int => x.clone(),
        ("round", [x]) => rounded(x, "0"),
        ("round", [x, digits]) => rounded(x, &digits.text),
        ("sqrt", [x]) => Sql::new(format!("TRY(sqrt({}))", x.real()), Real),
        ("log" | "ln", [x]) => Sql::new(format!("TRY(ln({}))", x.real()), Real),
        ("exp", [x]) => Sql::new(finite(&format!("exp({})", x.real())), Real),
        ("power" | "pow", [x, y]) => Sql::new(finite(&format!("pow({}, {})", x.real(), y.real())), Real),
        ("mod", [x, y]) if (x.kind, y.kind) == (Int, Int) => Sql::new(format!("({} % {})", x.wide(), y.wide()), Int),
        ("mod", [x, y]) => Sql::new(format!("({} % {})", x.real(), y.real()), Real),
        ("clip", [x, low, high]) => {
            let (x, low, high) = (&x.text, &low.text, &high.text);
            Sql::new(
                format!("(CASE WHEN {x} IS NOT NULL THEN least(greatest({x}, {low}), {high}) END)"),
                common(),
            )
        }
        ("min" | "least", [_, ..]) => Sql::new(format!("least({all})"), common()),
        ("max" | "greatest", [_, ..]) => Sql::new(format!("greatest({all})"), common()),
        ("coalesce" | "ifnull" | "nvl" | "fillna", [_, ..]) => Sql::new(format!("coalesce({all})"), common()),
        ("nullif", [x, _]) => Sql::new(format!("nullif({all})"), x.kind),
        ("num_nulls" | "num_nonnulls", [_, ..]) => {
            let not = if name == "num_nulls" { "" } else { "NOT " };
            let each: Vec<String> = arguments
                .iter()
                .map(|a| format!("CAST({} IS {not}NULL AS INTEGER)", a.text))
                .collect();
            Sql::new(format!("({})", each.join(" + ")), Int)
        }
        ("lower" | "upper" | "trim", [_]) => Sql::new(format!("{name}({})", words()), Text),
        ("ltrim" | "rtrim" | "reverse", [_]) => Sql::new(format!("{name}({})", words()), Text),
        ("strpos", [_, _]) => Sql::new(format!("strpos({})", words()), Int),
        ("starts_with", [_, _]) => Sql::new(format!("starts_with({})", words()), Bool),
        ("trunc", [x]) if x.kind == Int => x.clone(),
        ("trunc", [x]) => Sql::new(format!("trunc({})", x.real()), Real),
        ("sign", [x]) if x.kind == Int => Sql::new(format!("CAST(sign({}) AS BIGINT)", x.text), Int),
        ("sign", [x]) => Sql::new(format!("CAST(sign({}) AS DOUBLE)", x.real()), Real),
        ("btrim" | "strip", [_]) => Sql::new(format!("trim({})", words()), Text),
        ("initcap", [_]) => {
            let parts = format!("regexp_extract_all({}, '[\\pL\\pN]+|[^\\pL\\pN]+')", words());
            let each = format!("list_transform({parts}, lambda w: upper(w[1]) || lower(w[2:]))");
            Sql::new(format!("array_to_string({each}, '')"), Text)
        }
        ("length" | "len" | "char_length" | "character_length", [_]) => Sql::new(format!("length({})", words()), Int),
        ("cardinality", [x]) => Sql::new(format!("len({})", x.text), Int),
        ("octet_length", [_]) => Sql::new(format!("strlen({})", words()), Int),
        // Positions below 1 are before the text, as in PostgreSQL; DuckDB counts them from the end.
        ("substr", [x, from]) => Sql::new(format!("substr({}, greatest({}, 1))", x.words(), from.int()), Text),
        ("substr", [x, from, length]) => {
            let (from, length) = (from.int(), length.int());
            let text = format!(
                "substr({}, greatest({from}, 1), greatest({length} + least({from}, 1) - 1, 0))",
                x.words()
            );
            Sql::new(text, Text)
        }
        ("left" | "right", [x, n]) => Sql::new(format!("{name}({}, greatest({}, 0))", x.words(), n.int()), Text),
        ("replace", [_, _, _]) => Sql::new(format!("replace({})", words()), Text),
        ("lpad", [x, width]) => Sql::new(format!("lpad({}, greatest({}, 0), ' ')", x.words(), integers(width)), Text),
        ("lpad", [x, width, fill]) => {
            let text = format!("lpad({}, greatest({}, 0), left({}, 1))", x.words(), integers(width), fill.words());
            Sql::new(text, Text)
        }
        ("concat" | "concat_ws", [_, ..]) => Sql::new(format!("{name}({})", words()), Text),
        ("int", [x]) if x.kind == Text => Sql::new(format!("TRY_CAST({} AS BIGINT)", x.text), Int),
        ("int", [x]) => Sql::new(format!("TRY_CAST(trunc({}) AS BIGINT)", x.real()), Int),
        ("float", [x]) => Sql::new(format!("TRY_CAST({} AS DOUBLE)", x.text), Real),
        ("str", [_]) => Sql::new(words(), Text),
        ("date" | "to_date", [x]) => Sql::new(format!("TRY_CAST({} AS DATE)", x.text), Day),
        ("make_date", [y, m, d]) => Sql::new(format!("TRY(make_date({}, {}, {}))", y.int(), m.int(), d.int()), Day),
        ("year" | "month" | "quarter" | "week" | "hour" | "minute" | "second", [x]) => Sql::new(format!("{name}({})", instant(x)), Int),
        ("day" | "day_of_month", [x]) => Sql::new(format!("day({})", instant(x)), Int),
        ("day_of_week" | "weekday" | "dayofweek", [x]) => Sql::new(format!("(isodow({}) - 1)", instant(x)), Int),
        ("day_of_year", [x]) => Sql::new(format!("dayofyear({})", instant(x)), Int),
        ("date_part", [field, x]) => {
            let text = format!("date_part({}, {})", field.text, instant(x));
            // The seconds of an epoch are whole in the data engine.
            Sql::new(
                if field.text.contains("epoch") {
                    format!("floor({text})")
                } else {
                    text
                },
                Int,
            )
        }
        ("date_trunc", [field, x]) => Sql::new(format!("CAST(date_trunc({}, {}) AS TIMESTAMP)", field.text, instant(x)), Instant),
        ("to_char", [x, format]) => to_char(&instant(x), &format.text)?,
        ("seconds" | "minutes" | "hours" | "days", [x]) => {
            let unit = match name {
                "seconds" => 1,
                "minutes" => 60,
                "hours" => 3_600,
                _ => 86_400,
            };
            match x.kind {
                Span => Sql::new(format!("(epoch({}) / {unit}.0::DOUBLE)", x.text), Real),
                _ if x.days_apart => Sql::new(format!("({} * (86400.0::DOUBLE / {unit}))", x.real()), Real),
                _ => Sql::new(
                    format!("to_microseconds(CAST(trunc({} * {unit}000000.0::DOUBLE) AS BIGINT))", x.real()),
                    Span,
                ),
            }
        }
        ("bool", [x]) => Sql::new(format!("TRY_CAST({} AS BOOLEAN)", x.text), Bool),
        _ => return Err(format!("{name}() with {} arguments is not known here", arguments.len())),
    })
}

/// A date or instant; a text is read as one.
fn instant(x: &Sql) -> String {
    match x.kind {
        Kind::Text => format!("TRY_CAST({} AS TIMESTAMP)", x.text),
        _ => x.text.clone(),
    }
}

/// PostgreSQL's templates and DuckDB's, the longer ones first.
const TEMPLATES: [(&str, &str); 17] = [
    ("FMMonth", "%B"),
    ("FMDay", "%A"),
    ("YYYY", "%Y"),
    ("HH24", "%H"),
    ("HH12", "%I"),
    ("DDD", "%j"),
    ("Mon", "%b"),
    ("Dy", "%a"),
    ("FMMM", "%-m"),
    ("FMDD", "%-d"),
    ("YY", "%y"),
    ("MM", "%m"),
    ("DD", "%d"),
    ("MI", "%M"),
    ("SS", "%S"),
    ("AM", "%p"),
    ("IW", "%V"),
];

/// `to_char` of a date by pieces, in DuckDB's words; None where the format is no literal.
pub(in crate::dataeval) fn formatted(of: &str, format: &str) -> Option<String> {
    to_char(of, format).ok().map(|sql| sql.text)
}

/// `to_char` of a date by pieces; the format is a literal.
fn to_char(of: &str, format: &str) -> Read {
    let format = format
        .strip_prefix('\'')
        .and_then(|f| f.strip_suffix('\''))
        .ok_or("the format of to_char is not a literal")?
        .replace("''", "'");
    let mut pieces: Vec<String> = Vec::new();
    let mut rest = format.as_str();
    while let Some(c) = rest.chars().next() {
        if let Some((plain, tail)) = rest.strip_prefix('"').and_then(|r| r.split_once('"')) {
            pieces.push(literal(plain));
            rest = tail;
        } else if let Some((piece, tail)) = padded(of, rest) {
            pieces.push(piece);
            rest = tail;
        } else if let Some((tail, made)) = TEMPLATES.iter().find_map(|(name, made)| Some((rest.strip_prefix(name)?, made))) {
            pieces.push(format!("strftime({of}, '{made}')"));
            rest = tail;
        } else if let Some(tail) = rest.strip_prefix('Q') {
            pieces.push(format!("CAST(quarter({of}) AS VARCHAR)"));
            rest = tail;
        } else {
            pieces.push(literal(&c.to_string()));
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    Ok(Sql::new(
        format!("({})", if pieces.is_empty() { "''".to_owned() } else { pieces.join(" || ") }),
        Kind::Text,
    ))
}

/// Names of months and days that are filled up to nine characters.
fn padded<'a>(of: &str, rest: &'a str) -> Option<(String, &'a str)> {
    let (name, made) = [("Month", "%B"), ("Day", "%A")]
        .into_iter()
        .find(|(name, _)| rest.starts_with(name))?;
    Some((format!("rpad(strftime({of}, '{made}'), 9, ' ')"), rest.get(name.len()..)?))
}
