//! Questions: from an intent to English.
