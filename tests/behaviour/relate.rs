//! Foreign keys that nobody declared: a run reads them from names, says so, and leaves them out when told to.

use crate::project::Project;
use serde_json::Value;

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

const SHOP: &str = "CREATE TABLE customers (id INT PRIMARY KEY, name TEXT NOT NULL, city TEXT);
CREATE TABLE orders (order_id INT PRIMARY KEY, customer_id INT NOT NULL, total DECIMAL(8,2));";

fn keys(project: &Project) -> std::result::Result<Vec<String>, Box<dyn std::error::Error>> {
    let dataset: Value = serde_json::from_str(&project.read("generated_datasets/shop/schema/dataset_ir.json")?)?;
    let tables = dataset["logical"]["tables"].as_array().cloned().unwrap_or_default();
    let found = tables
        .iter()
        .flat_map(|t| t["foreign_keys"].as_array().cloned().unwrap_or_default());
    Ok(found.map(|key| format!("{} {}", key["ref_table"], key["inferred"])).collect())
}

#[test]
fn a_run_reads_references_from_names_and_says_so() -> Result {
    let project = Project::new()?;
    project.write("shop.sql", SHOP)?;
    let run = |more: &[&str]| {
        let phases = ["--set", "source.ddl=shop.sql", "--set", "run.name=shop", "--phase", "schema"];
        project.run(&[&phases[..], more].concat())
    };
    run(&[])?.says(
        0,
        &[
            "foreign_keys 1, foreign_keys_inferred 1, tables 2",
            "foreign keys read from names",
            "orders(customer_id) -> customers(id)",
            "source.infer_foreign_keys",
        ],
    );
    assert_eq!(keys(&project)?, ["\"customers\" true"]);
    run(&["--set", "source.infer_foreign_keys=false"])?.says(0, &[]);
    assert_eq!(keys(&project)?, Vec::<String>::new());
    run(&["--set", "source.infer_foreign_keys=perhaps"])?.says(2, &["infer_foreign_keys"]);
    Ok(())
}

#[test]
fn pairs_join_along_them() -> Result {
    let project = Project::new()?;
    project.write("shop.sql", SHOP)?;
    let phases = ["schema", "populate", "joins"].map(|name| ["--phase", name]).concat();
    let done = project.run(&[&["--set", "source.ddl=shop.sql", "--set", "run.name=shop"], &phases[..]].concat())?;
    done.says(0, &[]);
    let joined = project.read("generated_datasets/shop/joins/records.jsonl")?;
    assert!(joined.lines().any(|line| line.contains("JOIN customers")), "{joined}");
    Ok(())
}

#[test]
fn rows_of_a_file_speak_against_a_name() -> Result {
    for (row, wanted) in [("(1, 7)", vec!["\"customers\" true"]), ("(1, 8)", vec![])] {
        let project = Project::new()?;
        let connection = duckdb::Connection::open(project.path("shop.duckdb"))?;
        connection.execute_batch(&format!(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR); INSERT INTO customers VALUES (7, 'Ada');
             CREATE TABLE orders (order_id INTEGER PRIMARY KEY, customer_id INTEGER); INSERT INTO orders VALUES {row}, (2, NULL);"
        ))?;
        drop(connection);
        let args = ["--set", "source.ddl=shop.duckdb", "--set", "run.name=shop", "--phase", "schema"];
        project.run(&args)?.says(0, &[]);
        assert_eq!(keys(&project)?, wanted, "{row}");
    }
    Ok(())
}
