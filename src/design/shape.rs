//! Shapes of numbers by name: what salaries, prices, ratings and heights look like, and what they look like of goods, animals and the young.

use super::Subject;

/// A shape in the column's unit.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// low, high, step (0: the type's own)
    Even(f64, f64, f64),
    /// median, sigma, low, high, step
    Skewed(f64, f64, f64, f64, f64),
    /// mean, std, low, high, step
    Bell(f64, f64, f64, f64, f64),
}
use Shape::{Bell, Even, Skewed};

/// Names and shapes; the longest matching name wins. A name matches at the end of the column's words, or anywhere as whole words.
static SHAPES: &[(&[&str], Shape)] = &[
    (
        &["salary", "annual salary", "wage", "income", "compensation", "base salary"],
        Bell(62_000.0, 18_000.0, 24_000.0, 220_000.0, 100.0),
    ),
    (
        &["min salary", "minimum salary"],
        Bell(38_000.0, 8_000.0, 22_000.0, 70_000.0, 500.0),
    ),
    (
        &["max salary", "maximum salary"],
        Bell(95_000.0, 20_000.0, 71_000.0, 220_000.0, 500.0),
    ),
    (&["hourly rate", "hourly wage", "pay rate"], Bell(28.0, 9.0, 12.0, 90.0, 0.25)),
    (
        &["hourly pay", "wage per hour", "stundenlohn", "salario hora", "rate horaire"],
        Bell(28.0, 9.0, 12.0, 80.0, 0.25),
    ),
    (
        &[
            "monthly salary",
            "monthly wage",
            "monthly pay",
            "monatsgehalt",
            "monatslohn",
            "salario mensual",
            "salary mensual",
            "salary mensuel",
        ],
        Bell(4_200.0, 1_300.0, 1_800.0, 14_000.0, 10.0),
    ),
    (
        &[
            "price",
            "list price",
            "unit price",
            "sales price",
            "retail price",
            "cost",
            "wholesale cost",
            "unit cost",
            "ticket price",
            "supply cost",
            "msrp",
            "product price",
        ],
        Skewed(28.0, 0.8, 0.5, 2_000.0, 0.0),
    ),
    (
        &[
            "amount",
            "total",
            "subtotal",
            "net paid",
            "ext list price",
            "ext sales price",
            "payment",
            "gross",
            "net",
            "paid",
            "refunded cash",
            "store credit",
            "reversed charge",
            "revenue",
            "amt",
            "sum",
            "ext wholesale cost",
            "net loss",
            "net profit",
            "ext discount amt",
            "coupon amt",
            "return amt",
            "price paid",
        ],
        Skewed(120.0, 0.9, 1.0, 20_000.0, 0.0),
    ),
    (
        &[
            "tax",
            "fee",
            "fine",
            "tip",
            "freight",
            "shipping cost",
            "ext tax",
            "ship cost",
            "return tax",
            "charge",
            "surcharge",
            "late fee",
            "ext ship cost",
            "return ship cost",
        ],
        Skewed(8.0, 0.8, 0.0, 500.0, 0.0),
    ),
    (
        &[
            "budget",
            "capital",
            "sales",
            "box office",
            "turnover",
            "market value",
            "assets",
            "profits",
            "funding",
            "valuation",
            "gdp",
        ],
        Skewed(400_000.0, 1.1, 5_000.0, 50_000_000.0, 1_000.0),
    ),
    (
        &["balance", "acctbal", "account balance", "credit"],
        Bell(2_400.0, 1_800.0, -900.0, 12_000.0, 0.0),
    ),
    (&["credit limit", "limit"], Even(500.0, 20_000.0, 500.0)),
    (&["bonus", "commission", "deposit"], Skewed(900.0, 0.7, 50.0, 12_000.0, 10.0)),
    (&["tax percentage", "tax rate", "vat rate"], Even(0.0, 0.12, 0.01)),
    (&["discount", "discount rate"], Even(0.0, 0.4, 0.05)),
    (
        &[
            "discount percent",
            "discount pct",
            "percent",
            "percentage",
            "pct",
            "prozent",
            "porcentaje",
            "pourcentage",
            "pourcent",
            "share",
            "completion",
            "progress",
            "utilization",
        ],
        Even(0.0, 100.0, 0.5),
    ),
    (
        &["rate", "interest rate", "commission rate", "commission pct", "ratio", "probability"],
        Even(0.01, 0.35, 0.005),
    ),
    (&["rental rate", "daily rate"], Even(0.99, 6.99, 1.0)),
    (&["replacement cost"], Even(9.99, 29.99, 1.0)),
    (
        &["rating", "stars", "review score", "avg rating", "average rating"],
        Bell(3.7, 0.9, 1.0, 5.0, 0.5),
    ),
    (&["score", "points", "grade", "mark", "marks"], Bell(68.0, 15.0, 0.0, 100.0, 1.0)),
    (&["gpa"], Bell(3.0, 0.5, 1.0, 4.0, 0.01)),
    (&["age"], Bell(41.0, 14.0, 16.0, 92.0, 1.0)),
    (
        &[
            "year",
            "yr",
            "release year",
            "publication year",
            "opening year",
            "founded",
            "fy",
            "fy year",
            "founded year",
            "year opened",
            "built year",
            "year built",
            "open year",
            "mise en service",
            "inbetriebnahme",
        ],
        Even(1985.0, 2025.0, 1.0),
    ),
    (&["birth year"], Even(1940.0, 2005.0, 1.0)),
    (&["month", "moy", "birth month", "expiry month"], Even(1.0, 12.0, 1.0)),
    (&["day", "dom", "birth day", "day of month"], Even(1.0, 28.0, 1.0)),
    (&["quarter", "qoy"], Even(1.0, 4.0, 1.0)),
    (
        &["cylinders", "doors", "gears", "wheels", "bedrooms", "bathrooms", "lanes"],
        Skewed(4.0, 0.4, 1.0, 12.0, 1.0),
    ),
    (&["week", "week of year", "week number"], Even(1.0, 52.0, 1.0)),
    (&["weekday", "dow", "day of week"], Even(0.0, 6.0, 1.0)),
    (&["hour"], Even(0.0, 23.0, 1.0)),
    (&["minute", "second"], Even(0.0, 59.0, 1.0)),
    (
        &[
            "quantity",
            "qty",
            "ordered",
            "quantity ordered",
            "return quantity",
            "copies",
            "seats booked",
            "units sold",
        ],
        Skewed(6.0, 0.8, 1.0, 100.0, 1.0),
    ),
    (
        &[
            "stock",
            "in stock",
            "units in stock",
            "quantity on hand",
            "on hand",
            "inventory",
            "available quantity",
            "units on order",
            "stock quantity",
            "availqty",
        ],
        Skewed(60.0, 0.9, 0.0, 1_000.0, 1.0),
    ),
    (
        &["reorder level", "reorder point", "minimum stock", "safety stock"],
        Even(0.0, 50.0, 5.0),
    ),
    (
        &[
            "count",
            "dep count",
            "number of children",
            "children",
            "dependents",
            "dep employed count",
            "dep college count",
            "vehicle count",
        ],
        Skewed(2.0, 0.7, 0.0, 9.0, 1.0),
    ),
    (
        &["capacity", "seats", "max participants", "attendance", "seating capacity"],
        Skewed(120.0, 0.8, 10.0, 5_000.0, 5.0),
    ),
    (
        &[
            "employees",
            "number employees",
            "headcount",
            "staff count",
            "num employees",
            "number of employees",
        ],
        Skewed(180.0, 0.7, 5.0, 5_000.0, 1.0),
    ),
    (&["population"], Skewed(180_000.0, 1.2, 2_000.0, 20_000_000.0, 1.0)),
    (&["width", "depth", "width cm", "depth cm"], Skewed(24.0, 0.8, 1.0, 220.0, 0.5)),
    (&["height", "height cm"], Bell(172.0, 10.0, 145.0, 210.0, 1.0)),
    (
        &["calories", "kcal", "calorie count", "energy kcal"],
        Bell(420.0, 190.0, 20.0, 2_400.0, 5.0),
    ),
    (&["mrr", "monthly recurring revenue"], Skewed(180.0, 1.0, 10.0, 9_000.0, 1.0)),
    (&["arr", "annual recurring revenue"], Skewed(2_400.0, 1.0, 120.0, 110_000.0, 10.0)),
    (&["weight", "weight kg"], Bell(72.0, 14.0, 40.0, 140.0, 0.5)),
    (&["peso kg", "poids kg"], Skewed(60.0, 0.9, 1.0, 5_000.0, 0.0)),
    (
        &[
            "duration",
            "length",
            "duration minutes",
            "running time",
            "runtime",
            "minutes",
            "length minutes",
        ],
        Bell(105.0, 28.0, 30.0, 240.0, 1.0),
    ),
    (&["milliseconds"], Bell(260_000.0, 70_000.0, 60_000.0, 900_000.0, 1.0)),
    (
        &["bytes", "file size", "size bytes"],
        Skewed(6_000_000.0, 0.6, 100_000.0, 90_000_000.0, 1.0),
    ),
    (&["rental duration", "duration days", "days", "nights"], Even(1.0, 14.0, 1.0)),
    (&["page count", "pages", "number of pages"], Bell(310.0, 120.0, 24.0, 1_200.0, 1.0)),
    (
        &["distance", "mileage", "km", "miles", "kilometers", "kilometres", "kilometros"],
        Skewed(240.0, 1.0, 1.0, 9_000.0, 1.0),
    ),
    (
        &[
            "odometer",
            "odometer km",
            "odometer miles",
            "odometer reading",
            "kilometerstand",
            "kilometraje",
            "kilometrage",
        ],
        MILEAGE,
    ),
    (&["hz", "frequency hz"], Skewed(220.0, 1.0, 16.0, 20_000.0, 0.0)),
    (&["mm s", "ppv"], Skewed(4.0, 0.8, 0.1, 60.0, 0.0)),
    (&["ph", "ph value", "ph level", "ph wert"], Bell(6.8, 1.1, 3.0, 11.0, 0.1)),
    (
        &[
            "area",
            "floor space",
            "square feet",
            "sq ft",
            "warehouse sq ft",
            "floor area",
            "size sqm",
            "sq meters",
            "floor area m2",
        ],
        Skewed(1_400.0, 0.8, 60.0, 90_000.0, 10.0),
    ),
    (&["latitude", "lat"], Even(25.0, 60.0, 0.0001)),
    (&["longitude", "lng", "lon"], Even(-120.0, 25.0, 0.0001)),
    (&["gmt offset", "timezone offset"], Even(-8.0, -5.0, 1.0)),
    (
        &[
            "temperature",
            "temperature c",
            "temperature celsius",
            "temp",
            "temp c",
            "temperatur",
            "temperatur c",
            "temperatura",
            "temperatura c",
        ],
        Bell(16.0, 9.0, -20.0, 40.0, 0.1),
    ),
    (
        &["temperature f", "temperature fahrenheit", "temp f"],
        Bell(61.0, 16.0, -4.0, 104.0, 0.1),
    ),
    (&["floor", "level"], Even(1.0, 12.0, 1.0)),
    (&["version", "revision", "edition"], Even(1.0, 6.0, 1.0)),
    (&["credits", "credit hours"], Even(1.0, 6.0, 1.0)),
    (&["party size", "guests", "number of guests"], Skewed(3.0, 0.5, 1.0, 12.0, 1.0)),
    (
        &[
            "votes",
            "likes",
            "views",
            "downloads",
            "followers",
            "hits",
            "sales count",
            "play count",
        ],
        Skewed(800.0, 1.3, 0.0, 500_000.0, 1.0),
    ),
    (
        &["renewals", "attempts", "retries", "goals", "wins", "losses"],
        Skewed(1.5, 0.7, 0.0, 20.0, 1.0),
    ),
    (&["rank", "ranking"], Even(1.0, 100.0, 1.0)),
    (&["sort order", "display order", "position", "sequence"], Even(1.0, 30.0, 1.0)),
    (
        &["char count", "link count", "image count", "max ad count"],
        Skewed(40.0, 0.9, 1.0, 5_000.0, 1.0),
    ),
    (&["purchase estimate"], Even(500.0, 10_000.0, 500.0)),
    (&["response target", "response targe"], Even(1.0, 5.0, 1.0)),
    (&["lower bound"], Even(0.0, 100_000.0, 10_000.0)),
    (&["upper bound"], Even(100_001.0, 200_000.0, 10_000.0)),
];

/// Kilograms of pets and farm animals.
const ANIMAL_WEIGHT: Shape = Skewed(9.0, 1.0, 1.0, 60.0, 0.5);
/// Kilograms and grams of goods, their centimetres, and kilograms of vehicles.
const GOODS_WEIGHT: Shape = Skewed(1.4, 1.1, 0.05, 60.0, 0.0);
const GOODS_GRAMS: Shape = Skewed(400.0, 1.0, 10.0, 20_000.0, 5.0);
const GOODS_SIZE: Shape = Skewed(24.0, 0.8, 1.0, 220.0, 0.5);
const VEHICLE_WEIGHT: Shape = Bell(1_600.0, 420.0, 700.0, 3_500.0, 10.0);
/// What vehicles have run.
const MILEAGE: Shape = Skewed(95_000.0, 0.7, 1_000.0, 300_000.0, 1.0);
/// Metres of people and of what is built or dug.
const PERSON_METRES: Shape = Bell(1.72, 0.1, 1.45, 2.1, 0.01);
const METRES: Shape = Skewed(8.0, 0.6, 0.5, 120.0, 0.1);
/// What instruments are tuned to.
const PITCH: Shape = Bell(440.0, 3.0, 425.0, 455.0, 0.1);
/// Degrees of what is stored cold, of a bath, and of what burns.
const COLD: Shape = Even(-25.0, 6.0, 0.5);
const BATH: Shape = Bell(32.0, 8.0, 10.0, 70.0, 0.5);
const HOT: Shape = Bell(850.0, 220.0, 180.0, 1_500.0, 5.0);
/// Numbers of things of which there may be many.
const MANY: Shape = Skewed(40.0, 0.9, 1.0, 5_000.0, 1.0);
/// Things of which there are few.
const FEW: &[&str] = &[
    "child",
    "children",
    "dependent",
    "dependents",
    "dep",
    "vehicle",
    "adult",
    "guest",
    "room",
    "bedroom",
    "door",
    "floor",
    "retry",
    "attempt",
    "error",
    "screen",
    "stage",
    "court",
    "gate",
    "platform",
];
const ANIMAL_AGE: Shape = Bell(5.0, 3.4, 1.0, 18.0, 1.0);
/// Ages of those who study, go to school or play.
const STUDENT_AGE: Shape = Bell(22.0, 2.6, 17.0, 36.0, 1.0);
const PUPIL_AGE: Shape = Bell(11.0, 3.0, 5.0, 18.0, 1.0);
const PLAYER_AGE: Shape = Bell(26.0, 4.5, 16.0, 41.0, 1.0);

/// What a weight, a size or an age is where the rows are no people at large.
pub(super) fn of_kind(name: &str, subject: &Subject<'_>) -> Option<(Shape, &'static str)> {
    let noun = super::name::singular(&super::name::words(&subject.table.name));
    let ends = |nouns: &[&str]| nouns.iter().any(|n| noun.ends_with(n));
    let beside = |words: &[&str]| subject.siblings.iter().any(|s| s.split(' ').any(|w| words.contains(&w)));
    let goods = || {
        matches!(
            subject.kind,
            Some("product" | "dish" | "book" | "material" | "drug" | "brand" | "category")
        ) || ends(&[
            "parcel",
            "package",
            "shipment",
            "goods",
            "luggage",
            "baggage",
            "cargo",
            "variant",
            "container",
            "freight",
            "ingredient",
            "order",
            "delivery",
        ]) || beside(&[
            "width", "depth", "price", "sku", "stock", "tracking", "carrier", "volume", "brand", "barcode",
        ])
    };
    Some(match name {
        "temperature" | "temperature c" | "temp" | "temp c" | "temperature celsius" => {
            let said = format!("{noun} {}", subject.words);
            let has = |list: &[&str]| said.split(' ').any(|w| list.contains(&w));
            match () {
                () if has(&["freezer", "fridge", "refrigerator", "vault", "cold", "cooler", "storage", "chiller"]) => {
                    (COLD, "it is stored cold")
                }
                () if has(&["furnace", "kiln", "oven", "melt", "melting", "forge", "firing", "smelter"]) => (HOT, "it burns"),
                () if has(&["bath", "bain", "vat", "tank", "fermenter", "wash", "dye"]) => (BATH, "a warm bath"),
                () => return None,
            }
        }
        "hz" if subject.words.contains("pitch") => (PITCH, "what instruments are tuned to"),
        "mileage" | "miles" | "km" | "kilometers" | "kilometres" | "kilometros"
            if subject.kind == Some("vehicle") && subject.words == name =>
        {
            (MILEAGE, "what vehicles have run")
        }
        "height"
            if ["m", "metres", "meters"]
                .iter()
                .any(|unit| subject.words.split(' ').next_back() == Some(unit)) =>
        {
            match subject.kind {
                Some("person") => (PERSON_METRES, "metres of people"),
                _ => (METRES, "metres of what is built or dug"),
            }
        }
        "count" if subject.words != name && !subject.words.split(' ').any(|w| FEW.contains(&w)) => {
            (MANY, "a count: many small values, few large ones")
        }
        "weight" | "weight kg" if subject.kind == Some("animal") => (ANIMAL_WEIGHT, "few animals are heavy"),
        "weight" | "weight kg" | "peso kg" | "poids kg" if subject.kind == Some("vehicle") => (VEHICLE_WEIGHT, "vehicles are heavy"),
        "weight" | "weight kg" if subject.kind != Some("person") && goods() => {
            let grams = subject.words.split(' ').any(|w| ["g", "gram", "grams", "gr"].contains(&w));
            match name {
                "weight" if grams || subject.column.sql_type.is_integer() => (GOODS_GRAMS, "grams of goods"),
                _ => (GOODS_WEIGHT, "most goods are light"),
            }
        }
        "height" | "height cm" | "length" | "width" | "depth" if subject.kind != Some("person") && beside(&["width", "depth"]) => {
            (GOODS_SIZE, "the size of goods")
        }
        "age" if subject.kind == Some("animal") => (ANIMAL_AGE, "few animals grow old"),
        "age" if ends(&["student"]) => (STUDENT_AGE, "students are young"),
        "age" if ends(&["pupil", "child"]) => (PUPIL_AGE, "who goes to school"),
        "age" if ends(&["player", "athlete"]) => (PLAYER_AGE, "players are young"),
        "birth year" if ends(&["student"]) => (Even(1996.0, 2001.0, 1.0), "students are young"),
        "birth year" if ends(&["pupil", "child"]) => (Even(2008.0, 2014.0, 1.0), "who goes to school"),
        "birth year" if ends(&["player", "athlete"]) => (Even(1988.0, 2005.0, 1.0), "players are young"),
        _ => return None,
    })
}

/// Last words of shares of a hundred, whatever they are of.
const PERCENT: &[&str] = &["percent", "percentage", "pct", "prozent", "porcentaje", "pourcentage", "pourcent"];

/// The shape whose name fits best.
pub(super) fn find(words: &str) -> Option<(&'static str, Shape)> {
    let padded = format!(" {words} ");
    let percent = PERCENT.iter().any(|p| words.split(' ').next_back() == Some(p));
    let mut best: Option<(usize, &'static str, Shape)> = None;
    for (names, shape) in SHAPES {
        for name in *names {
            let ends = words == *name || words.ends_with(&format!(" {name}"));
            let inside = !percent && padded.contains(&format!(" {name} "));
            let score = if ends {
                name.len() * 2 + 1
            } else if inside {
                name.len()
            } else {
                0
            };
            if score > 0 && best.is_none_or(|(most, ..)| score > most) {
                best = Some((score, name, *shape));
            }
        }
    }
    best.map(|(_, name, shape)| (name, shape))
}
