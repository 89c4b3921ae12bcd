//! Progress: how an engine tells whoever watches how far it is. The CLI draws it; tests and libraries pass [`Silent`].

/// A watcher of long work. Calls may come from any thread.
pub trait Progress: Sync {
    /// A piece of work begins; `total` in `unit`s when known ("rows", "pairs").
    fn start(&self, what: &str, total: Option<u64>, unit: &str);
    /// `n` more units are done.
    fn advance(&self, n: u64);
    /// The piece of work ended.
    fn finish(&self);
}

/// Nobody watches.
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _: &str, _: Option<u64>, _: &str) {}
    fn advance(&self, _: u64) {}
    fn finish(&self) {}
}
