//! Query generation: from schema and profile to intents.
