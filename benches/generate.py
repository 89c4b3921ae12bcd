#!/usr/bin/env python3
"""How fast is the data engine? Whole processes side by side, in turns, on this machine; the best of --repeat, since noise only adds.

    python benches/generate.py [--tpchgen tpchgen-cli] [--pandas python3] [--scale 1] [--rows 5000000] [--repeat 3] [--large 50000000] [--json]

lineitem  TPC-H's lineitem from benches/ir/lineitem.json, one thread and two, beside tpchgen-cli (pip install tpchgen-cli): files and a pipe to nothing
retail    the star of benches/ir/retail.json, beside numpy and pandas (benches/peer_retail.py): rows of the fact a second
parquet   lineitem as Parquet beside CSV
linear    the fact of --large rows: memory, and the time a row beside that of a tenth of the rows
A peer that is not installed is named and left out. Seconds are wall clock; cpu is user and system time; memory is the greatest resident set.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINEITEM, RETAIL = ROOT / "benches/ir/lineitem.json", ROOT / "benches/ir/retail.json"
# dbgen's own number at scale 1; it is drawn, not multiplied, at others, so the bytes a second are what compares.
LINEITEM_ROWS = 6_001_215


def target():
    """Where cargo puts what it builds."""
    metadata = subprocess.run(["cargo", "metadata", "--format-version=1", "--no-deps"], cwd=ROOT, check=True, capture_output=True).stdout
    return pathlib.Path(json.loads(metadata)["target_directory"]) / "release"


def run(command, stdout=subprocess.DEVNULL):
    """Seconds, cpu seconds and peak memory (MB) of one process."""
    started = time.perf_counter()
    process = subprocess.Popen([str(c) for c in command], stdout=stdout, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nended with {process.returncode}:\n{errors.decode()}")
    return {"s": seconds, "cpu_s": usage.ru_utime + usage.ru_stime, "memory_mb": usage.ru_maxrss / 1024}


def best(runs):
    return min(runs, key=lambda r: r["s"])


class Bench:
    def __init__(self, options, scratch):
        self.options, self.scratch = options, scratch
        self.result = {}

    def generate(self, ir, out, *more):
        return [self.options.built / "sqlmint", "generate", ir, self.scratch / out, "--quiet", "--fresh", *more]

    def turns(self, jobs):
        """Every job once, then again: whatever else the machine does hits all of them."""
        runs = {name: [] for name in jobs}
        for _ in range(self.options.repeat):
            for name, job in jobs.items():
                runs[name].append(job())
        return {name: best(r) for name, r in runs.items()}

    def show(self, title, rows, unit):
        print(title)
        for name, r in rows.items():
            print(f"  {name:24} {r['s']:8.2f} s  {r['rate']:12,.1f} {unit}   cpu {r['cpu_s']:7.2f} s   {r['memory_mb']:7.0f} MB")

    def lineitem(self):
        rows = round(LINEITEM_ROWS * self.options.scale)
        tpchgen = shutil.which(self.options.tpchgen)
        jobs, sizes = {}, {}
        for threads in (1, 2):
            for sink in ("file", "pipe"):
                out = f"lineitem{threads}"
                more = ["--rows", f"lineitem={rows}", "--rows", f"orders={rows // 4}", "--threads", threads]
                ours = f"sqlmint {threads} {sink}"
                if sink == "file":
                    jobs[ours] = lambda out=out, more=more: run(self.generate(LINEITEM, out, "--table", "lineitem", *more))
                else:
                    command = [self.options.built / "sqlmint", "generate", LINEITEM, "--stdout", "lineitem", *more]
                    jobs[ours] = lambda command=command: run(command)
                sizes[ours] = lambda out=out: (self.scratch / out / "lineitem.csv").stat().st_size
                if tpchgen:
                    peer, place = f"tpchgen-cli {threads} {sink}", self.scratch / f"tpch{threads}"
                    command = [tpchgen, "csv", "-s", self.options.scale, "--tables", "lineitem", "--num-threads", threads, "--quiet"]
                    command += ["--output-dir", place, "--overwrite"] if sink == "file" else ["--stdout"]
                    jobs[peer] = lambda command=command: run(command)
                    sizes[peer] = lambda place=place: (place / "lineitem.csv").stat().st_size
        result = self.turns(jobs)
        for name, r in result.items():
            r["mb"] = sizes[name]() / 1e6
            r["rate"] = r["mb"] / r["s"]
        self.result["lineitem"] = result
        self.show(f"lineitem, scale {self.options.scale}, CSV", result, "MB/s")
        for sink in ("file", "pipe"):
            if tpchgen:
                ratio = result[f"sqlmint 1 {sink}"]["rate"] / result[f"tpchgen-cli 1 {sink}"]["rate"]
                cpu = [result[f"{name} 1 {sink}"]["mb"] / result[f"{name} 1 {sink}"]["cpu_s"] for name in ("sqlmint", "tpchgen-cli")]
                print(f"  one thread, {sink}: {ratio:.2f} times the MB/s of tpchgen-cli; {cpu[0] / cpu[1]:.2f} times the MB a second of cpu")
            print(f"  two threads, {sink}: {result[f'sqlmint 1 {sink}']['s'] / result[f'sqlmint 2 {sink}']['s']:.2f} times one")
        if not tpchgen:
            print(f"  tpchgen-cli was not found at {self.options.tpchgen!r}: left out")

    def retail(self):
        rows = self.options.rows
        has = subprocess.run([self.options.pandas, "-c", "import numpy, pandas"], capture_output=True).returncode == 0
        jobs = {f"sqlmint {t}": lambda t=t: run(self.generate(RETAIL, f"retail{t}", "--rows", f"fact_sales={rows}", "--threads", t)) for t in (1, 2)}
        if has:
            # A fifth of the rows is enough for a rate, and it takes long.
            some = max(rows // 5, 1)
            jobs["numpy and pandas"] = lambda: run([self.options.pandas, ROOT / "benches/peer_retail.py", some, self.scratch / "pandas"])
        result = self.turns(jobs)
        for name, r in result.items():
            r["rows"] = some if "pandas" in name else rows
            r["rate"] = r["rows"] / r["s"]
        self.result["retail"] = result
        self.show(f"retail star, {rows:,} rows of the fact", result, "rows/s")
        if has:
            for threads in (1, 2):
                ours, peer = result[f"sqlmint {threads}"], result["numpy and pandas"]
                cpu = ours["rows"] / ours["cpu_s"] / (peer["rows"] / peer["cpu_s"])
                print(f"  {threads} threads: {ours['rate'] / peer['rate']:.1f} times the rows/s of numpy and pandas; {cpu:.1f} times the rows a second of cpu")
        else:
            print(f"  {self.options.pandas} has no numpy and pandas: left out")

    def parquet(self):
        rows = round(LINEITEM_ROWS * self.options.scale)
        more = ["--rows", f"lineitem={rows}", "--rows", f"orders={rows // 4}", "--table", "lineitem"]
        jobs = {}
        for kind in ("csv", "parquet"):
            for t in (1, 2):
                jobs[f"{kind} {t}"] = lambda kind=kind, t=t: run(self.generate(LINEITEM, kind, *more, "--format", kind, "--threads", t))
        result = self.turns(jobs)
        for r in result.values():
            r["rate"] = rows / r["s"]
        self.result["parquet"] = result
        self.show("lineitem as CSV and as Parquet", result, "rows/s")

    def linear(self):
        large = self.options.large
        result = {}
        for rows in (large // 10, large):
            r = best([run(self.generate(RETAIL, "linear", "--rows", f"fact_sales={rows}", "--threads", 2))])
            r["rate"] = rows / r["s"]
            result[f"{rows:,} rows"] = r
        self.result["linear"] = result
        self.show("retail star, two threads", result, "rows/s")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tpchgen", default="tpchgen-cli", help="the program, if it is not on PATH")
    parser.add_argument("--pandas", default=sys.executable, help="a Python that has numpy and pandas")
    parser.add_argument("--scale", type=float, default=1.0, help="TPC-H scale factor (default 1)")
    parser.add_argument("--rows", type=int, default=5_000_000, help="rows of the retail fact (default 5000000)")
    parser.add_argument("--large", type=int, default=50_000_000, help="rows of the large run, 0 for none (default 50000000)")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--built", type=pathlib.Path, help="where sqlmint is; built by cargo when left out")
    parser.add_argument("--scratch", type=pathlib.Path, help="directory of the files; the system's temporary one when left out")
    parser.add_argument("--only", choices=["lineitem", "retail", "parquet", "linear"], help="one measurement only")
    parser.add_argument("--json", action="store_true", help="also print one line of JSON")
    options = parser.parse_args()

    if options.built is None:
        subprocess.run(["cargo", "build", "--release", "--quiet", "--bin", "sqlmint"], cwd=ROOT, check=True)
        options.built = target()
    with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
        bench = Bench(options, pathlib.Path(scratch))
        for name in ("lineitem", "retail", "parquet", "linear"):
            if options.only in (None, name) and (name != "linear" or options.large):
                getattr(bench, name)()
    if options.json:
        print(json.dumps(bench.result))


if __name__ == "__main__":
    main()
