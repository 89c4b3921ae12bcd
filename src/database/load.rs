//! Loading: CSV files into a database.
