//! The example of the library is run, not only compiled.

#[path = "../../examples/library.rs"]
mod example;

#[test]
fn ten_pairs_from_rust() -> Result<(), Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let source = format!("{}/schemas/library_mgm.ddl", env!("CARGO_MANIFEST_DIR"));
    let pairs = example::ten_pairs(&source, dir.path())?;
    assert_eq!(pairs.len(), 10);
    assert!(pairs.iter().all(|p| p.question.ends_with(['?', '.']) && p.answer.row_count > 0));
    example::main()
}
