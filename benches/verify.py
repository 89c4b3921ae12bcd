#!/usr/bin/env python3
"""Checks a finished run with another program: Python's own DuckDB client.

    pip install "duckdb==1.5.*" blake3
    python benches/verify.py generated_datasets/library [--negatives]

Opens data/database.duckdb read-only, runs every SQL of corpus/records.jsonl and compares what comes back with what the record says: number of rows,
first rows, hash of all rows. With --negatives every negative is run too: its result must be the one its proof names, and differ from the right
one. Results are put into canonical form by the rules written down in src/database/canonical.rs, coded here a second time on purpose.
Prints agree/total; exits 1 on any difference.
"""

import argparse
import datetime
import decimal
import json
import pathlib
import sys

import blake3
import duckdb

# Under these DuckDB's values are PostgreSQL's. The run was made with the same.
SETTINGS = """
SET integer_division=true; SET default_null_order='nulls_last_on_asc_first_on_desc'; SET ieee_floating_point_ops=false;
SET TimeZone='UTC'; SET threads=1; SET preserve_insertion_order=true;
"""
ROWS_SHOWN = 5
DIFFERENCES_SHOWN = 20


def cell(value):
    """A value's one text."""
    if value is None:
        return "\0"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "%.9e" % (value + 0.0)  # + 0.0 turns -0.0 into 0.0
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return value.isoformat(sep=" ")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def canonical(rows, ordered):
    """One line a row: in result order, or sorted by bytes when order is no part of the answer."""
    lines = ["\x1f".join(map(cell, row)).encode() for row in rows]
    return lines if ordered else sorted(lines)


def digest(lines):
    return blake3.blake3(b"\n".join(lines)).hexdigest()[:32]


def shown(lines):
    return [[None if c == "\0" else c for c in line.decode().split("\x1f")] for line in lines[:ROWS_SHOWN]]


def differences(connection, record):
    """What is not as the record says."""
    answer = record["answer"]
    try:
        lines = canonical(connection.execute(record["sql"]).fetchall(), answer["ordered"])
    except duckdb.Error as error:
        yield f"the statement failed: {error}"
        return
    if len(lines) != answer["row_count"]:
        yield f"{len(lines)} rows instead of {answer['row_count']}"
    if shown(lines) != answer["rows"]:
        yield f"first rows {shown(lines)} instead of {answer['rows']}"
    if digest(lines) != answer["hash"]:
        yield f"hash {digest(lines)} instead of {answer['hash']}"


def negative_differences(connection, record, negative):
    """What is not as a negative's proof says."""
    proof, ordered = negative["proof"], record["answer"]["ordered"]
    try:
        lines = canonical(connection.execute(negative["sql"]).fetchall(), ordered)
    except duckdb.Error as error:
        yield f"the statement failed: {error}"
        return
    if proof["expected_hash"] != record["answer"]["hash"] or proof["expected_rows"] != record["answer"]["row_count"]:
        yield "the proof's right result is not the record's"
    if len(lines) != proof["actual_rows"] or digest(lines) != proof["actual_hash"]:
        yield f"{len(lines)} rows, hash {digest(lines)}; the proof says {proof['actual_rows']} rows, hash {proof['actual_hash']}"
    if digest(lines) == record["answer"]["hash"]:
        yield "its result is the right one"


class Tally:
    """Counts what agrees and shows the first that does not."""

    def __init__(self, what):
        self.what, self.total, self.agree = what, 0, 0

    def add(self, name, sql, found):
        found = list(found)
        self.total += 1
        self.agree += not found
        if found and self.total - self.agree <= DIFFERENCES_SHOWN:
            print(f"{name}: {'; '.join(found)}\n  {sql}", file=sys.stderr)

    def line(self):
        return f"{self.agree}/{self.total} {self.what} agree"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=pathlib.Path, help="a run directory")
    parser.add_argument("--negatives", action="store_true", help="run every negative too")
    options = parser.parse_args()
    connection = duckdb.connect(str(options.run / "data" / "database.duckdb"), read_only=True)
    connection.execute(SETTINGS)

    pairs, negatives = Tally("pairs"), Tally("negatives")
    with open(options.run / "corpus" / "records.jsonl", encoding="utf-8") as file:
        for record in map(json.loads, file):
            pairs.add(record["id"], record["sql"], differences(connection, record))
            for at, negative in enumerate(record["negatives"] if options.negatives else []):
                negatives.add(f"{record['id']}, negative {at}", negative["sql"], negative_differences(connection, record, negative))
    print(f"DuckDB {duckdb.__version__} (Python)")
    print(pairs.line())
    if options.negatives:
        print(negatives.line())
    if pairs.total == 0:
        print("there are no pairs to verify", file=sys.stderr)
    sys.exit(0 if pairs.total and pairs.agree == pairs.total and negatives.agree == negatives.total else 1)


if __name__ == "__main__":
    main()
