//! Locks of a data directory, so that two runs never write one file: advisory locks, which the system drops when their holder dies.
//!
//! A whole run holds the directory alone. Runs that make parts, or some tables, share it, and each holds the files that it makes; so many machines
//! may fill one directory. The lock files stay, because removing a locked file would let two processes lock two files of one name.

use super::delivery::FINISHED_DIR;
use super::error::DataGenError;
use crate::kernel::files::{At, FileError};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::Path;

/// File name of the directory's lock, in [`FINISHED_DIR`].
const NAME: &str = ".lock";

/// A held lock.
#[derive(Debug)]
pub(super) struct Lock(#[allow(dead_code, reason = "held, not read")] File);

impl Lock {
    /// Takes the lock of a data directory, alone or with others that share it.
    pub(super) fn directory(dir: &Path, shared: bool) -> Result<Self, DataGenError> {
        take(dir, NAME, shared, &dir.display().to_string())
    }

    /// Takes the lock of one file of the directory.
    pub(super) fn file(dir: &Path, name: &str) -> Result<Self, DataGenError> {
        take(dir, &format!("{name}.lock"), false, &dir.join(name).display().to_string())
    }
}

fn take(dir: &Path, name: &str, shared: bool, what: &str) -> Result<Lock, DataGenError> {
    let notes = dir.join(FINISHED_DIR);
    fs::create_dir_all(&notes).at("create directory", &notes)?;
    let path = notes.join(name);
    let mut options = OpenOptions::new();
    let file = options
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(&path)
        .at("open", &path)?;
    let locked = if shared { file.try_lock_shared() } else { file.try_lock() };
    match locked {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(DataGenError::Locked { place: what.to_owned() }),
        Err(TryLockError::Error(e)) => Err(FileError::new("lock", &path, e).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_whole_run_or_many_parts() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let whole = Lock::directory(dir.path(), false)?;
        for shared in [false, true] {
            let error = Lock::directory(dir.path(), shared).err().map(|e| e.to_string()).unwrap_or_default();
            assert!(
                error.contains("another process") && error.contains(&dir.path().display().to_string()),
                "{error}"
            );
        }
        drop(whole);
        let (_a, _b) = (Lock::directory(dir.path(), true)?, Lock::directory(dir.path(), true)?);
        let _part = Lock::file(dir.path(), "t.part-0001-of-0002.csv")?;
        assert!(Lock::file(dir.path(), "t.part-0001-of-0002.csv").is_err());
        assert!(Lock::file(dir.path(), "t.part-0002-of-0002.csv").is_ok());
        Ok(())
    }
}
