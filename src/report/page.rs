//! The page: the template engine, its filters, and the frame around the sections.
//!
//! Every string that a template prints is escaped, and characters that steer text direction are shown by number instead of obeyed.
//! Only what [`super::chart`], [`super::diagram`] and [`super::highlight`] make is printed as markup; they escape by [`escape`].

use super::section::Section;
use super::{Material, ReportError, highlight};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value};
use serde_json::json;
use std::borrow::Cow;
use std::fmt::Write;

const FRAME: &str = include_str!("template.html");

/// Renders the sections that have something to say, in order, into the frame.
pub fn render(material: &Material, sections: &[&'static dyn Section]) -> Result<String, ReportError> {
    let mut parts = Vec::new();
    for section in sections {
        let Some(values) = section.values(material) else { continue };
        let failed = |source| ReportError {
            part: section.id(),
            source,
        };
        let html = engine(section.template()).map_err(failed)?.render_named(values).map_err(failed)?;
        parts.push(json!({"id": section.id(), "title": section.title(), "html": html}));
    }
    let failed = |source| ReportError { part: "page", source };
    let values = json!({
        "name": material.logical.name,
        "about": material.logical.comment,
        "certified": material.quality.certified,
        "version": env!("CARGO_PKG_VERSION"),
        "sections": parts,
    });
    engine(FRAME).map_err(failed)?.render_named(values).map_err(failed)
}

/// An environment with one template.
struct Engine<'a>(Environment<'a>);

impl Engine<'_> {
    fn render_named(&self, values: serde_json::Value) -> Result<String, Error> {
        self.0.get_template("it.html")?.render(Serde(values))
    }
}

fn engine(template: &'static str) -> Result<Engine<'static>, Error> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_formatter(format);
    env.add_filter("count", |n: u64| count(n));
    env.add_filter("percent", percent);
    env.add_filter("sql", |sql: String| Value::from_safe_string(highlight::html(&sql)));
    env.add_template("it.html", template)?;
    Ok(Engine(env))
}

/// Prints a value: markup of our own as it is, everything else neutralised and escaped.
fn format(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let written = match value.as_str() {
        Some(text) if value.is_safe() => out.write_str(text),
        Some(text) => out.write_str(&escape(text)),
        None if value.is_none() || value.is_undefined() => Ok(()),
        None => out.write_str(&escape(&value.to_string())),
    };
    written.map_err(Error::from)
}

/// Text as HTML text, safe in double-quoted attributes too.
pub fn escape(text: &str) -> Cow<'_, str> {
    let special = |c: char| matches!(c, '&' | '<' | '>' | '"' | '\'') || steers(c);
    if !text.contains(special) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if steers(c) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "⟨U+{:04X}⟩", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Control characters, and those that change the direction of the text around them.
fn steers(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A number with thin spaces between thousands.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A share as a percentage; never 100 unless it is whole. A dash where there is none.
fn percent(share: Option<f64>) -> String {
    match share {
        None => "–".to_owned(),
        Some(1.0) => "100 %".to_owned(),
        Some(share) => format!("{:.1} %", (share * 1_000.0).floor() / 10.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!((count(7), count(1_234_567).as_str()), ("7".into(), "1\u{202f}234\u{202f}567"));
        assert_eq!(
            (percent(Some(0.9999)), percent(Some(1.0)), percent(None)),
            ("99.9 %".into(), "100 %".into(), "–".into())
        );
    }

    #[test]
    fn directions_are_shown_not_obeyed() {
        assert_eq!(escape("a\u{202e}b\u{0}"), "a⟨U+202E⟩b⟨U+0000⟩");
        assert_eq!(escape("שלום <b>"), "שלום &lt;b&gt;");
    }
}
