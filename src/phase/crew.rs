//! Workers of a phase: what each thread holds (its connections), and the threads, which live as long as the phase.
//!
//! A thread that ended after every round would give its memory back and fetch it again. Invariant: what comes back does not depend on how many
//! there are.

use crate::runner::{Context, PhaseError};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The workers.
pub(super) struct Crew<W> {
    workers: Vec<W>,
    threads: ThreadPool,
}

impl<W: Send> Crew<W> {
    /// One thread for each.
    pub(super) fn new(workers: Vec<W>) -> Result<Self, PhaseError> {
        let threads = ThreadPoolBuilder::new().num_threads(workers.len()).build();
        let threads = threads.map_err(|e| PhaseError::Failed(format!("no worker threads: {e}")))?;
        Ok(Crew { workers, threads })
    }

    /// Runs `work` over `items`; results come back in the items' order. Ends early, with nothing, when the user asks to stop.
    pub(super) fn on_all<T: Sync, R: Send>(
        &mut self,
        context: &Context<'_>,
        items: &[T],
        work: impl Fn(&W, &T) -> R + Sync,
    ) -> Result<Vec<R>, PhaseError> {
        let next = AtomicUsize::new(0);
        let stop = context.stop;
        let run = |worker: &W, out: &mut Vec<(usize, R)>| {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(index).filter(|_| !stop.load(Ordering::Relaxed)) else {
                    return;
                };
                out.push((index, work(worker, item)));
            }
        };
        let run = &run;
        let mut made: Vec<Vec<(usize, R)>> = self.workers.iter().map(|_| Vec::new()).collect();
        self.threads.in_place_scope(|scope| {
            for (worker, out) in self.workers.iter_mut().zip(&mut made) {
                scope.spawn(move |_| run(worker, out));
            }
        });
        context.check_stop()?;
        let mut done: Vec<(usize, R)> = made.into_iter().flatten().collect();
        done.sort_by_key(|(index, _)| *index);
        Ok(done.into_iter().map(|(_, result)| result).collect())
    }
}
