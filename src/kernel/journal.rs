//! A journal: a group of line files that grow together in rounds, and survive `kill -9`.
//!
//! While a phase works, its files carry the suffix `.part`. After each round a checkpoint holds the round's number and
//! every file's length; opening again cuts the files back to it. [`Journal::finish`] gives them their names.
//! Invariant: what a reader finds after any kill is exactly the lines of the completed rounds, each once.

use super::files::{self, At, FileError};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, Write};
use std::path::{Path, PathBuf};

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
        self.at.barren = if barren { self.at.barren + 1 } else { 0 };
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

    /// Appends one round: for each file, whole lines ending in a newline. Durable when it returns.
    pub fn append(&mut self, chunks: &[Vec<u8>]) -> Result<(), FileError> {
        for (index, chunk) in chunks.iter().enumerate() {
            let path = part(&self.dir, &self.names[index]);
            self.files[index].write_all(chunk).at("write", &path)?;
            self.files[index].sync_data().at("sync", &path)?;
            self.at.bytes[index] += chunk.len() as u64;
        }
        self.at.rounds += 1;
        files::write_json(&self.dir.join("checkpoint.json"), &self.at)
    }

    /// Gives every file its final name and removes the checkpoint.
    pub fn finish(self) -> Result<(), FileError> {
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

        let mut journal = Journal::open(dir.path(), &names, "k2")?;
        journal.append(&[b"2\n".to_vec(), b"".to_vec()])?;
        journal.finish()?;
        assert_eq!(fs::read_to_string(dir.path().join("a.jsonl"))?, "2\n");
        assert!(!dir.path().join("checkpoint.json").exists());
        Ok(())
    }
}
