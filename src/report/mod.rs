//! Reports for reviewers: one HTML file that needs no network, no script and no other file.
//!
//! | module | is |
//! |---|---|
//! | [`page`] | the template engine: escaping, filters, neutralised text direction |
//! | [`chart`] | bars, columns and heat maps as SVG |
//! | [`diagram`] | the schema as SVG |
//! | [`highlight`] | SQL as indented, coloured HTML |
//! | [`section`] | the parts of the page, one file each |
//!
//! Invariant: text that came from outside cannot become markup, cannot load anything and cannot change the direction of what surrounds it;
//! the page is a pure function of its [`Material`].

pub mod chart;
pub mod diagram;
pub mod highlight;
pub mod page;
pub mod section;

use crate::ir::coverage::Coverage;
use crate::ir::quality::Quality;
use crate::ir::reading::Reading;
use crate::ir::record::Reject;
use crate::ir::{Doubt, LogicalIr, Record};
use crate::schema::profile::Profile;

/// Everything a report is made from.
#[derive(Debug, Clone, Default)]
pub struct Material {
    /// The schema.
    pub logical: LogicalIr,
    /// What reading its source left behind.
    pub reading: Reading,
    /// The corpus, splits set.
    pub records: Vec<Record>,
    /// Pairs dropped when phases were merged.
    pub dropped: Vec<Reject>,
    /// `coverage.json`.
    pub coverage: Coverage,
    /// `quality.json`.
    pub quality: Quality,
    /// What the columns hold, where it was measured.
    pub profile: Option<Profile>,
    /// Questions without one answer, beside the corpus.
    pub doubts: Vec<Doubt>,
    /// Facts about the run, in order: what, and its value.
    pub provenance: Vec<(String, String)>,
}

/// Why there is no report. Templates are part of the program, so this is its fault and not its input's.
#[derive(Debug, thiserror::Error)]
#[error("the report's {part} could not be rendered: {source}")]
pub struct ReportError {
    /// Section id, or "page".
    pub part: &'static str,
    /// The engine's words.
    pub source: minijinja::Error,
}

/// The report as HTML.
pub fn render(material: &Material) -> Result<String, ReportError> {
    page::render(material, section::SECTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::record::{Answer, Labels, Negative};

    fn material(question: &str, sql: &str) -> Material {
        let labels = Labels {
            phase: "joins".into(),
            shape: "list".into(),
            tables: vec!["book".into()],
            columns: vec!["book.title".into()],
            ..Labels::default()
        };
        let record = Record {
            question: question.into(),
            sql: sql.into(),
            labels,
            answer: Answer {
                columns: vec![question.into()],
                rows: vec![vec![Some(question.into()), None]],
                row_count: 1,
                ..Answer::default()
            },
            negatives: vec![Negative {
                sql: sql.into(),
                change: question.into(),
                ..Negative::default()
            }],
            ..Record::default()
        };
        Material {
            records: vec![record],
            ..Material::default()
        }
    }

    #[test]
    fn hostile_text_stays_text() -> Result<(), ReportError> {
        let html = render(&material(
            "</script><img src=x onerror=alert(1)>\u{202e}evil",
            "SELECT '</pre><script>' -- \u{2066}x",
        ))?;
        for bad in ["<img", "<script", "</script", "\u{202e}", "\u{2066}"] {
            assert!(!html.contains(bad), "{bad:?} got through");
        }
        assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;"), "the text itself must be shown");
        assert!(html.contains("U+202E"));
        Ok(())
    }

    #[test]
    fn the_page_loads_nothing_and_runs_nothing() -> Result<(), ReportError> {
        let html = render(&material("Which books?", "SELECT title FROM book"))?;
        assert!(html.contains("Content-Security-Policy") && html.contains("default-src 'none'"));
        for reference in ["src=", "href=\"http", "url(", "@import", "<link"] {
            assert!(!html.contains(reference), "{reference}");
        }
        Ok(())
    }

    #[test]
    fn an_empty_run_has_a_report_too() -> Result<(), ReportError> {
        assert!(render(&Material::default())?.contains("<h1"));
        Ok(())
    }
}
