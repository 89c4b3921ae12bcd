//! The thread on which connections live.
//!
//! A connection is a task that must be polled while its client waits; all of them share one current-thread runtime on a thread of its
//! own. Callers on other threads block until their answer is there. Invariant: when the driver is dropped, thread and connections end.

use std::future::Future;
use std::io;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::runtime::{Builder, Handle};
use tokio::task::AbortHandle;

pub(super) struct Driver {
    handle: Handle,
    keep: AbortHandle,
    thread: Option<JoinHandle<()>>,
}

impl Driver {
    pub(super) fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        // A task that never ends keeps the runtime polling; aborting it ends the thread.
        let kept = runtime.spawn(std::future::pending::<()>());
        let keep = kept.abort_handle();
        let thread = std::thread::Builder::new().name("postgresql".into()).spawn(move || {
            let _aborted = runtime.block_on(kept);
        })?;
        Ok(Driver {
            handle,
            keep,
            thread: Some(thread),
        })
    }

    /// What `work` comes to; `None` when it takes longer than `deadline`.
    pub(super) fn wait<T>(&self, deadline: Duration, work: impl Future<Output = T>) -> Option<T> {
        self.handle.block_on(async { tokio::time::timeout(deadline, work).await.ok() })
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.keep.abort();
        if let Some(thread) = self.thread.take() {
            // It holds nothing that a panic could have broken.
            let _ = thread.join();
        }
    }
}
