//! The command line: what it refuses, how it says so, and what it leaves alone.

use super::project::Project;
use std::fs::{self, File};
use std::io::Read;
use std::process::Stdio;

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

#[test]
fn mistakes_in_the_configuration_name_place_and_way_out() -> Result {
    let project = Project::new()?;
    let config = project.read("config.yaml")?;
    project.write("config.yaml", &config.replace("  seed: 42", "  sead: 42"))?;
    project
        .run(&[])?
        .says(2, &["config.yaml:", "unknown key \"sead\"; did you mean \"seed\"?"]);
    project.write("config.yaml", &config)?;

    project
        .run(&["--set", "run.treads=2"])?
        .says(2, &["--set run.treads=2", "did you mean \"threads\"?"]);
    project
        .run(&["--set", "run.threads=many"])?
        .says(2, &["--set run.threads=many", "run.threads"]);
    project
        .run(&["--set", "phases=[schema, jions]"])?
        .says(2, &["no recipe \"jions\"; did you mean \"joins\"?"]);
    project
        .run(&["--set", "source.ddl=schemas/libary_mgm.ddl"])?
        .says(2, &["libary_mgm.ddl", "did you mean \"library_mgm.ddl\"?"]);
    project
        .run(&["--config", "nowhere.yaml"])?
        .says(2, &["cannot read", "nowhere.yaml"]);
    project
        .run(&["--phase", "jions"])?
        .says(2, &["no phase \"jions\"", "did you mean \"joins\"?"]);
    project
        .run(&["--phase", "joins"])?
        .says(2, &["phase \"joins\" needs", "which is not there", "--phase schema --phase joins"]);
    project.write("phases/joins.yaml", "kind: pears\n")?;
    project
        .run(&[])?
        .says(2, &["joins.yaml", "unknown kind \"pears\"; did you mean \"pairs\"?"]);
    Ok(())
}

#[test]
fn a_recipe_that_names_what_is_not_there_is_refused() -> Result {
    let project = Project::new()?;
    let phases = ["--set", "phases=[schema, populate, mine]"];
    project.write("phases/mine.yaml", "kind: pairs\nshapes: [projectoin]\n")?;
    project
        .run(&phases)?
        .says(2, &["mine.yaml", "unknown shape \"projectoin\"; did you mean \"projection\"?"]);
    project.write("phases/mine.yaml", "kind: pairs\nshapes: [projection]\ncolumns: [book.titel]\n")?;
    project
        .run(&phases)?
        .says(2, &["mine.yaml", "unknown column \"book.titel\"; did you mean \"book.title\"?"]);
    project.write("phases/mine.yaml", "kind: pairs\nshapes: [projection]\npears: 3\n")?;
    project.run(&phases)?.says(2, &["mine.yaml:3:", "did you mean \"pairs\"?"]);
    Ok(())
}

#[test]
fn a_dry_run_writes_nothing() -> Result {
    let project = Project::new()?;
    let plan = project.run(&["--dry-run"])?;
    plan.says(0, &[]);
    for words in ["joins", "not run yet", "reads: ", "writes: ", "price at most: 0 USD"] {
        assert!(plan.stdout.contains(words), "no {words:?} in {}", plan.stdout);
    }
    assert!(!project.path("generated_datasets").exists());
    let listed: serde_json::Value = serde_json::from_str(&project.sqlmint(&["phases", "--json"])?.stdout)?;
    assert_eq!(listed["phases"][0]["phase"], "schema");
    assert!(!project.path("generated_datasets").exists());
    Ok(())
}

#[test]
fn the_second_process_is_refused() -> Result {
    let project = Project::new()?;
    fs::create_dir_all(project.path("generated_datasets/library"))?;
    let held = File::create(project.path("generated_datasets/library/.lock"))?;
    held.lock()?;
    project.run(&[])?.says(1, &["another sqlmint", "generated_datasets/library"]);
    drop(held);
    project.run(&["--phase", "schema"])?.says(0, &[]);
    Ok(())
}

#[test]
fn init_makes_a_project_that_runs_elsewhere_and_overwrites_nothing() -> Result {
    let project = Project::new()?;
    project.sqlmint(&["init", "new"])?.says(0, &["new/config.yaml"]);
    project.sqlmint(&["init", "new"])?.says(2, &["config.yaml", "already there"]);
    project
        .run(&["--config", "new/config.yaml", "--phase", "schema", "--phase", "populate"])?
        .says(0, &[]);
    assert!(project.path("new/generated_datasets/library/data/book.csv").exists());
    // Without a project: the binary carries the recipes.
    let empty = tempfile::tempdir()?;
    let done = project.command(&["run"]).current_dir(empty.path()).output()?;
    assert_eq!(done.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&done.stderr).contains("sqlmint init"));
    let source = format!("source.ddl={}", project.path("schemas/restaurants.ddl").display());
    let done = project
        .command(&["run", "--set", &source, "--phase", "schema"])
        .current_dir(empty.path())
        .output()?;
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(empty.path().join("generated_datasets/restaurants/schema/dataset_ir.json").exists());
    Ok(())
}

#[test]
fn a_directory_that_cannot_be_written_is_named() -> Result {
    let project = Project::new()?;
    project.write("file", "")?;
    project
        .run(&["--set", "run.output_dir=file/inside"])?
        .says(1, &["cannot create directory", "file/inside"]);
    project
        .run(&["--set", "run.output_dir=file"])?
        .says(1, &["cannot create directory", "file/library"]);
    project.write("generated_datasets/library/thesis.txt", "mine")?;
    project.run(&["--fresh"])?.says(2, &["is not empty and has no manifest.json"]);
    assert_eq!(project.read("generated_datasets/library/thesis.txt")?, "mine");
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named_and_costs_nothing() -> Result {
    let project = Project::new()?;
    project.run(&["--phase", "schema"])?.says(0, &[]);
    let file = project.path("generated_datasets/library/schema/schema.sql.inprogress");
    std::os::unix::fs::symlink("/dev/full", &file)?;
    project
        .run(&["--phase", "schema", "--seed", "7"])?
        .says(1, &["schema.sql", "No space left on device"]);
    let _ = fs::remove_file(&file);
    project
        .run(&["--phase", "schema", "--seed", "7"])?
        .says(0, &["schema: not finished"]);
    Ok(())
}

#[test]
fn small_and_empty_schemas_get_sense_or_a_reason() -> Result {
    let project = Project::new()?;
    project.write("empty.sql", "-- nothing yet\nSET client_encoding = 'UTF8';\n")?;
    project
        .run(&["--set", "source.ddl=empty.sql"])?
        .says(2, &["empty.sql: no table was found"]);
    project.write(
        "one.sql",
        "CREATE TABLE city (city_id int PRIMARY KEY, name text NOT NULL, population int, founded date);",
    )?;
    project.run(&["--set", "source.ddl=one.sql"])?.says(0, &[]);
    assert!(project.read("generated_datasets/one/corpus/train.jsonl")?.lines().count() > 20);
    project.write(
        "keyless.sql",
        "CREATE TABLE reading (taken_at timestamp, sensor varchar(20), celsius numeric(5,2));",
    )?;
    project.run(&["--set", "source.ddl=keyless.sql"])?.says(0, &[]);
    assert!(project.read("generated_datasets/keyless/corpus/train.jsonl")?.lines().count() > 10);
    Ok(())
}

#[test]
fn stdout_is_data_and_a_reader_may_leave() -> Result {
    let project = Project::new()?;
    let done = project.run(&["--json", "--phase", "schema"])?;
    let summary: serde_json::Value = serde_json::from_str(&done.stdout)?;
    assert_eq!((summary["run"].as_str(), done.stderr.as_str()), (Some("library"), ""));
    let quiet = project.run(&["--quiet", "--phase", "schema"])?;
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));

    let shown: serde_json::Value = serde_json::from_str(&project.sqlmint(&["schema", "show", "schemas/tpcds.sql", "--json"])?.stdout)?;
    assert_eq!(
        (shown["counts"]["tables"].as_u64(), shown["counts"]["foreign_keys"].as_u64()),
        (Some(24), Some(107))
    );
    let mut child = project
        .command(&["schema", "show", "schemas/tpcds.sql", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut byte = [0];
    child.stdout.take().ok_or("no stdout")?.read_exact(&mut byte)?;
    let done = child.wait_with_output()?;
    assert!(
        done.status.success() && done.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    assert!(project.sqlmint(&["completions", "bash"])?.stdout.contains("sqlmint"));
    Ok(())
}
