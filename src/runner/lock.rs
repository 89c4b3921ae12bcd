//! One process a run directory: an advisory lock on `<run>/.lock`, which the system drops when its holder dies.
//!
//! The file holds the holder's pid for the other's error message and is empty otherwise; it stays, because removing a
//! locked file would let two processes lock two files of one name.

use super::RunError;
use crate::kernel::files::{At, FileError};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

/// File name of the lock.
pub(super) const NAME: &str = ".lock";

/// A held lock.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock of run directory `dir`, making the directory when missing.
    pub fn take(dir: &Path) -> Result<Self, RunError> {
        fs::create_dir_all(dir).at("create directory", dir)?;
        let path: PathBuf = dir.join(NAME);
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .at("open", &path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let pid = fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok());
                return Err(RunError::Locked { dir: dir.to_owned(), pid });
            }
            Err(TryLockError::Error(e)) => return Err(FileError::new("lock", &path, e).into()),
        }
        file.set_len(0).at("write", &path)?;
        writeln!(file, "{}", std::process::id()).at("write", &path)?;
        Ok(Lock { file })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The pid is only a courtesy; the system drops the lock itself.
        let _ = self.file.set_len(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_process_is_told_who_holds_the_directory() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let held = Lock::take(dir.path())?;
        let Err(RunError::Locked { pid, .. }) = Lock::take(dir.path()) else {
            return Err("locked twice".into());
        };
        assert_eq!(pid, Some(std::process::id()));
        drop(held);
        drop(Lock::take(dir.path())?);
        assert_eq!(fs::read(dir.path().join(NAME))?, b"", "the pid does not stay");
        Ok(())
    }
}
