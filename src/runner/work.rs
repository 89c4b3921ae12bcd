//! Running the phases of a run directory, one after the other; each uses all threads itself.
//!
//! The manifest says "not finished" before a phase touches anything and "done" after all its outputs are in place, so a kill at
//! any moment costs at most the round that was under way. Invariant: a run that was killed and run again leaves the bytes of one
//! that was not.

use super::event::{Event, Finished, Report, Watch};
use super::plan::{self, Graph, Hashes, Inputs, State, Step};
use super::{Context, Entry, Lock, Manifest, Phase, PhaseError, RunError, lock};
use crate::kernel::files::At;
use crate::kernel::seed::Seed;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// A run: where, what, how.
pub struct Runner<'a> {
    /// The run directory.
    pub dir: &'a Path,
    /// The phases, in order.
    pub phases: &'a [Box<dyn Phase>],
    /// Root of the seed tree.
    pub seed: u64,
    /// Worker threads.
    pub threads: usize,
}

/// What is asked of a run.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Only these phases, on what earlier ones left; all when empty.
    pub only: Vec<String>,
    /// Discard the run directory first.
    pub fresh: bool,
}

impl Runner<'_> {
    /// What a run of the phases `only` (all when empty) would do now. Writes nothing.
    pub fn steps(&self, only: &[String]) -> Result<Vec<Step>, RunError> {
        let graph = Graph::check(self.phases)?;
        let manifest = Manifest::read(self.dir)?.unwrap_or_else(|| Manifest::new(self.seed));
        plan::steps(&graph, self.dir, self.seed, &manifest, only)
    }

    /// Runs what is due.
    pub fn run(&self, request: &Request, watch: &dyn Watch, stop: &AtomicBool) -> Result<Report, RunError> {
        let graph = Graph::check(self.phases)?;
        let wanted = graph.select(&request.only)?;
        self.preflight(&graph, &wanted, request.fresh)?;
        let _lock = Lock::take(self.dir)?;
        if request.fresh {
            self.discard()?;
        }
        let mut manifest = self.open()?;
        let mut hashes = Hashes::new(self.dir, &graph);
        self.tell_outdated(&graph, &manifest, &request.only, watch)?;
        let mut report = Report::default();
        for phase in wanted {
            let inputs = Inputs::of(phase, self.seed, &mut hashes)?;
            if let Some(path) = inputs.missing.first() {
                return Err(missing(&graph, phase, path));
            }
            let before = manifest.phases.get(phase.name());
            let why = inputs.reasons(before, &hashes);
            let edited = plan::edited(before, &mut hashes)?;
            let ran = !why.is_empty();
            if ran {
                let moved = self.set_aside(&edited)?;
                let mut also = graph.dependents(phase.name());
                also.retain(|name| manifest.phases.get(name).is_some_and(|e| e.done));
                watch.event(Event::Started {
                    phase: phase.name(),
                    why: &why,
                    also: &also,
                    moved: &moved,
                });
                self.work(phase, inputs.entry, &mut manifest, &mut hashes, watch, stop)?;
            } else {
                let (edited, unread): (Vec<_>, Vec<_>) = edited.into_iter().partition(|path| graph.is_read(path));
                watch.event(Event::UpToDate {
                    phase: phase.name(),
                    edited: &edited,
                    unread: &unread,
                });
            }
            let outcome = manifest.phases.get(phase.name()).map(|e| e.outcome.clone()).unwrap_or_default();
            if ran {
                watch.event(Event::Ended {
                    phase: phase.name(),
                    outcome: &outcome,
                });
            }
            report.phases.push(Finished {
                name: phase.name().to_owned(),
                kind: phase.kind().to_owned(),
                ran,
                outcome,
            });
        }
        Ok(report)
    }

    /// Refuses what cannot work before anything is made or discarded: settings that do not read, inputs that nobody leaves.
    fn preflight(&self, graph: &Graph<'_>, wanted: &[&dyn Phase], fresh: bool) -> Result<(), RunError> {
        let mut made: Vec<PathBuf> = Vec::new();
        for phase in wanted {
            phase.settings().map_err(|source| RunError::Phase {
                phase: phase.name().to_owned(),
                source,
            })?;
            let there = |path: &PathBuf| made.contains(path) || (!fresh && self.dir.join(path).exists());
            if let Some(path) = phase.reads().iter().find(|path| !there(path)) {
                return Err(missing(graph, *phase, path));
            }
            made.extend(phase.writes());
        }
        Ok(())
    }

    /// Runs one phase, between two writes of the manifest.
    fn work(
        &self,
        phase: &dyn Phase,
        mut entry: Entry,
        manifest: &mut Manifest,
        hashes: &mut Hashes<'_>,
        watch: &dyn Watch,
        stop: &AtomicBool,
    ) -> Result<(), RunError> {
        let name = phase.name();
        let failed = |source: PhaseError| RunError::Phase {
            phase: name.to_owned(),
            source,
        };
        let context = Context {
            dir: self.dir,
            seed: Seed(self.seed).child(name),
            key: entry.key.clone(),
            threads: self.threads,
            progress: watch,
            stop,
        };
        context.check_stop().map_err(failed)?;
        let before = manifest
            .phases
            .insert(name.to_owned(), entry.clone())
            .map(|e| e.outputs)
            .unwrap_or_default();
        if let Some(unfinished) = manifest.phases.get_mut(name) {
            // What an earlier run left is remembered, so that it can be removed if this one writes other files.
            unfinished.outputs = before.clone();
        }
        manifest.sqlmint = entry.sqlmint.clone();
        manifest.seed = self.seed;
        manifest.write(self.dir)?;

        let outcome = phase.run(&context);
        hashes.forget();
        let outcome = outcome.map_err(failed)?;
        for path in phase.writes().iter().chain(&outcome.files) {
            if !hashes.exists(path) {
                return Err(RunError::MissingOutput {
                    phase: name.to_owned(),
                    kind: phase.kind().to_owned(),
                    path: path.clone(),
                });
            }
            entry.outputs.insert(plan::text(path), hashes.of(path)?);
        }
        for leftover in before.keys().filter(|path| !entry.outputs.contains_key(*path)) {
            let path = self.dir.join(leftover);
            if path.is_file() {
                fs::remove_file(&path).at("remove", &path)?;
            }
        }
        entry.outcome = outcome;
        entry.done = true;
        manifest.phases.insert(name.to_owned(), entry);
        manifest.write(self.dir)
    }

    /// The manifest, written if there was none, so that the directory is known as a run from its first moment.
    fn open(&self) -> Result<Manifest, RunError> {
        if let Some(manifest) = Manifest::read(self.dir)? {
            return Ok(manifest);
        }
        let begun = |name: &OsStr| name == lock::NAME || name == "manifest.json.inprogress";
        if self.entries()?.iter().any(|path| !path.file_name().is_some_and(begun)) {
            return Err(RunError::Foreign { dir: self.dir.to_owned() });
        }
        let manifest = Manifest::new(self.seed);
        manifest.write(self.dir)?;
        Ok(manifest)
    }

    /// Empties the run directory. The manifest goes last: a kill on the way leaves a directory that is still known as a run.
    fn discard(&self) -> Result<(), RunError> {
        let manifest = self.dir.join("manifest.json");
        if !manifest.exists() {
            return Ok(());
        }
        for path in self
            .entries()?
            .iter()
            .filter(|p| **p != manifest && p.file_name() != Some(OsStr::new(lock::NAME)))
        {
            let removed = if path.is_dir() && !path.is_symlink() {
                fs::remove_dir_all(path)
            } else {
                fs::remove_file(path)
            };
            removed.at("remove", path)?;
        }
        Ok(fs::remove_file(&manifest).at("remove", &manifest)?)
    }

    fn entries(&self) -> Result<Vec<PathBuf>, RunError> {
        let read = || {
            fs::read_dir(self.dir)?
                .map(|entry| Ok(entry?.path()))
                .collect::<std::io::Result<Vec<_>>>()
        };
        Ok(read().at("list", self.dir)?)
    }

    /// Keeps the edited content of files that are about to be written again.
    fn set_aside(&self, edited: &[PathBuf]) -> Result<Vec<PathBuf>, RunError> {
        let mut moved = Vec::new();
        for path in edited {
            let mut name = path.as_os_str().to_owned();
            name.push(".edited");
            let from = self.dir.join(path);
            fs::rename(&from, self.dir.join(&name)).at("rename", &from)?;
            moved.push(name.into());
        }
        Ok(moved)
    }

    fn tell_outdated(&self, graph: &Graph<'_>, manifest: &Manifest, only: &[String], watch: &dyn Watch) -> Result<(), RunError> {
        if only.is_empty() {
            return Ok(());
        }
        let inputs: Vec<PathBuf> = graph.select(only)?.iter().flat_map(|p| p.reads()).collect();
        for step in plan::steps(graph, self.dir, self.seed, manifest, &[])? {
            if let State::Due(why) = &step.state
                && !only.contains(&step.name)
                && step.writes.iter().any(|path| inputs.contains(path) && self.dir.join(path).exists())
            {
                watch.event(Event::Outdated { phase: &step.name, why });
            }
        }
        Ok(())
    }
}

fn missing(graph: &Graph<'_>, phase: &dyn Phase, path: &Path) -> RunError {
    let writer = graph.writer(path).map(|w| w.name().to_owned()).unwrap_or_default();
    RunError::MissingInput {
        phase: phase.name().to_owned(),
        path: path.to_owned(),
        writer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::progress::Silent;
    use crate::runner::{Outcome, Reason};
    use std::collections::BTreeMap;
    use std::sync::Mutex;
    use std::sync::atomic::Ordering;

    type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

    /// Writes what it read, its setting and its seed.
    struct Fake {
        name: &'static str,
        reads: Vec<PathBuf>,
        setting: String,
        fails: bool,
        ran: &'static Mutex<Vec<&'static str>>,
    }

    impl Phase for Fake {
        fn name(&self) -> &str {
            self.name
        }
        fn kind(&self) -> &str {
            "fake"
        }
        fn reads(&self) -> Vec<PathBuf> {
            self.reads.clone()
        }
        fn writes(&self) -> Vec<PathBuf> {
            vec![format!("{}/out", self.name).into()]
        }
        fn settings(&self) -> std::result::Result<String, PhaseError> {
            Ok(self.setting.clone())
        }
        fn run(&self, context: &Context<'_>) -> std::result::Result<Outcome, PhaseError> {
            self.ran.lock().expect("no panic").push(self.name);
            let mut text = format!("{} {:?} ", self.setting, context.seed);
            for path in &self.reads {
                text += &fs::read_to_string(context.dir.join(path)).at("read", path)?;
            }
            crate::kernel::files::write(&context.dir.join(self.name).join("out"), text.as_bytes())?;
            if self.fails {
                return Err(PhaseError::Failed("as asked".into()));
            }
            Ok(Outcome {
                counts: BTreeMap::from([("files".to_owned(), 1)]),
                ..Outcome::default()
            })
        }
    }

    /// first <- second <- third, and aside.
    struct Bench {
        dir: tempfile::TempDir,
        ran: &'static Mutex<Vec<&'static str>>,
        settings: [&'static str; 4],
        fails: &'static str,
        seed: u64,
    }

    impl Bench {
        fn new() -> Result<Self> {
            Ok(Bench {
                dir: tempfile::tempdir()?,
                ran: Box::leak(Box::default()),
                settings: [""; 4],
                fails: "",
                seed: 1,
            })
        }
        fn phases(&self) -> Vec<Box<dyn Phase>> {
            let links = [
                ("first", vec![]),
                ("second", vec!["first/out"]),
                ("third", vec!["second/out"]),
                ("aside", vec![]),
            ];
            let fake = |((name, reads), setting): ((&'static str, Vec<&str>), &&str)| -> Box<dyn Phase> {
                let reads = reads.iter().map(PathBuf::from).collect();
                Box::new(Fake {
                    name,
                    reads,
                    setting: (*setting).to_owned(),
                    fails: self.fails == name,
                    ran: self.ran,
                })
            };
            links.into_iter().zip(&self.settings).map(fake).collect()
        }
        /// Runs and says which phases worked.
        fn run(&self, only: &[&str]) -> std::result::Result<Vec<&'static str>, RunError> {
            self.request(Request {
                only: only.iter().map(|n| (*n).to_owned()).collect(),
                fresh: false,
            })
        }
        fn request(&self, request: Request) -> std::result::Result<Vec<&'static str>, RunError> {
            let phases = self.phases();
            let runner = Runner {
                dir: self.dir.path(),
                phases: &phases,
                seed: self.seed,
                threads: 1,
            };
            runner.run(&request, &Silent, &AtomicBool::new(false))?;
            Ok(std::mem::take(&mut *self.ran.lock().expect("no panic")))
        }
        fn steps(&self) -> Result<Vec<(String, State)>> {
            let phases = self.phases();
            let runner = Runner {
                dir: self.dir.path(),
                phases: &phases,
                seed: self.seed,
                threads: 1,
            };
            Ok(runner.steps(&[])?.into_iter().map(|s| (s.name, s.state)).collect())
        }
        fn write(&self, path: &str, text: &str) -> std::io::Result<()> {
            fs::write(self.dir.path().join(path), text)
        }
        fn manifest(&self) -> std::io::Result<String> {
            fs::read_to_string(self.dir.path().join("manifest.json"))
        }
    }

    const ALL: [&str; 4] = ["first", "second", "third", "aside"];

    #[test]
    fn only_what_a_change_reaches_runs_again() -> Result {
        let mut bench = Bench::new()?;
        assert_eq!(bench.run(&[])?, ALL);
        let whole = bench.manifest()?;
        assert!(bench.run(&[])?.is_empty());
        assert_eq!(bench.manifest()?, whole);

        bench.settings[1] = "new";
        let steps = bench.steps()?;
        assert_eq!(steps[0].1, State::UpToDate);
        assert_eq!(steps[1].1, State::Due(vec![Reason::Settings]));
        assert_eq!(steps[2].1, State::Follows(vec!["second".into()]));
        assert_eq!(bench.run(&[])?, ["second", "third"]);

        bench.settings[1] = "";
        bench.run(&[])?;
        assert_eq!(bench.manifest()?, whole, "back to the old settings, back to the old bytes");
        bench.seed = 2;
        assert_eq!(bench.run(&[])?, ALL);
        Ok(())
    }

    #[test]
    fn an_edited_output_is_kept_and_followed_and_a_deleted_one_is_made_again() -> Result {
        let mut bench = Bench::new()?;
        bench.run(&[])?;
        bench.write("first/out", "edited")?;
        assert_eq!(bench.run(&[])?, ["second", "third"]);
        assert!(bench.run(&[])?.is_empty());
        // Its own settings change: it is written again, but the user's text is not lost.
        bench.settings[0] = "new";
        assert_eq!(bench.run(&[])?, ["first", "second", "third"]);
        assert_eq!(fs::read_to_string(bench.dir.path().join("first/out.edited"))?, "edited");
        fs::remove_file(bench.dir.path().join("third/out"))?;
        assert_eq!(bench.steps()?[2].1, State::Due(vec![Reason::Gone("third/out".into())]));
        assert_eq!(bench.run(&[])?, ["third"]);
        Ok(())
    }

    #[test]
    fn a_failed_phase_is_not_done_even_when_the_old_settings_return() -> Result {
        let mut bench = Bench::new()?;
        bench.run(&[])?;
        let whole = bench.manifest()?;
        (bench.fails, bench.settings[1]) = ("second", "new");
        assert!(bench.run(&[]).is_err());
        bench.ran.lock().expect("no panic").clear();
        (bench.fails, bench.settings[1]) = ("", "");
        assert_eq!(bench.run(&[])?, ["second"], "third's input has its old content again");
        assert_eq!(bench.manifest()?, whole);
        Ok(())
    }

    #[test]
    fn a_phase_alone_runs_on_what_is_there_and_names_who_is_missing() -> Result {
        let mut bench = Bench::new()?;
        let message = bench.run(&["third"]).expect_err("nothing there").to_string();
        assert!(
            message.contains("needs second/out") && message.contains("--phase second --phase third"),
            "{message}"
        );
        bench.run(&[])?;
        bench.settings = ["new"; 4];
        assert_eq!(bench.run(&["third"])?, ["third"]);
        assert!(
            bench
                .request(Request {
                    only: vec!["third".into()],
                    fresh: true
                })
                .is_err()
        );
        assert!(
            bench.dir.path().join("second/out").exists(),
            "refused before anything was discarded"
        );
        let message = bench.run(&["thrid"]).expect_err("unknown").to_string();
        assert!(message.contains("did you mean \"third\"?"), "{message}");
        Ok(())
    }

    #[test]
    fn a_stop_is_obeyed_before_the_next_phase() -> Result {
        let bench = Bench::new()?;
        let phases = bench.phases();
        let runner = Runner {
            dir: bench.dir.path(),
            phases: &phases,
            seed: 1,
            threads: 1,
        };
        let stop = AtomicBool::new(false);
        stop.store(true, Ordering::Relaxed);
        let error = runner.run(&Request::default(), &Silent, &stop).expect_err("stopped");
        assert!(matches!(
            error,
            RunError::Phase {
                source: PhaseError::Stopped,
                ..
            }
        ));
        assert_eq!(bench.run(&[])?, ALL);
        Ok(())
    }

    #[test]
    fn fresh_discards_runs_only_and_other_directories_are_left_alone() -> Result {
        let bench = Bench::new()?;
        bench.write("thesis.txt", "mine")?;
        for fresh in [false, true] {
            let error = bench.request(Request { only: vec![], fresh }).expect_err("foreign");
            assert!(matches!(error, RunError::Foreign { .. }), "{error}");
        }
        assert_eq!(fs::read_to_string(bench.dir.path().join("thesis.txt"))?, "mine");
        fs::remove_file(bench.dir.path().join("thesis.txt"))?;

        bench.run(&[])?;
        bench.write("first/note", "old")?;
        bench.write("manifest.json", "{torn")?;
        let message = bench.run(&[]).expect_err("torn").to_string();
        assert!(message.contains("manifest.json") && message.contains("--fresh"), "{message}");
        assert_eq!(bench.request(Request { only: vec![], fresh: true })?, ALL);
        assert!(!bench.dir.path().join("first/note").exists());
        Ok(())
    }

    #[test]
    fn a_list_that_cannot_work_is_refused_before_anything_runs() -> Result {
        let bench = Bench::new()?;
        let check = |change: &dyn Fn(&mut Vec<Box<dyn Phase>>)| {
            let mut phases = bench.phases();
            change(&mut phases);
            Graph::check(&phases).map(|_| ()).expect_err("refused").to_string()
        };
        let late = check(&|phases| phases.swap(0, 1));
        assert!(late.contains("list \"first\" before \"second\""), "{late}");
        let gone = check(&|phases| drop(phases.remove(0)));
        assert!(gone.contains("no phase of this run writes"), "{gone}");
        let twice = check(&|phases| phases.extend(bench.phases().pop()));
        assert!(twice.contains("\"aside\" is listed twice"), "{twice}");
        Ok(())
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_named() -> Result {
        let bench = Bench::new()?;
        bench.write("file", "")?;
        let dir = bench.dir.path().join("file/run");
        let phases = bench.phases();
        let error = Runner {
            dir: &dir,
            phases: &phases,
            seed: 1,
            threads: 1,
        }
        .run(&Request::default(), &Silent, &AtomicBool::new(false));
        let message = error.expect_err("a file is in the way").to_string();
        assert!(
            message.starts_with("cannot create directory") && message.contains("file/run"),
            "{message}"
        );
        Ok(())
    }
}
