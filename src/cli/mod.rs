//! The command line: the only code that prints. stdout is data, stderr is talk.
//!
//! Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 done but a gate was missed, a statement not read or a pair refused, 6 database unreachable, 130 and 143 stopped by a signal.
//! A reader that goes away (`| head`) is not an error.

mod check;
mod data_report;
mod evaluate_data;
mod failure;
mod generate;
mod init;
mod label;
mod phases;
mod run;
mod schema;
mod screen;
mod signals;
mod summary;

use anyhow::{Context, Result};
use clap::{Args, CommandFactory, Parser, Subcommand};
use sqlmint::config::{Environment, Flags, Override, Settings};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// A factory for NL2SQL (text-to-SQL) training corpora: schema -> database -> certified question/SQL pairs.
#[derive(Parser)]
#[command(name = "sqlmint", version, arg_required_else_help = true, max_term_width = 120)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    voice: Voice,
}

/// How a command talks.
#[derive(Args, Clone, Copy)]
struct Voice {
    /// Print data as JSON
    #[arg(long, global = true)]
    json: bool,
    /// Say nothing but errors
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Make a ready project: config.yaml, phases/, prompts/, schemas/
    Init(init::Init),
    /// Make the corpus: run every phase whose inputs or settings changed
    Run(run::Run),
    /// List the phases: what each reads and writes, and its state
    Phases(phases::Phases),
    /// Look at schemas
    Schema(schema::Schema),
    /// Make data alone: one CSV or Parquet file a table
    Generate(generate::Generate),
    /// Measure data against what its IR declares; exit 3 when a threshold is missed
    EvaluateData(evaluate_data::EvaluateData),
    /// Label anyone's SQL: Spider hardness, complexity, tables, columns, functions; exit 3 when a statement cannot be read
    Label(label::Label),
    /// Certify anyone's question/SQL pairs and say what is wrong with each; exit 3 when one is refused
    Check(check::Check),
    /// The process in which other people's SQL runs
    #[command(hide = true)]
    Validator(check::Validator),
    /// Print a shell's completion script
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Where settings come from; shared by the commands that work on a run.
#[derive(Args)]
struct Place {
    /// Configuration file [default: config.yaml]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Set a key of the configuration, for example source.ddl=my.sql (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    sets: Vec<String>,
    /// Worker threads, 0 for all; output does not depend on it
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Root of every random choice
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

impl Place {
    /// Flags over environment over config.yaml over defaults.
    fn settings(&self) -> Result<Settings> {
        let mut overrides = self.sets.iter().map(|text| Override::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let short = |flag: &str, key: &str, value: Option<String>| {
            value.map(|text| Override {
                key: key.to_owned(),
                origin: format!("--{flag} {text}"),
                text,
            })
        };
        overrides.extend(short("threads", "run.threads", self.threads.map(|n| n.to_string())));
        overrides.extend(short("seed", "run.seed", self.seed.map(|n| n.to_string())));
        let cwd = std::env::current_dir().context("cannot tell the current directory")?;
        let config = self.config.clone();
        Ok(Settings::load(&Flags {
            config,
            overrides,
            cwd,
            environment: environment(),
        })?)
    }
}

/// Variables whose name and value are text; others cannot be ours.
fn environment() -> Environment {
    std::env::vars_os()
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Runs the command.
pub(crate) fn main() -> ExitCode {
    signals::survive_file_size_limit();
    let cli = Cli::parse();
    let voice = cli.voice;
    let done = match cli.command {
        Command::Init(command) => command.run(voice),
        Command::Run(command) => command.run(voice),
        Command::Phases(command) => command.run(voice),
        Command::Schema(command) => command.run(voice),
        Command::Generate(command) => command.run(voice),
        Command::EvaluateData(command) => command.run(voice),
        Command::Label(command) => command.run(voice),
        Command::Check(command) => command.run(voice),
        Command::Validator(command) => command.run(),
        Command::Completions { shell } => completions(shell),
    };
    done.unwrap_or_else(|error| failure::report(&error))
}

fn completions(shell: clap_complete::Shell) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "sqlmint", &mut script);
    print(&script)
}

/// Writes data to stdout.
fn print(bytes: &[u8]) -> Result<ExitCode> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(e).context("cannot write to stdout"),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Writes `value` to stdout as indented JSON.
fn print_json(value: &impl serde::Serialize) -> Result<ExitCode> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    print(&bytes)
}

/// Items for a sentence: the first few, and how many more.
fn few<T: ToString>(items: &[T]) -> String {
    const SHOWN: usize = 4;
    let mut words: Vec<String> = items.iter().take(SHOWN).map(ToString::to_string).collect();
    if items.len() > SHOWN {
        words.push(format!("{} more", items.len() - SHOWN));
    }
    words.join(", ")
}

/// Bytes of stack for work on other people's SQL: trees are walked by recursion, and a long chain of operators is a deep tree.
const DEEP_STACK: usize = 256 << 20;

/// Runs `work` on a thread of its own with a deep stack.
fn on_a_deep_stack<T: Send>(work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(DEEP_STACK).spawn_scoped(scope, work);
        let thread = thread.context("cannot start a thread")?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Says a line on stderr. Nobody listening is not an error.
fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
