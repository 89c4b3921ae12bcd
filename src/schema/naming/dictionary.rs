//! Words about names: abbreviations, acronyms, pieces of glued words, technical affixes.
//!
//! Only what is safe in any schema stands here; a schema's own abbreviations belong into its lexicon file.

/// Technical first words of table names.
pub(crate) const TABLE_PREFIXES: &[&str] = &["tbl", "tb", "t", "dim", "fact", "fct", "stg", "ref", "lkp", "lookup", "mst"];
/// Technical last words of table names.
pub(crate) const TABLE_SUFFIXES: &[&str] = &["tbl", "table", "tab", "dim", "fact", "master", "mst"];

/// Written in capitals.
#[rustfmt::skip]
pub(crate) const ACRONYMS: &[&str] = &[
    "id", "isbn", "issn", "url", "sku", "gmt", "utc", "gdp", "gnp", "gpa", "tv", "dvd", "iso", "ip", "ssn", "vat", "pin", "fte", "iata",
    "icao", "imdb", "ceo", "cfo", "doi", "cpu", "gpu", "ram", "usb", "vin", "ean", "upc", "iban", "bic", "pc", "fbi", "gps", "co2", "iq",
    "mrr", "arr", "crm", "kpi", "bmi", "faq", "pdf", "zip", "tdp", "mpg", "dna", "rna", "sat", "eta", "etd", "ata", "atd", "loa", "dwt", "teu",
    "imo", "qc", "iucn", "orcid", "ppv", "nif",
];

/// Abbreviations and what they are said as.
#[rustfmt::skip]
pub(crate) const ABBREVIATIONS: &[(&str, &str)] = &[
    ("qty", "quantity"), ("amt", "amount"), ("no", "number"), ("mfgr", "manufacturer"), ("ext", "extended"), ("inc", "including"), ("incl", "including"), ("num", "number"), ("nbr", "number"), ("nr", "number"),
    ("desc", "description"), ("descr", "description"), ("addr", "address"), ("dob", "date of birth"), ("ytd", "year-to-date"),
    ("mtd", "month-to-date"), ("pct", "percentage"), ("perc", "percentage"), ("percent", "percentage"), ("avg", "average"),
    ("dept", "department"), ("emp", "employee"), ("empl", "employee"), ("cust", "customer"), ("txn", "transaction"),
    ("trx", "transaction"), ("cnt", "count"), ("char", "character"), ("chars", "characters"), ("abbr", "abbreviation"), ("abbrev", "abbreviation"), ("dt", "date"), ("ts", "timestamp"), ("tm", "time"), ("yr", "year"), ("mth", "month"), ("wk", "week"),
    ("mgr", "manager"), ("lang", "language"), ("lat", "latitude"), ("lng", "longitude"), ("lon", "longitude"), ("tel", "telephone"),
    ("ph", "phone"), ("insp", "inspection"), ("flg", "flag"), ("fname", "first name"), ("lname", "last name"), ("mname", "middle name"), ("acct", "account"), ("acc", "account"),
    ("bal", "balance"), ("mkt", "market"), ("mktg", "marketing"), ("curr", "current"), ("cur", "current"), ("prev", "previous"),
    ("max", "maximum"), ("min", "minimum"), ("org", "organization"), ("orgs", "organizations"), ("prod", "product"), ("msg", "message"),
    ("img", "image"), ("pic", "picture"), ("usr", "user"), ("pwd", "password"), ("passwd", "password"), ("loc", "location"),
    ("src", "source"), ("dest", "destination"), ("dst", "destination"), ("est", "estimated"), ("orig", "original"),
    ("info", "information"), ("hrs", "hours"), ("hr", "hour"), ("mins", "minutes"), ("secs", "seconds"), ("sec", "second"),
    ("wt", "weight"), ("wgt", "weight"), ("ht", "height"), ("len", "length"), ("qtr", "quarter"), ("promo", "promotion"),
    ("promos", "promotions"), ("bday", "birthday"), ("bdate", "birth date"), ("univ", "university"), ("stu", "student"),
    ("prof", "professor"), ("instr", "instructor"), ("crs", "course"), ("sem", "semester"), ("uom", "unit of measure"),
    ("supp", "supplier"), ("suppl", "supplier"), ("mfr", "manufacturer"), ("mfg", "manufacturing"), ("manufact", "manufacturer"),
    ("ord", "order"), ("inv", "inventory"), ("rep", "representative"), ("reps", "representatives"), ("ref", "reference"),
    ("auth", "author"), ("pub", "publication"), ("pmt", "payment"), ("pymt", "payment"), ("pos", "position"), ("ctry", "country"),
    ("st", "state"), ("govt", "government"), ("depts", "departments"), ("admin", "administrator"),
    ("apt", "apartment"), ("appt", "appointment"), ("tot", "total"), ("ttl", "total"), ("dist", "distance"), ("vol", "volume"),
    ("doc", "document"), ("docs", "documents"), ("attr", "attribute"), ("cat", "category"), ("cats", "categories"), ("lvl", "level"),
    ("seq", "sequence"), ("stat", "status"), ("stats", "statistics"), ("temp", "temperature"), ("veh", "vehicle"), ("fac", "faculty"),
    ("elig", "eligible"), ("dow", "day of the week"), ("moy", "month"), ("dom", "day of the month"), ("qoy", "quarter"), ("sq", "square"),
    ("ft", "feet"), ("cd", "code"), ("nm", "name"), ("fk", "ID"), ("pk", "ID"), ("sk", "key"), ("kwd", "keyword"), ("freq", "frequency"),
    ("exp", "experience"), ("reg", "registration"), ("gov", "government"), ("indep", "independence"), ("precentage", "percentage"), ("indepdent", "independence"),
    ("regist", "registered"), ("avail", "available"), ("instruct", "instructions"), ("conf", "conference"), ("comm", "commission"),
    ("sal", "salary"), ("lot", "lot"), ("mo", "month"), ("ly", "last year"), ("lq", "last quarter"), ("fy", "fiscal"),
    ("dmail", "direct mail"), ("autogen", "generated"), ("subcat", "subcategory"), ("eff", "effective"), ("grp", "group"),
    ("rpt", "report"), ("chk", "check"), ("tgt", "target"), ("pd", "paid"), ("fst", "first"), ("frst", "first"), ("lst", "last"),
    ("accn", "accession"), ("acq", "acquisition"), ("natl", "nationality"), ("pax", "passenger"), ("stn", "station"), ("ins", "insurance"), ("idx", "index"), ("obj", "object"), ("svc", "service"), ("sys", "system"), ("sts", "status"), ("typ", "type"), ("snr", "senior"), ("cnty", "county"), ("hrg", "hearing"), ("pty", "party"), ("sched", "schedule"), ("ccy", "currency"), ("flg", "flag"), ("pwr", "power"), ("prio", "priority"),
];

/// Common German, French and Spanish words of columns, one or two at a time, in English. None of them is an English word.
#[rustfmt::skip]
pub(crate) const FOREIGN: &[(&str, &str)] = &[
    ("vorname", "first name"), ("nachname", "last name"), ("strasse", "street"), ("hausnummer", "house number"), ("plz", "postal code"),
    ("postleitzahl", "postal code"), ("ort", "city"), ("stadt", "city"), ("telefon", "phone"), ("geburtsdatum", "birth date"),
    ("geburtstag", "birth date"), ("baujahr", "year built"), ("firma", "company"), ("kunde", "customer"), ("kunden", "customers"),
    ("kundennr", "customer number"), ("fahrer", "driver"), ("fahrzeug", "vehicle"), ("fahrzeuge", "vehicles"), ("auftrag", "order"),
    ("auftraege", "orders"), ("auftragsnr", "order number"), ("auftragsdatum", "order date"), ("lieferdatum", "delivery date"), ("eintrittsdatum", "hire date"),
    ("datum", "date"), ("hersteller", "manufacturer"), ("gewicht", "weight"), ("preis", "price"), ("menge", "quantity"),
    ("anzahl", "count"), ("gehalt", "salary"), ("geschlecht", "gender"), ("bezeichnung", "name"), ("beschreibung", "description"),
    ("mitarbeiter", "employee"), ("abteilung", "department"), ("kennzeichen", "license plate"), ("personalnr", "staff number"), ("umsatz", "turnover"),
    ("prenom", "first name"), ("nom", "name"), ("date naissance", "birth date"), ("date embauche", "hire date"), ("date commande", "order date"),
    ("code postal", "postal code"), ("adresse", "address"), ("ville", "city"), ("pays", "country"), ("telephone", "phone"),
    ("courriel", "email"), ("eleve", "student"), ("eleves", "students"), ("professeur", "teacher"), ("professeurs", "teachers"),
    ("classe", "class"), ("matiere", "school subject"), ("moyenne", "average"), ("generale", "overall"), ("valeur", "value"),
    ("libelle", "label"), ("niveau", "level"), ("effectif", "headcount"), ("sexe", "gender"), ("prix", "price"),
    ("quantite", "quantity"), ("montant", "amount"), ("salaire", "salary"), ("annee", "year"), ("societe", "company"),
    ("commande", "order"), ("commandes", "orders"), ("produit", "product"), ("produits", "products"), ("employe", "employee"),
    ("jahr", "year"), ("erntejahr", "harvest year"), ("anio", "year"), ("año", "year"),
    ("employes", "employees"), ("fournisseur", "supplier"), ("date debut", "start date"), ("date fin", "end date"), ("rue", "street"),
    ("netto", "net"), ("brutto", "gross"), ("tara", "tare"),
    ("eintritt", "hire date"), ("austritt", "leaving date"), ("gueltig ab", "valid from"), ("gueltig bis", "valid until"),
    ("angelegt am", "creation date"), ("geaendert am", "change date"), ("geloescht am", "deletion date"), ("standort", "location"), ("bez", "name"),
    ("zeitpunkt", "time"), ("lieferant", "supplier"), ("lieferanten", "suppliers"), ("lieferung", "delivery"), ("rechnung", "invoice"),
    ("rechnungen", "invoices"), ("rechnungsdatum", "invoice date"), ("betrag", "amount"), ("bestellung", "order"), ("bestellungen", "orders"),
    ("bestelldatum", "order date"), ("bankverbindung", "bank account"), ("feuchte", "moisture"), ("nombre", "name"), ("apellido", "last name"),
    ("apellidos", "last names"), ("fecha", "date"), ("fecha nacimiento", "birth date"), ("fecha pedido", "order date"),
    ("fecha contratacion", "hire date"), ("direccion", "address"), ("ciudad", "city"), ("telefono", "phone"), ("correo", "email"),
    ("precio", "price"), ("cantidad", "quantity"), ("cliente", "customer"), ("clientes", "customers"), ("empleado", "employee"),
    ("empleados", "employees"), ("producto", "product"), ("productos", "products"), ("pedido", "order"), ("pedidos", "orders"), ("salario", "salary"),
    ("proveedor", "supplier"), ("proveedores", "suppliers"), ("descripcion", "description"),
    ("breitengrad", "latitude"), ("laengengrad", "longitude"), ("latitud", "latitude"), ("longitud", "longitude"), ("conjoint", "spouse"), ("honoraires", "fees"), ("taux", "rate"), ("rang", "rank"), ("eroeffnungsjahr", "opening year"), ("gruendungsjahr", "founding year"), ("especie", "species"), ("puerto", "port"),
    ("je", "per"), ("prozent", "percentage"), ("rabatt", "discount"), ("stundenlohn", "hourly wage"), ("temperatur", "temperature"), ("soll", "target"),
    ("poids", "weight"), ("peso", "weight"), ("numero", "number"), ("prix achat", "purchase price"), ("espece", "species"), ("etape", "step"),
    ("devise", "currency"), ("moneda", "currency"), ("actif", "active"), ("recu le", "received on"), ("supprime le", "deleted on"),
    ("ajoute a", "added at"), ("raison sociale", "company name"), ("razon social", "company name"), ("nb", "number"),
    ("conduit par", "conducted by"), ("controle par", "checked by"), ("kilometros", "kilometres"),
];

/// Words that hold dictionary pieces and stay whole.
#[rustfmt::skip]
pub(crate) const WHOLE: &[&str] = &[
    "website", "warehouse", "username", "password", "keyword", "network", "database", "namespace", "salesperson", "homework", "workshop",
    "birthday", "birthplace", "household", "timestamp", "holiday", "weekday", "weekend", "headquarters", "headcount", "playlist",
    "software", "hardware", "catalog", "airport", "airline", "aircraft", "railway", "highway", "passport", "nationality", "postcode",
    "zipcode", "barcode", "background", "ownership", "membership", "internship", "statement", "department", "apartment", "amount",
    "account", "discount", "country", "county", "customer", "stadium", "storage", "supplier", "shipper", "shipment", "orders", "status",
    "address", "category", "horsepower", "percentage", "language", "salary", "feedback", "newspaper", "bestseller", "deadline",
    "timeline", "pipeline", "invoice", "podcast", "forecast", "broadcast", "lifetime", "overtime", "daytime", "codec", "coded", "dated",
    "rated", "typed", "named", "united", "noted", "daily", "yearly", "monthly", "ideal", "ordered", "listed", "priced",
];

/// Pieces that glued words are made of: "birthdate", "unitprice", "custkey".
#[rustfmt::skip]
pub(crate) const PIECES: &[&str] = &[
    "account", "acct", "active", "bool", "actual", "address", "age", "agent", "air", "airport", "amount", "area", "arrival", "assets", "author", "avail",
    "average", "avg", "bal", "balance", "bank", "base", "birth", "book", "branch", "brand", "budget", "building", "card", "category",
    "charge", "city", "class", "clerk", "client", "close", "code", "color", "comment", "commit", "company", "contact", "cost", "count",
    "country", "course", "credit", "cust", "customer", "date", "day", "debit", "delivery", "department", "depart", "departure", "dept",
    "desc", "description", "detail", "details", "destination", "discount", "district", "document", "driver", "due", "email", "emp",
    "employee", "end", "event", "expectancy", "extended", "fax", "fee", "file", "film", "final", "first", "flag", "flight", "floor",
    "form", "full", "gender", "government", "grade", "gross", "group", "head", "height", "hire", "home", "hotel", "hour", "id", "image",
    "income", "instruct", "invoice", "is", "item", "items", "job", "key", "language", "last", "length", "level", "life", "line", "list",
    "loan", "local", "location", "maker", "manager", "market", "max", "media", "member", "middle", "min", "mkt", "mobile", "mode", "model",
    "month", "movie", "name", "nation", "net", "note", "number", "of", "office", "official", "open", "order", "owner", "page", "paid",
    "parent", "part", "party", "patient", "pay", "payment", "person", "pet", "phone", "picture", "plan", "player", "policy", "population",
    "position", "price", "priority", "product", "project", "property", "quantity", "qty", "rank", "rate", "rating", "receipt", "region",
    "release", "reorder", "report", "retail", "return", "review", "role", "room", "route", "salary", "sale", "sales", "school", "score",
    "seat", "segment", "service", "sex", "ship", "shipped", "shop", "size", "song", "source", "staff", "start", "state", "station",
    "status", "stock", "store", "street", "student", "sub", "subject", "supp", "supplier", "supply", "surface", "tax", "team", "teacher",
    "test", "ticket", "time", "title", "to", "total", "town", "track", "train", "transaction", "type", "unit", "units", "user", "value",
    "vehicle", "vendor", "visit", "weight", "width", "work", "worker", "year", "zip", "zone",
];
