//! Timeouts that do not depend on what else runs.
//!
//! A statement that ran out of its time may only have shared the machine with others. It is tried once more, alone (no other statement of this process
//! runs on any engine meanwhile) and with [`MORE`] times the time; only then is it out of time. What is decided near a timeout so depends on the
//! statement and the machine, not on the number of workers. Limits: other processes are not waited for.

use super::DbError;
use std::sync::{PoisonError, RwLock};

/// How much more time a statement gets when it runs alone.
pub const MORE: u64 = 4;

/// Held for reading by every statement that runs, for writing by one that runs alone.
static RUNNING: RwLock<()> = RwLock::new(());

/// Runs a statement under a timeout, and once more, alone and with more time, when that was not enough.
pub(super) fn patiently<T>(timeout_ms: u64, run: impl FnMut(u64) -> Result<T, DbError>) -> Result<T, DbError> {
    patiently_among(&RUNNING, timeout_ms, run)
}

/// The longest that [`patiently`] lets a statement run, both tries together.
pub(super) fn longest(timeout_ms: u64) -> u64 {
    timeout_ms.saturating_add(timeout_ms.saturating_mul(MORE))
}

fn patiently_among<T>(running: &RwLock<()>, timeout_ms: u64, mut run: impl FnMut(u64) -> Result<T, DbError>) -> Result<T, DbError> {
    let first = {
        // The lock guards no data, so a panic under it spoils nothing.
        let _beside_others = running.read().unwrap_or_else(PoisonError::into_inner);
        run(timeout_ms)
    };
    match first {
        Err(DbError::Timeout(_)) => {
            let _alone = running.write().unwrap_or_else(PoisonError::into_inner);
            run(timeout_ms.saturating_mul(MORE))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc::channel;

    #[test]
    fn a_statement_out_of_time_is_tried_once_more_alone() {
        let running = RwLock::new(());
        let mut tries = Vec::new();
        let result = patiently_among(&running, 100, |ms| {
            tries.push((ms, running.try_read().is_ok()));
            if ms == 100 { Err(DbError::Timeout(ms)) } else { Ok(7) }
        });
        assert_eq!(result.ok(), Some(7));
        // Beside others, then with nobody else.
        assert_eq!(tries, [(100, true), (400, false)]);
    }

    #[test]
    fn the_second_try_is_the_last_and_other_errors_have_none() {
        let running = RwLock::new(());
        let mut tries = 0;
        let result: Result<(), _> = patiently_among(&running, 5, |ms| {
            tries += 1;
            Err(DbError::Timeout(ms))
        });
        assert!(matches!(result, Err(DbError::Timeout(20))) && tries == 2);
        let result: Result<(), _> = patiently_among(&running, 5, |_| {
            tries += 1;
            Err(DbError::Plan("no".into()))
        });
        assert!(matches!(result, Err(DbError::Plan(_))) && tries == 3);
    }

    #[test]
    fn it_waits_for_what_runs() -> Result<(), std::sync::mpsc::RecvError> {
        let (running, ended) = (RwLock::new(()), AtomicBool::new(false));
        let (began, begins) = channel();
        let (end, ends) = channel::<()>();
        std::thread::scope(|scope| {
            let (running, ended) = (&running, &ended);
            scope.spawn(move || {
                patiently_among(running, 100, |_| {
                    // Nobody listens any more only when the test has failed already.
                    let _ = began.send(());
                    let _ = ends.recv();
                    ended.store(true, Ordering::SeqCst);
                    Ok(())
                })
            });
            begins.recv()?;
            let alone = patiently_among(running, 100, |ms| {
                if ms == 100 {
                    let _ = end.send(());
                    return Err(DbError::Timeout(ms));
                }
                Ok(ended.load(Ordering::SeqCst))
            });
            assert!(matches!(alone, Ok(true)), "it ran beside another: {alone:?}");
            Ok(())
        })
    }
}
