//! Signals: the first Ctrl-C or SIGTERM asks to stop at the next safe point, the second ends the process at once. A file that may not grow further is
//! a failed write, as a full disk is, and no silent death.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

/// Exit code by signal, as a shell counts: 128 and the signal's number.
const CODES: [(i32, u8); 2] = [(SIGINT, 130), (SIGTERM, 143)];

static RECEIVED: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);

/// Past the limit of a file's size (`ulimit -f`) a write fails and is told, where the system would end the process: its signal has a handler then.
pub(super) fn survive_file_size_limit() {
    #[cfg(unix)]
    // Where this fails, the process ends as it would have.
    let _ = flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
}

/// A flag that the first signal sets.
pub(super) fn stop_flag() -> io::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for (signal, code) in CODES {
        // Order matters: the shutdown looks at the flag before this signal sets it.
        flag::register_conditional_shutdown(signal, i32::from(code), Arc::clone(&stop))?;
        flag::register(signal, Arc::clone(&stop))?;
        flag::register_usize(signal, Arc::clone(&RECEIVED), usize::from(code))?;
    }
    Ok(stop)
}

/// The exit code that says which signal came.
pub(super) fn exit_code() -> u8 {
    u8::try_from(RECEIVED.load(Ordering::Relaxed))
        .ok()
        .filter(|code| *code > 0)
        .unwrap_or(CODES[0].1)
}
