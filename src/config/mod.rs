//! Configuration: config.yaml, environment and flags, as checked settings.
