//! Same seed, same bytes: after any kill, at any number of threads.

use super::project::{Project, ROWS, assert_same};
use std::process::Stdio;
use std::thread::sleep;
use std::time::Instant;

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

/// Moments of a run at which it is killed, as parts of its whole time.
const MOMENTS: [f64; 6] = [0.03, 0.15, 0.35, 0.55, 0.75, 0.93];

#[test]
fn a_killed_run_goes_on_to_the_same_bytes() -> Result {
    let undisturbed = Project::new()?;
    let started = Instant::now();
    undisturbed.run(&["--threads", "2"])?.says(0, &[]);
    let whole = started.elapsed();
    let expected = undisturbed.artifacts("library")?;

    let project = Project::new()?;
    let mut kills = 0;
    for moment in MOMENTS {
        let mut child = project
            .command(&["run", "--fresh", "--set", ROWS, "--threads", "2"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        sleep(whole.mul_f64(moment));
        kills += u32::from(child.try_wait()?.is_none());
        child.kill()?;
        child.wait()?;
        // Killed again on the way, then left alone.
        let mut child = project
            .command(&["run", "--set", ROWS])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        sleep(whole.mul_f64(0.2));
        child.kill()?;
        child.wait()?;
        project.run(&["--threads", "1"])?.says(0, &[]);
        assert_same(&format!("killed at {moment}"), &expected, &project.artifacts("library")?);
    }
    assert!(kills >= 3, "only {kills} runs were still alive when killed");
    Ok(())
}

#[test]
fn threads_do_not_show_in_the_bytes() -> Result {
    let (one, three) = (Project::new()?, Project::new()?);
    one.run(&["--threads", "1"])?.says(0, &[]);
    three.run(&["--threads", "3"])?.says(0, &[]);
    assert_same("threads 1 and 3", &one.artifacts("library")?, &three.artifacts("library")?);
    Ok(())
}

#[test]
fn an_unchanged_run_does_nothing_and_a_change_runs_what_it_reaches() -> Result {
    let project = Project::new()?;
    project.run(&[])?.says(0, &["joins: certified"]);
    let first = project.artifacts("library")?;
    let again = project.run(&[])?;
    again.says(
        0,
        &[
            "schema: up to date",
            "populate: up to date",
            "joins: up to date",
            "report: up to date",
        ],
    );
    assert_same("unchanged", &first, &project.artifacts("library")?);

    let plan = project.sqlmint(&["run", "--dry-run", "--set", "populate.rows=61"])?;
    assert!(
        plan.stdout.contains("populate.rows") || plan.stdout.contains("settings changed"),
        "{}",
        plan.stdout
    );
    assert_same("dry run", &first, &project.artifacts("library")?);

    let recipe = project.read("phases/joins.yaml")?.replace("pairs: 24", "pairs: 25");
    project.write("phases/joins.yaml", &recipe)?;
    let changed = project.run(&[])?;
    changed.says(
        0,
        &[
            "grouping: up to date",
            "joins: settings changed; this also re-runs coverage, negatives, export, report",
        ],
    );
    Ok(())
}

#[test]
fn an_edited_dataset_ir_is_kept_and_followed() -> Result {
    let project = Project::new()?;
    let only = ["--phase", "schema", "--phase", "populate"];
    project.run(&only)?.says(0, &[]);
    let path = "generated_datasets/library/schema/dataset_ir.json";
    let mut ir: serde_json::Value = serde_json::from_str(&project.read(path)?)?;
    ir["generation"]["rows"]["member"] = 17.into();
    project.write(path, &serde_json::to_string_pretty(&ir)?)?;
    project.run(&only)?.says(
        0,
        &["schema: up to date", "was edited; kept", "populate: schema/dataset_ir.json changed"],
    );
    let lines = project.read("generated_datasets/library/data/member.csv")?.lines().count();
    assert_eq!(lines, 18, "a header and 17 rows");
    Ok(())
}
