//! The screen: what a person sees on stderr while work goes on. Bars on a terminal only; one line a phase everywhere.

use super::{Voice, few, say};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sqlmint::kernel::progress::Progress;
use sqlmint::runner::{Event, Outcome, Watch};
use std::io::IsTerminal;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Most counts in one phase's line.
const COUNTS_SHOWN: usize = 6;

/// A person at a terminal, or a log.
pub(super) struct Screen {
    talks: bool,
    draws: bool,
    work: Mutex<Work>,
}

struct Work {
    bar: Option<ProgressBar>,
    started: Instant,
}

impl Screen {
    pub(super) fn new(voice: Voice) -> Self {
        let talks = !voice.quiet && !voice.json;
        let draws = talks && std::io::stderr().is_terminal();
        Screen {
            talks,
            draws,
            work: Mutex::new(Work {
                bar: None,
                started: Instant::now(),
            }),
        }
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        // A bar that a panicking thread left behind is still a bar.
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn line(&self, text: &str) {
        if self.talks {
            match &self.work().bar {
                Some(bar) => bar.suspend(|| say(text)),
                None => say(text),
            }
        }
    }
}

impl Progress for Screen {
    fn start(&self, what: &str, total: Option<u64>, unit: &str) {
        if !self.draws {
            return;
        }
        let shape = match total {
            Some(_) => "{msg:16} {bar:32} {human_pos}/{human_len} {prefix} {eta}",
            None => "{msg:16} {spinner} {human_pos} {prefix} {elapsed}",
        };
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr())
            .with_style(ProgressStyle::with_template(shape).unwrap_or_else(|_| ProgressStyle::default_bar()))
            .with_message(what.to_owned())
            .with_prefix(unit.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        self.work().bar = Some(bar);
    }

    fn advance(&self, n: u64) {
        if let Some(bar) = &self.work().bar {
            bar.inc(n);
        }
    }

    fn finish(&self) {
        if let Some(bar) = self.work().bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Watch for Screen {
    fn event(&self, event: Event<'_>) {
        match event {
            Event::UpToDate { phase, edited, unread } => {
                self.line(&format!("{phase}: up to date"));
                for path in edited {
                    self.line(&format!("  {} was edited; kept, and followed by what reads it", path.display()));
                }
                for path in unread {
                    self.line(&format!(
                        "  {} was edited; kept, but nothing reads it: other data are asked for in schema/dataset_ir.json, other pairs in phases/",
                        path.display()
                    ));
                }
            }
            Event::Outdated { phase, why } => {
                self.line(&format!("{phase}: not up to date ({}); going on with what it left", few(why)));
            }
            Event::Started { phase, why, also, moved } => {
                self.work().started = Instant::now();
                let then = match also {
                    [] => String::new(),
                    also => format!("; this also re-runs {}, where its output changes", few(also)),
                };
                self.line(&format!("{phase}: {}{then}", few(why)));
                for path in moved {
                    self.line(&format!("  your edited file is kept as {}", path.display()));
                }
            }
            Event::Ended { phase, outcome } => {
                self.finish();
                let seconds = self.work().started.elapsed().as_secs_f64();
                self.line(&format!("{phase}: {} ({seconds:.1} s)", counts(outcome)));
                for note in &outcome.notes {
                    self.line(&format!("  {note}"));
                }
            }
        }
    }
}

/// "certified 400, rejected 35": counts with a dot in their names are summed under what stands before it.
fn counts(outcome: &Outcome) -> String {
    let mut sums: Vec<(&str, u64)> = Vec::new();
    for (name, n) in &outcome.counts {
        let name = name.split('.').next().unwrap_or(name);
        match sums.last_mut() {
            Some((last, sum)) if *last == name => *sum += n,
            _ => sums.push((name, *n)),
        }
    }
    let shown: Vec<String> = sums.iter().take(COUNTS_SHOWN).map(|(name, n)| format!("{name} {n}")).collect();
    if shown.is_empty() { "done".to_owned() } else { shown.join(", ") }
}
