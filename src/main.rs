//! The sqlmint command.

mod cli;

/// DuckDB's C++ allocates through it too (the crate's `override`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
