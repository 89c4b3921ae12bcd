//! Head words of column names by what such columns are for.

/// Quantities that sum.
#[rustfmt::skip]
pub(super) const MEASURES: &[&str] = &[
    "price", "cost", "amount", "salary", "wage", "pay", "bonus", "quantity", "count", "length", "weight", "duration", "total", "subtotal",
    "budget", "revenue", "profit", "loss", "fee", "tax", "fine", "stock", "area", "size", "population", "capacity", "balance", "freight",
    "distance", "income", "expense", "discount", "tip", "points", "votes", "value", "sum", "turnover", "earnings", "charge", "deposit",
    "payment", "debt", "loan", "credit", "premium", "volume", "width", "depth", "height", "horsepower", "inventory", "attendance",
    "supply", "hand", "margin", "commission", "rent", "toll", "allowance", "donation", "investment", "power", "torque", "displacement",
    "gdp", "gnp", "bytes", "kilometers", "miles", "usage", "consumption", "production", "output",
];

/// Numbers that average and do not sum.
#[rustfmt::skip]
pub(super) const RATIOS: &[&str] = &[
    "rating", "score", "percentage", "rate", "ratio", "age", "latitude", "longitude", "average", "mean", "median", "gpa", "temperature",
    "speed", "velocity", "humidity", "pressure", "share", "probability", "confidence", "factor", "index", "density", "efficiency",
    "accuracy", "bmi", "iq", "mpg", "expectancy", "offset", "popularity", "satisfaction", "acceleration", "concentration", "frequency",
    "visibility", "coefficient", "stars", "proportion", "pH", "easting", "northing", "elevation", "altitude",
];

/// Numbers that are only ordered.
#[rustfmt::skip]
pub(super) const ORDINALS: &[&str] = &[
    "year", "time", "month", "day", "week", "quarter", "hour", "minute", "second", "floor", "edition", "rank", "ranking", "level", "grade",
    "position", "version", "season", "episode", "round", "priority", "century", "decade", "order", "place", "step", "stage",
    "tier", "generation", "week", "lap", "track", "disc", "room", "gate", "seat", "page", "aisle", "bay", "lane", "row", "ward", "bed",
    "desk", "locker", "chapter", "slot", "berth", "platform", "terminal", "pier", "track", "table", "court", "pitch", "shelf",
];

/// What is numbered in order, before the word "number".
#[rustfmt::skip]
pub(super) const NUMBERED_IN_ORDER: &[&str] = &[
    "line", "copy", "page", "seat", "room", "floor", "episode", "season", "chapter", "version", "step", "sequence", "round", "week",
    "track", "disc", "lap", "issue", "volume", "rank", "position", "row", "item", "dish", "stop", "day", "month", "year", "edition",
    "installment", "catalog", "jersey", "shirt",
];

/// Few values shared by many rows.
#[rustfmt::skip]
pub(super) const CATEGORIES: &[&str] = &[
    "type", "kind", "status", "state", "city", "country", "region", "county", "province", "continent", "district", "town", "genre",
    "category", "subcategory", "class", "language", "gender", "sex", "color", "colour", "brand", "segment", "department", "position",
    "role", "condition", "currency", "nationality", "religion", "method", "mode", "priority", "shift", "tier", "plan", "level", "grade",
    "group", "family", "major", "minor", "team", "party", "purpose", "channel", "carrier", "container", "shape", "material", "model",
    "make", "fuel", "transmission", "season", "semester", "term", "day", "month", "quarter", "weekday", "rating", "courtesy",
    "salutation", "suffix", "prefix", "cuisine", "course", "sector", "industry", "occupation", "profession", "job", "rank", "reason",
    "size", "manufacturer", "publisher", "nation", "territory", "zone", "area", "origin", "destination", "format", "medium", "platform",
    "visibility", "stage", "phase", "education", "ethnicity", "breed", "species", "diet", "degree", "division", "conference", "league",
    "segment", "instructions", "potential", "contract", "formulation", "composer", "artist", "producer", "singer", "clerk", "neighborhood", "neighbourhood", "borough", "time", "holiday",
    "outcome", "result", "severity", "band", "scale", "license", "system", "location", "specialty", "theme",
];

/// Names a row.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "name", "title", "surname", "forename", "firstname", "lastname", "nickname", "label", "headline", "caption", "subject", "manager",
    "director", "author", "contact",
];

/// Belongs to one row and is looked up.
#[rustfmt::skip]
pub(super) const CODES: &[&str] = &[
    "phone", "telephone", "mobile", "fax", "email", "e-mail", "ISBN", "isbn10", "isbn13", "ISSN", "ZIP", "postcode", "zipcode", "URL",
    "URI", "website", "homepage", "link", "address", "street", "code", "SKU", "barcode", "SSN", "IP", "username", "login", "VIN", "EAN",
    "UPC", "IBAN", "BIC", "DOI", "serial", "license", "passport", "slug", "handle", "host", "hostname", "path", "filename", "extension",
    "number", "line", "suite", "apartment", "hours", "coordinates", "symbol", "ticker", "callsign", "sequence",
    "abbreviation", "acronym", "initials",
];

/// Prose.
#[rustfmt::skip]
pub(super) const PROSE: &[&str] = &[
    "description", "notes", "note", "comment", "comments", "summary", "text", "body", "content", "contents", "abstract", "biography",
    "bio", "message", "remarks", "remark", "review", "details", "detail", "lyrics", "plot", "synopsis", "story", "instructions",
    "feedback", "explanation", "overview", "history", "answer", "question", "features", "quote", "paragraph", "transcript", "caveats",
    "about", "information", "statement", "terms", "ingredients", "recipe", "address lines",
];

/// Nothing a question is asked about, whatever the type.
#[rustfmt::skip]
pub(super) const TECHNICAL: &[&str] = &[
    "password", "hash", "token", "salt", "picture", "photo", "image", "avatar", "logo", "thumbnail", "blob", "xml", "json", "checksum",
    "embedding", "fulltext", "tsv", "payload", "metadata", "signature", "fingerprint", "cookie", "secret", "icon", "rowversion", "md5",
    "sha1", "sha256", "digest", "etag", "geom", "geometry", "wkt", "raw",
];

/// Names of technical time columns.
#[rustfmt::skip]
pub(super) const TECHNICAL_TIMES: &[&str] = &[
    "last update", "last updated", "updated at", "updated on", "updated", "update date", "update time", "modified", "modified at",
    "modified on", "modified date", "last modified", "last modified date", "last change", "last changed", "changed at", "deleted at",
    "inserted at", "loaded at", "load date", "row updated", "date updated", "date modified", "synced at", "etl date", "last update date",
    "last edit date", "rec start date", "rec end date", "record start date", "record end date",
];

/// Words that make a yes-or-no column.
#[rustfmt::skip]
pub(super) const FLAG_WORDS: &[&str] = &[
    "active", "approved", "discontinued", "enabled", "deleted", "archived", "verified", "confirmed", "paid", "official", "available",
    "valid", "visible", "hidden", "published", "featured", "subscribed", "activebool", "holiday", "weekend", "completed", "cancelled",
    "canceled", "closed", "resolved", "optional", "required", "mandatory",
];

/// First words of yes-or-no columns.
#[rustfmt::skip]
pub(super) const FLAG_STARTS: &[&str] = &[
    "is", "has", "was", "can", "had", "does", "did", "should", "needs", "accepts", "allows", "offers", "includes", "requires", "supports",
    "serves", "takes", "provides",
];
/// Last words of yes-or-no columns.
pub(super) const FLAG_ENDS: &[&str] = &["flag", "ind", "indicator", "yn", "bool", "boolean"];
