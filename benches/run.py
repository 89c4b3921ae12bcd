#!/usr/bin/env python3
"""How fast is a run? Whole processes, wall clock, on this machine.

    python benches/run.py [--ddl schemas/library_mgm.ddl] [--rows 1000] [--threads 2] [--repeat 3] [--json]

Measures, in a fresh directory each time:
  run        `sqlmint run`, everything from reading the schema to report.html
  database   of that, the time that its threads spent in DuckDB, as the run itself counts it: every statement, also those that prove that a result
             does not depend on how ties fall and those on the witnesses and on instances tailored to a pair
  populate   `sqlmint run --phase schema --phase populate` alone, on larger tables: rows and MB of CSV a second
  tried      the plain cost: every SQL that the run executed, executed once more in one process and nothing else (benches/replay.rs;
             without second runs, and of those elsewhere only what told a mutant apart)
  corpus     the same for the right and wrong SQL that the corpus kept
and prints pairs a second and how many times the plain cost the run took. The best of --repeat is shown: noise only adds.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def target():
    """Where cargo puts what it builds."""
    metadata = subprocess.run(["cargo", "metadata", "--format-version=1", "--no-deps"], cwd=ROOT, check=True, capture_output=True).stdout
    return pathlib.Path(json.loads(metadata)["target_directory"]) / "release"


def timed(command):
    started = time.perf_counter()
    done = subprocess.run([str(c) for c in command], cwd=ROOT, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 3):  # 3: done, but a quality gate was missed
        sys.exit(f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{done.stderr}")
    return seconds, done.stdout


def lines(path):
    with open(path, "rb") as file:
        return sum(1 for _ in file)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ddl", default="schemas/library_mgm.ddl")
    parser.add_argument("--rows", type=int, default=1000, help="rows of a table (default 1000)")
    parser.add_argument("--populate-rows", type=int, default=100_000, help="rows of a table when populate is measured alone (default 100000)")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--built", type=pathlib.Path, help="where sqlmint and examples/replay are; built by cargo when left out")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    options = parser.parse_args()

    if options.built is None:
        subprocess.run(["cargo", "build", "--release", "--quiet", "--bin", "sqlmint", "--example", "replay"], cwd=ROOT, check=True)
        options.built = target()
    sqlmint, replay = options.built / "sqlmint", options.built / "examples" / "replay"
    def command(out, rows, *phases):
        settings = {
            "source.ddl": (ROOT / options.ddl).resolve(),
            "run.name": "bench",
            "run.output_dir": out,
            "populate.rows": rows,
            "populate.rows_max": rows,
        }
        sets = [f"--set={key}={value}" for key, value in settings.items()]
        return [sqlmint, "run", "--quiet", "--json", f"--threads={options.threads}", *sets, *(f"--phase={p}" for p in phases)]

    result = {"ddl": options.ddl, "threads": options.threads}
    for _ in range(options.repeat):
        with tempfile.TemporaryDirectory() as out:
            run = pathlib.Path(out) / "bench"
            populate_s, _ = timed(command(out, options.populate_rows, "schema", "populate"))
            tables = sorted((run / "data").glob("*.csv"))
            result["rows"] = sum(lines(t) - 1 for t in tables)  # one header a file
            result["mb"] = sum(t.stat().st_size for t in tables) / 1e6
        with tempfile.TemporaryDirectory() as out:
            run = pathlib.Path(out) / "bench"
            run_s, said = timed(command(out, options.rows))
            database_s = json.loads(said)["database_seconds"] / options.threads
            result["pairs"] = lines(run / "corpus" / "records.jsonl")
            plain = json.loads(subprocess.run([replay, run, str(options.threads)], check=True, capture_output=True).stdout)
        for kind in ("tried", "corpus"):
            result[f"{kind}_statements"] = plain[kind]["statements"]
        result["failed"] = plain["corpus"]["failed"]
        plain_s = [(f"{kind}_s", plain[kind]["seconds"]) for kind in ("tried", "corpus")]
        if run_s < result.get("run_s", run_s + 1):
            result["database_s"] = database_s
        for key, seconds in [("run_s", run_s), ("populate_s", populate_s), *plain_s]:
            result[key] = min(seconds, result.get(key, seconds))

    result["pairs_per_s"] = result["pairs"] / result["run_s"]
    for kind in ("tried", "corpus"):
        result[f"times_{kind}"] = result["run_s"] / result[f"{kind}_s"]
    result["rows_per_s"] = result["rows"] / result["populate_s"]
    result["mb_per_s"] = result["mb"] / result["populate_s"]
    if options.json:
        print(json.dumps(result))
        return
    print(f"{options.ddl}, {options.threads} threads, best of {options.repeat}")
    print(f"  run       {result['run_s']:8.2f} s   {result['pairs']} pairs, {result['pairs_per_s']:.0f} pairs/s")
    print(f"  database  {result['database_s']:8.2f} s   a thread; run : database = {result['run_s'] / result['database_s']:.2f}")
    for kind in ("tried", "corpus"):
        print(f"  {kind:9} {result[f'{kind}_s']:8.2f} s   {result[f'{kind}_statements']} statements; run : {kind} = {result[f'times_{kind}']:.2f}")
    print(f"  populate  {result['populate_s']:8.2f} s   {result['rows']} rows, {result['rows_per_s']:.0f} rows/s, {result['mb_per_s']:.1f} MB/s")
    if result["failed"]:
        sys.exit(f"{result['failed']} statements of the corpus failed")


if __name__ == "__main__":
    main()
