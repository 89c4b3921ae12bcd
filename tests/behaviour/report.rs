//! Report: one page, from the artifacts alone.

use crate::hand_made::{Result, Run};

#[test]
fn the_page_shows_the_corpus_and_needs_nothing_else() -> Result<()> {
    let run = Run::new()?;
    run.phase("export")?;
    run.phase("report")?;
    let page = run.text("report.html")?;
    for shown in [
        "Which books of joins have the number",
        "a wider condition",
        "book.author_id",
        "empty result",
        "3 CREATE VIEW",
        "a.sql:7: warning: EXCLUDE is not enforced",
        "blake3 of corpus/records.jsonl",
    ] {
        assert!(page.contains(shown), "{shown:?} is not on the page");
    }
    for reference in ["<script", "src=", "href=\"http", "url(", "<link"] {
        assert!(!page.contains(reference), "the page would load or run something: {reference}");
    }
    Ok(())
}

#[test]
fn the_page_is_the_same_each_time() -> Result<()> {
    let page = || -> Result<String> {
        let run = Run::new()?;
        run.phase("export")?;
        run.phase("report")?;
        run.text("report.html")
    };
    assert_eq!(page()?, page()?);
    Ok(())
}
