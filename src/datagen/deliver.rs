//! A run of the engine: every table to its file.
//!
//! Tables are made parents first. A file has its final name only when it is whole; beside it, in [`FINISHED_DIR`], is a note of the plan it was made
//! by, so that a run that was killed goes on with the files that are missing, and rows can be added to what is there. A table that fails stops no other
//! but those that refer to it. Invariant: unless all is asked for anew, a file that no note accounts for byte by byte stays, and so do added rows.

use super::delivery::{Delivery, FINISHED_DIR, Failure, Format, path};
use super::error::DataGenError;
use super::lock::Lock;
use super::plan::{Plan, RowCounts};
use super::{Options, Summary, TableSummary, write};
use crate::ir::DatasetIr;
use crate::kernel::files::{self, At, AtomicFile, FileError};
use crate::kernel::fingerprint::{self, Fingerprinted};
use crate::kernel::progress::Progress;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Row counts of the runs that made a data set: the first one, and those that added to it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct History {
    /// Fingerprint of everything else that determines the data: IR, seed, format, version.
    made_by: String,
    /// The same part by part, for a message that says which differs; empty in data sets of earlier versions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    parts: BTreeMap<String, String>,
    runs: Vec<RowCounts>,
}

/// The part of a history that row counts written in an IR are.
const ROW_COUNTS: &str = "row counts of the IR";

/// The data set's [`History`], in [`FINISHED_DIR`].
const HISTORY: &str = "data-set.json";

/// The note of a finished file.
#[derive(Debug, Serialize, Deserialize, PartialEq)]
struct Finished {
    /// Fingerprint of everything that determines the file's bytes.
    plan: String,
    /// After the run that made the table first, and after each that could add rows to it.
    rows: Vec<u64>,
    bytes: u64,
    /// Fingerprint of the bytes.
    content: String,
}

impl Finished {
    fn is_added_to(&self) -> bool {
        self.rows.first() < self.rows.last()
    }
}

/// Where the note of a file is, and where it waits until the file has its final name: a kill between the two leaves no file without its note.
fn notes(dir: &Path, file: &Path) -> [PathBuf; 2] {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    ["json", "next.json"].map(|end| dir.join(FINISHED_DIR).join(format!("{name}.{end}")))
}

/// The note of a file that is there; None where none is of these bytes.
fn finished(dir: &Path, file: &Path) -> Result<Option<Finished>, FileError> {
    let bytes = std::fs::metadata(file).at("read", file)?.len();
    let [note, next] = notes(dir, file);
    let read = |note: &Path| files::read_json::<Finished>(note).ok().filter(|f| f.bytes == bytes);
    let noted = [read(&note), read(&next)];
    if noted.iter().all(Option::is_none) {
        return Ok(None);
    }
    let content = fingerprint::of_file(file).at("read", file)?;
    let [noted, waiting] = noted.map(|n| n.filter(|f| f.content == content));
    if noted.is_none() && waiting.is_some() {
        std::fs::rename(&next, &note).at("rename to", &note)?;
    }
    Ok(noted.or(waiting))
}

/// The rows of a table after each run of the engine that made or added to it, as its note says; None where there is no note of the whole table in this
/// format.
pub fn rows_made(dir: &Path, table: &str, format: Format) -> Option<Vec<u64>> {
    let delivery = Delivery {
        format,
        ..Delivery::default()
    };
    let file = path(dir, table, &delivery);
    let [note, _] = notes(dir, &file);
    Some(files::read_json::<Finished>(&note).ok()?.rows)
}

/// Makes every table that can be made; what failed is in the summary.
pub fn deliver(
    ir: &DatasetIr,
    options: &Options,
    delivery: &Delivery,
    dir: &Path,
    progress: &dyn Progress,
) -> Result<Summary, DataGenError> {
    let shared = delivery.part.of > 1 || !delivery.tables.is_empty();
    let _held = Lock::directory(dir, shared)?;
    let (plan, history) = planned(ir, options, delivery, dir)?;
    known(&plan, ir, &delivery.tables)?;
    let mut there = there(&plan, delivery, dir)?;
    let mut summary = Summary {
        tables: Vec::new(),
        notes: plan.notes.clone(),
        failures: Vec::new(),
        order: plan
            .order
            .iter()
            .filter_map(|i| ir.logical.tables.get(*i))
            .map(crate::ir::Table::id)
            .collect(),
    };
    let before = history.runs.len().saturating_sub(1);
    let run = Run {
        plan: &plan,
        fingerprints: Fingerprints {
            now: history.fingerprint(history.runs.len(), delivery),
            before: history.fingerprint(before, delivery),
        },
        options,
        delivery,
        dir,
        progress,
    };
    for index in plan.order.iter().copied() {
        let Some(table) = ir.logical.tables.get(index) else { continue };
        let id = table.id();
        if !delivery.tables.is_empty() && !delivery.tables.contains(&id) {
            continue;
        }
        // The nearest failure that explains why this one cannot be.
        let parents = table.foreign_keys.iter().map(|k| &k.ref_table).filter(|p| **p != id);
        let cause = parents
            .filter_map(|p| summary.failures.iter().position(|f| f.table == *p || f.dependants.contains(p)))
            .min();
        if let Some(failure) = cause.and_then(|c| summary.failures.get_mut(c)) {
            failure.dependants.push(id);
            continue;
        }
        let made = match plan.failures.iter().find(|(t, _)| *t == index) {
            Some((_, error)) => Err((error.to_string(), error.is_input())),
            None => {
                let made = run.file(index, there.remove(&index));
                made.map_err(|error| (error.to_string(), error.is_input()))
            }
        };
        match made {
            Ok(made) => summary.tables.push(made),
            Err((error, input)) => summary.failures.push(Failure {
                table: id,
                error,
                dependants: Vec::new(),
                input,
            }),
        }
    }
    let place = |id: &String| ir.logical.table_index(id);
    summary.tables.sort_by_key(|t| place(&t.table));
    let whole = delivery.part.of == 1 && delivery.tables.is_empty();
    if whole && summary.failures.is_empty() {
        files::write_json(&dir.join(FINISHED_DIR).join(HISTORY), &history)?;
    }
    Ok(summary)
}

/// The files that are there, by table, with their notes; fails, before anything is written, where something would be lost that no run of this command
/// brings back.
fn there(plan: &Plan, delivery: &Delivery, dir: &Path) -> Result<BTreeMap<usize, Finished>, DataGenError> {
    let mut out = BTreeMap::new();
    if delivery.fresh {
        return Ok(out);
    }
    let asked = |id: &String| delivery.tables.is_empty() || delivery.tables.contains(id);
    for (index, table) in plan.tables().filter(|(_, t)| asked(&t.id)) {
        let path = path(dir, &table.id, delivery);
        if !path.try_exists().at("read", &path)? {
            continue;
        }
        let message = match finished(dir, &path)? {
            Some(note) if delivery.append || !note.is_added_to() => {
                out.insert(index, note);
                continue;
            }
            Some(_) => {
                "rows were added to it, which would be lost; go on with --append, choose another directory, or make all anew with --fresh"
            }
            None if delivery.append => {
                "it is not as it was made, and nothing is added to a changed file; move it away, and it is made again"
            }
            None => {
                "it is not a file that was made here, or it was changed since, and it would be lost; move it away, choose another directory, or make all anew with --fresh"
            }
        };
        return Err(DataGenError::Lost {
            path,
            message: message.into(),
        });
    }
    Ok(out)
}

/// Writes one table, whole and with its header, to `to`: CSV for a pipe.
pub fn stream(
    ir: &DatasetIr,
    options: &Options,
    delivery: &Delivery,
    table: &str,
    to: &mut (dyn Write + Send),
) -> Result<u64, DataGenError> {
    let plan = Plan::partial(ir, &options.counts, options.seed)?;
    known(&plan, ir, &[table.to_owned()])?;
    let index = ir.logical.table_index(table).unwrap_or(usize::MAX);
    if let Some(position) = plan.failures.iter().position(|(t, _)| *t == index) {
        let mut failures = plan.failures;
        return Err(failures.swap_remove(position).1);
    }
    let extent = write::Extent {
        plan: &plan,
        table: index,
        rows: delivery.part.rows(plan.table(index)?.rows),
        format: delivery.format,
        header: delivery.part.number == 1,
        path: Path::new("stdout"),
    };
    write::rows(&extent, to, options.threads, &crate::kernel::progress::Silent)
}

/// Fails on a table that there is not.
fn known(plan: &Plan, ir: &DatasetIr, tables: &[String]) -> Result<(), DataGenError> {
    let ids: Vec<String> = plan
        .order
        .iter()
        .filter_map(|i| ir.logical.tables.get(*i))
        .map(crate::ir::Table::id)
        .collect();
    match tables.iter().find(|t| !ids.contains(t)) {
        Some(name) => Err(DataGenError::Unknown {
            place: "the tables asked for".into(),
            what: "table",
            name: name.clone(),
            hint: crate::kernel::suggest::hint(name, ids.iter().map(String::as_str)),
        }),
        None => Ok(()),
    }
}

/// The plan of a run, and the data set's history with it.
fn planned(ir: &DatasetIr, options: &Options, delivery: &Delivery, dir: &Path) -> Result<(Plan, History), DataGenError> {
    // Maps in the IR are ordered, so its JSON is a function of its content.
    let text = serde_json::to_string(ir).unwrap_or_default();
    let made_by = fingerprint::of_parts([
        env!("CARGO_PKG_VERSION"),
        &text,
        &format!("{} {}", options.seed.0, delivery.format.extension()),
    ]);
    let mut history = History {
        made_by,
        parts: parts(ir, options, delivery),
        runs: vec![options.counts.clone()],
    };
    if !delivery.append {
        return Ok((Plan::partial(ir, &options.counts, options.seed)?, history));
    }
    let refuse = |message: &str| DataGenError::Append {
        place: dir.display().to_string(),
        message: message.to_owned(),
    };
    let note = dir.join(FINISHED_DIR).join(HISTORY);
    if !note.exists() {
        return Err(refuse(
            "there is no finished data set to add to; make one first, without parts and with all its tables",
        ));
    }
    let there: History = files::read_json(&note)?;
    if there.made_by != history.made_by {
        return Err(refuse(&differs(&there.parts, &history.parts)));
    }
    let mut runs = there.runs;
    // The same call again, after a kill or when it is done, is the same run.
    if runs.last() != Some(&options.counts) || runs.len() == 1 {
        runs.push(options.counts.clone());
    }
    history.runs = runs;
    let mut counts = history.runs.iter();
    let first = counts.next().cloned().unwrap_or_default();
    let mut plan = Plan::new(ir, &first, options.seed)?;
    for more in counts {
        plan = Plan::extend(ir, more, options.seed, plan)?;
    }
    Ok((plan, history))
}

/// Fingerprints of what the made rows depend on, by what a message calls it.
fn parts(ir: &DatasetIr, options: &Options, delivery: &Delivery) -> BTreeMap<String, String> {
    let mut other = ir.clone();
    let mut counts = vec![serde_json::to_string(&std::mem::take(&mut other.generation.rows)).unwrap_or_default()];
    counts.extend(
        other
            .logical
            .tables
            .iter_mut()
            .map(|t| format!("{} {:?}", t.id(), t.row_count.take())),
    );
    let text = serde_json::to_string(&other).unwrap_or_default();
    let parts = [
        ("IR", text),
        (ROW_COUNTS, counts.join("\n")),
        ("seed", options.seed.0.to_string()),
        ("format", delivery.format.extension().to_owned()),
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
    ];
    parts
        .into_iter()
        .map(|(name, text)| (name.to_owned(), fingerprint::of_parts([text.as_str()])))
        .collect()
}

/// Why rows cannot be added to data that something else made.
fn differs(there: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> String {
    let other: Vec<&str> = now
        .iter()
        .filter(|(name, print)| there.get(*name) != Some(*print))
        .map(|(name, _)| name.as_str())
        .collect();
    match other.as_slice() {
        [ROW_COUNTS] => "the rows that the IR gives its tables (row_count, generation.rows) are not those that the data there was made with; set them back, and say with --rows TABLE=N how far a table is to grow".to_owned(),
        _ if there.is_empty() || other.is_empty() => "the data there was made from another IR, seed, format or version, so its rows cannot be told; make it anew without adding".to_owned(),
        other => format!("the data there was made from another {}, so its rows cannot be told; make it anew without adding", other.join(" and another ")),
    }
}

impl History {
    /// Everything that determines the bytes of the files after some of the runs, but for the table.
    fn fingerprint(&self, runs: usize, delivery: &Delivery) -> String {
        let counts = serde_json::to_string(self.runs.get(..runs).unwrap_or_default()).unwrap_or_default();
        fingerprint::of_parts([self.made_by.as_str(), &counts, &format!("{:?}", delivery.part)])
    }
}

/// What the files are to be, and what they were before rows are added.
struct Fingerprints {
    now: String,
    before: String,
}

/// One run: what every file is made from.
struct Run<'a> {
    plan: &'a Plan,
    fingerprints: Fingerprints,
    options: &'a Options,
    delivery: &'a Delivery,
    dir: &'a Path,
    progress: &'a dyn Progress,
}

impl Run<'_> {
    /// Makes a table's file, or finds that the one that is there is what it would be.
    fn file(&self, index: usize, finished: Option<Finished>) -> Result<TableSummary, DataGenError> {
        let table = self.plan.table(index)?;
        let path = path(self.dir, &table.id, self.delivery);
        let mut rows = self.delivery.part.rows(table.rows);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut made = TableSummary {
            table: table.id.clone(),
            rows: rows.end - rows.start,
            bytes: 0,
            path: path.clone(),
            reused: false,
        };
        if let Some(finished) = finished.as_ref().filter(|f| f.plan == self.fingerprints.now) {
            made.bytes = finished.bytes;
            made.reused = true;
            return Ok(made);
        }
        let shared = self.delivery.part.of > 1 || !self.delivery.tables.is_empty();
        let _held = if shared { Some(Lock::file(self.dir, &name)?) } else { None };
        let mut file = Fingerprinted::new(AtomicFile::create(&path)?);
        // CSV lines that are there are copied; Parquet's are made again, since its row groups are of one size.
        let there = self.plan.kept(index);
        let copied = self.delivery.append
            && self.delivery.format == Format::Csv
            && finished.is_some_and(|f| f.plan == self.fingerprints.before && f.rows.last() == Some(&there));
        if copied {
            let mut old = std::fs::File::open(&path).at("read", &path)?;
            made.bytes = std::io::copy(&mut old, &mut file).at("copy", &path)?;
            rows.start = there;
        }
        let extent = write::Extent {
            plan: self.plan,
            table: index,
            // So that parts after each other are the whole file.
            header: self.delivery.part.number == 1 && !copied,
            rows,
            format: self.delivery.format,
            path: &path,
        };
        self.progress.start(&table.id, Some(made.rows), "rows");
        let written = write::rows(&extent, &mut file, self.options.threads, self.progress);
        self.progress.finish();
        made.bytes += written?;
        let (file, content) = file.finish();
        let finished = Finished {
            plan: self.fingerprints.now.clone(),
            rows: if self.delivery.append {
                self.plan.grown(index)
            } else {
                vec![made.rows]
            },
            bytes: made.bytes,
            content,
        };
        let [note, next] = notes(self.dir, &path);
        files::write_json(&next, &finished)?;
        file.commit()?;
        std::fs::rename(&next, &note).at("rename to", &note)?;
        Ok(made)
    }
}
