//! Fingerprints: the blake3 hash of bytes, written as hex.
//!
//! Used for settings, inputs, artifacts, record ids and result rows. Equal fingerprints are taken to mean equal bytes.

use std::io::{Read, Write};
use std::path::Path;

/// Hex blake3 of `bytes` (64 characters).
pub fn of_bytes(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Hex blake3 of several parts; a part's length goes in first, so that ("ab","c") and ("a","bc") differ.
pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// Fingerprints what is written through it.
pub struct Fingerprinted<W> {
    to: W,
    hasher: blake3::Hasher,
}

impl<W: Write> Fingerprinted<W> {
    /// Nothing written yet.
    pub fn new(to: W) -> Self {
        Fingerprinted {
            to,
            hasher: blake3::Hasher::new(),
        }
    }

    /// The writer, and the hex blake3 of all that it took.
    pub fn finish(self) -> (W, String) {
        (self.to, self.hasher.finalize().to_hex().to_string())
    }
}

impl<W: Write> Write for Fingerprinted<W> {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        let written = self.to.write(buf)?;
        self.hasher.update(&buf[..written]);
        Ok(written)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}

/// Hex blake3 of a file's content, read in 1 MiB pieces.
pub fn of_file(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0_u8; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finalize().to_hex().to_string()),
            n => hasher.update(&buffer[..n]),
        };
    }
}
