//! The files that the binary carries: config.yaml, recipes, prompts and schemas. It runs without a checkout, and `sqlmint init`
//! writes them. A test compares the list with the folders.

/// What a run does when config.yaml does not say.
pub const DEFAULT_PHASES: &[&str] = &[
    "schema",
    "populate",
    "glossary",
    "evaluate",
    "single_table",
    "joins",
    "aggregation",
    "grouping",
    "subqueries",
    "set_operations",
    "cte",
    "window",
    "dates_and_text",
    "analytics",
    "hierarchies",
    "coverage",
    "unanswerable",
    "negatives",
    "export",
    "report",
];

macro_rules! files {
    ($($path:literal),* $(,)?) => { &[$(($path, include_str!(concat!("../../", $path)))),*] };
}

/// Path in a project, and content.
pub const FILES: &[(&str, &str)] = files![
    "config.yaml",
    "phases/aggregation.yaml",
    "phases/coverage.yaml",
    "phases/cte.yaml",
    "phases/dates_and_text.yaml",
    "phases/analytics.yaml",
    "phases/evaluate.yaml",
    "phases/export.yaml",
    "phases/glossary.yaml",
    "phases/grouping.yaml",
    "phases/hierarchies.yaml",
    "phases/joins.yaml",
    "phases/judge.yaml",
    "phases/negatives.yaml",
    "phases/paraphrase.yaml",
    "phases/populate.yaml",
    "phases/report.yaml",
    "phases/schema.yaml",
    "phases/set_operations.yaml",
    "phases/single_table.yaml",
    "phases/subqueries.yaml",
    "phases/unanswerable.yaml",
    "phases/window.yaml",
    "phases/wordings.yaml",
    "prompts/README.md",
    "schemas/NOTICE",
    "schemas/README.md",
    "schemas/company_employee.ddl",
    "schemas/company_employee.lexicon.yaml",
    "schemas/library_mgm.ddl",
    "schemas/library_mgm.lexicon.yaml",
    "schemas/restaurants.ddl",
    "schemas/restaurants.lexicon.yaml",
    "schemas/retail.ir.json",
    "schemas/retail.lexicon.yaml",
    "schemas/retail.txt",
    "schemas/tpcds.lexicon.yaml",
    "schemas/tpcds.sql",
];

/// The content of one of [`FILES`].
pub fn text(path: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == path).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_file_of_the_project_folders_is_embedded() -> std::io::Result<()> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut there = BTreeSet::from(["config.yaml".to_owned()]);
        for folder in ["phases", "prompts", "schemas"] {
            for entry in std::fs::read_dir(root.join(folder))? {
                there.insert(format!("{folder}/{}", entry?.file_name().to_string_lossy()));
            }
        }
        let embedded: BTreeSet<String> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(there, embedded);
        Ok(())
    }
}
