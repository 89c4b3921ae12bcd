//! Writers: CSV and JSONL.
