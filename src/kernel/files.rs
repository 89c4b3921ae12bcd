//! Files that are whole or absent: written to a temporary name beside the target, synced, then renamed.
//!
//! Invariant: a reader never sees half a file under its final name, whatever kills the writer.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, SyncSender};
use std::thread::JoinHandle;

/// What went wrong with a file, and which one.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {source}", path.display())]
pub struct FileError {
    /// What was tried: "read", "write", "create directory".
    pub action: &'static str,
    /// The file or directory.
    pub path: PathBuf,
    /// The system's reason.
    pub source: io::Error,
}

impl FileError {
    /// Wraps a system error with its place.
    pub fn new(action: &'static str, path: &Path, source: io::Error) -> Self {
        FileError {
            action,
            path: path.to_owned(),
            source,
        }
    }
}

/// Adds action and path to an `io::Result`.
pub trait At<T> {
    /// `Err` becomes a [`FileError`] about `path`.
    fn at(self, action: &'static str, path: &Path) -> Result<T, FileError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, action: &'static str, path: &Path) -> Result<T, FileError> {
        self.map_err(|source| FileError::new(action, path, source))
    }
}

/// A buffered file that takes its final name only on [`AtomicFile::commit`]; dropped before, it leaves nothing.
pub struct AtomicFile {
    writer: Option<BufWriter<File>>,
    temp: PathBuf,
    target: PathBuf,
    /// Bytes written since the disk was last told to go on.
    waiting: usize,
    early: Option<EarlySync>,
}

/// Bytes after which the disk begins: at the end there is little left to wait for.
const EARLY_SYNC_BYTES: usize = 64 << 20;

/// Brings what is written to the disk while more is written; it sleeps in the system and takes no part in the work.
struct EarlySync {
    go: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl EarlySync {
    fn start(file: &File) -> io::Result<Self> {
        let file = file.try_clone()?;
        let (go, wait) = mpsc::sync_channel(1);
        let thread = std::thread::Builder::new().spawn(move || wait.iter().try_for_each(|()| file.sync_data()))?;
        Ok(EarlySync { go, thread })
    }

    /// The system tells a failure once, so it counts.
    fn finish(self) -> io::Result<()> {
        drop(self.go);
        self.thread
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the thread that syncs panicked")))
    }
}

impl AtomicFile {
    /// Opens `<target>.inprogress` beside the target, making the directory when missing.
    pub fn create(target: &Path) -> Result<Self, FileError> {
        let dir = parent(target);
        fs::create_dir_all(dir).at("create directory", dir)?;
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(".inprogress");
        let temp = dir.join(name);
        let file = File::create(&temp).at("create", &temp)?;
        Ok(AtomicFile {
            // Large writes pass by the buffer.
            writer: Some(BufWriter::with_capacity(1 << 16, file)),
            temp,
            target: target.to_owned(),
            waiting: 0,
            early: None,
        })
    }

    /// Flushes, syncs and renames. A failed sync is final: the file is not there.
    pub fn commit(mut self) -> Result<(), FileError> {
        if let Some(writer) = self.writer.take() {
            let file = writer
                .into_inner()
                .map_err(|e| FileError::new("write", &self.temp, e.into_error()))?;
            if let Some(early) = self.early.take() {
                early.finish().at("sync", &self.temp)?;
            }
            file.sync_all().at("sync", &self.temp)?;
        }
        fs::rename(&self.temp, &self.target).at("rename to", &self.target)?;
        sync_dir(parent(&self.target))
    }
}

impl Write for AtomicFile {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let Some(writer) = &mut self.writer else {
            return Err(io::Error::other("file already committed"));
        };
        let written = writer.write(buf)?;
        self.waiting += written;
        if self.waiting >= EARLY_SYNC_BYTES {
            self.waiting = 0;
            if self.early.is_none() {
                // Without it the end takes longer, and nothing else.
                self.early = EarlySync::start(writer.get_ref()).ok();
            }
            // Where the last one still runs, the next one takes these bytes too.
            if let Some(early) = &self.early {
                let _ = early.go.try_send(());
            }
        }
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.writer.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if self.writer.take().is_some() {
            // Best effort: a leftover .inprogress file is overwritten by the next run.
            let _ = fs::remove_file(&self.temp);
        }
    }
}

/// Writes `bytes` whole or not at all.
pub fn write(target: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let mut file = AtomicFile::create(target)?;
    file.write_all(bytes).at("write", target)?;
    file.commit()
}

/// Writes `value` as indented JSON with a final newline, whole or not at all.
pub fn write_json<T: serde::Serialize>(target: &Path, value: &T) -> Result<(), FileError> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|e| FileError::new("encode", target, e.into()))?;
    bytes.push(b'\n');
    write(target, &bytes)
}

/// Reads a JSON file written by [`write_json`].
pub fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, FileError> {
    let bytes = fs::read(path).at("read", path)?;
    serde_json::from_slice(&bytes).map_err(|e| FileError::new("understand", path, e.into()))
}

/// Makes a rename in `dir` durable.
pub fn sync_dir(dir: &Path) -> Result<(), FileError> {
    File::open(dir).and_then(|d| d.sync_all()).at("sync", dir)
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
