//! A journal: a group of line files that grow together in rounds, and survive `kill -9`.
//!
//! While a phase works, its files carry the suffix `.part`. A checkpoint holds how many rounds are durable and every file's length; opening
//! again cuts the files back to it. Short rounds share a checkpoint: a kill costs half a second of work at most.
//! [`Journal::finish`] gives the files their names.
//! Invariant: what a reader finds after any kill is exactly the lines of whole rounds, from the first on, each once.

use super::files::{self, At, FileError};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Waiting for the disk after every round of a few milliseconds would take longer than the rounds.
const CHECKPOINT_EVERY: Duration = Duration::from_millis(500);

#[derive(Debug, Default, Serialize, Deserialize)]
struct Checkpoint {
    /// Fingerprint of everything the lines depend on; another one makes the journal worthless.
    key: String,
    rounds: u64,
    bytes: Vec<u64>,
    #[serde(default)]
    barren: u32,
}

/// An open journal.
pub struct Journal {
    dir: PathBuf,
    names: Vec<String>,
    files: Vec<File>,
    at: Checkpoint,
    /// When the last checkpoint was written; none yet.
    written: Option<Instant>,
    /// Rounds since then.
    pending: bool,
    /// What [`Journal::barren`] is once the round at hand is appended.
    barren_next: u32,
}

impl Drop for Journal {
    /// Who stops in good order loses nothing. A disk that takes no more has said so before.
    fn drop(&mut self) {
        self.checkpoint().ok();
    }
}

impl Journal {
    /// Opens the files `names` in `dir`, at the last checkpoint if it was made under the same `key`, else empty.
    pub fn open(dir: &Path, names: &[&str], key: &str) -> Result<Self, FileError> {
        fs::create_dir_all(dir).at("create directory", dir)?;
        let saved: Option<Checkpoint> = files::read_json(&dir.join("checkpoint.json")).ok();
        let mut at = saved
            .filter(|c| c.key == key && c.bytes.len() == names.len() && long_enough(dir, names, &c.bytes))
            .unwrap_or_else(|| Checkpoint {
                key: key.to_owned(),
                rounds: 0,
                bytes: vec![0; names.len()],
                barren: 0,
            });
        at.key = key.to_owned();
        let barren_next = at.barren;
        let mut opened = Vec::new();
        for (name, bytes) in names.iter().zip(&at.bytes) {
            let path = part(dir, name);
            let mut file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .read(true)
                .write(true)
                .open(&path)
                .at("open", &path)?;
            file.set_len(*bytes).at("cut", &path)?;
            file.seek(std::io::SeekFrom::End(0)).at("seek", &path)?;
            opened.push(file);
        }
        Ok(Journal {
            dir: dir.to_owned(),
            names: names.iter().map(|n| (*n).to_owned()).collect(),
            files: opened,
            at,
            written: None,
            pending: false,
            barren_next,
        })
    }

    /// Completed rounds.
    pub fn rounds(&self) -> u64 {
        self.at.rounds
    }

    /// Completed rounds in a row, up to the last, that were said to be barren.
    pub fn barren(&self) -> u32 {
        self.at.barren
    }

    /// Says of the round about to be appended whether it brought next to nothing.
    pub fn note_barren(&mut self, barren: bool) {
        self.barren_next = if barren { self.at.barren + 1 } else { 0 };
    }

    /// How many of `n` items completed rounds have done, at `per_round` items a round.
    pub fn done(&self, per_round: usize, n: usize) -> usize {
        let rounds = usize::try_from(self.at.rounds).unwrap_or(usize::MAX);
        rounds.saturating_mul(per_round).min(n)
    }

    /// The lines of file `index` that completed rounds left.
    pub fn lines(&self, index: usize) -> Result<Vec<String>, FileError> {
        let path = part(&self.dir, &self.names[index]);
        let file = File::open(&path).at("read", &path)?;
        BufReader::new(file).lines().collect::<Result<_, _>>().at("read", &path)
    }

    /// Appends one round: for each file, whole lines ending in a newline. Durable at the next checkpoint, which is now when the last is old.
    pub fn append(&mut self, chunks: &[Vec<u8>]) -> Result<(), FileError> {
        for (index, chunk) in chunks.iter().enumerate() {
            let path = part(&self.dir, &self.names[index]);
            self.files[index].write_all(chunk).at("write", &path)?;
        }
        // A round that is not whole is none.
        for (bytes, chunk) in self.at.bytes.iter_mut().zip(chunks) {
            *bytes += chunk.len() as u64;
        }
        self.at.rounds += 1;
        self.at.barren = self.barren_next;
        self.pending = true;
        match self.written {
            Some(last) if last.elapsed() < CHECKPOINT_EVERY => Ok(()),
            _ => self.checkpoint(),
        }
    }

    fn checkpoint(&mut self) -> Result<(), FileError> {
        if !self.pending {
            return Ok(());
        }
        for (name, file) in self.names.iter().zip(&self.files) {
            file.sync_data().at("sync", &part(&self.dir, name))?;
        }
        files::write_json(&self.dir.join("checkpoint.json"), &self.at)?;
        self.written = Some(Instant::now());
        self.pending = false;
        Ok(())
    }

    /// Gives every file its final name and removes the checkpoint.
    pub fn finish(mut self) -> Result<(), FileError> {
        self.pending = false;
        for (name, file) in self.names.iter().zip(&self.files) {
            let path = part(&self.dir, name);
            file.sync_all().at("sync", &path)?;
        }
        for name in &self.names {
            let target = self.dir.join(name);
            fs::rename(part(&self.dir, name), &target).at("rename to", &target)?;
        }
        let checkpoint = self.dir.join("checkpoint.json");
        // A phase that had nothing to do has made no round, and no checkpoint.
        match fs::remove_file(&checkpoint) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            removed => removed.at("remove", &checkpoint)?,
        }
        files::sync_dir(&self.dir)
    }
}

fn part(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.part"))
}

fn long_enough(dir: &Path, names: &[&str], bytes: &[u64]) -> bool {
    names
        .iter()
        .zip(bytes)
        .all(|(name, len)| fs::metadata(part(dir, name)).is_ok_and(|m| m.len() >= *len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_round_is_cut_and_a_changed_key_starts_afresh() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let names = ["a.jsonl", "b.jsonl"];
        let mut journal = Journal::open(dir.path(), &names, "k")?;
        journal.note_barren(true);
        journal.append(&[b"1\n".to_vec(), b"x\n".to_vec()])?;
        journal.note_barren(true);
        journal.files[0].write_all(b"{\"torn")?;
        drop(journal);

        let journal = Journal::open(dir.path(), &names, "k")?;
        assert_eq!((journal.rounds(), journal.lines(0)?), (1, vec!["1".to_owned()]));
        assert_eq!(journal.barren(), 1, "of a round that was not appended nothing is left");
        drop(journal);
        assert_eq!(Journal::open(dir.path(), &names, "other")?.rounds(), 0);

        // Rounds that follow each other at once share a checkpoint, which a kill loses and a stop in good order does not.
        let two_rounds = |key: &str| -> Result<Journal, FileError> {
            let mut journal = Journal::open(dir.path(), &names, key)?;
            for line in [b"1\n", b"2\n"] {
                journal.append(&[line.to_vec(), Vec::new()])?;
            }
            Ok(journal)
        };
        std::mem::forget(two_rounds("killed")?);
        let rounds = |key: &str| Ok::<_, FileError>(Journal::open(dir.path(), &names, key)?.rounds());
        assert!((1..=2).contains(&rounds("killed")?));
        drop(two_rounds("stopped")?);
        assert_eq!(rounds("stopped")?, 2);

        let mut journal = Journal::open(dir.path(), &names, "k2")?;
        journal.append(&[b"2\n".to_vec(), b"".to_vec()])?;
        journal.finish()?;
        assert_eq!(fs::read_to_string(dir.path().join("a.jsonl"))?, "2\n");
        assert!(!dir.path().join("checkpoint.json").exists());
        Ok(())
    }
}
