-- Getreidelager (German)
CREATE TABLE tbl_landwirt (
  lw_id serial PRIMARY KEY, lw_nr varchar(10) NOT NULL UNIQUE, lw_name varchar(80) NOT NULL, plz char(5), ort varchar(60),
  geb_datum date, bankverbindung varchar(34), bio_zertifiziert boolean NOT NULL DEFAULT false, angelegt_am timestamp NOT NULL DEFAULT now(), geloescht_am timestamp
);
CREATE TABLE tbl_fruchtart (
  fa_kz char(2) PRIMARY KEY, bezeichnung varchar(40) NOT NULL, grundfeuchte_prozent numeric(4,1) NOT NULL CHECK (grundfeuchte_prozent BETWEEN 5 AND 20), ernte_beginn_monat smallint CHECK (ernte_beginn_monat BETWEEN 1 AND 12)
);
CREATE TABLE tbl_silo (
  silo_id int PRIMARY KEY, silo_bez varchar(20) NOT NULL, standort varchar(40) NOT NULL, fassungsvermoegen_t numeric(8,1) NOT NULL, baujahr smallint, fa_kz char(2) REFERENCES tbl_fruchtart, ueberlauf_silo_id int REFERENCES tbl_silo(silo_id)
);
CREATE TABLE tbl_preis (
  fa_kz char(2) NOT NULL REFERENCES tbl_fruchtart, erntejahr smallint NOT NULL, gueltig_ab date NOT NULL, gueltig_bis date, preis_eur_t numeric(7,2) NOT NULL CHECK (preis_eur_t > 0),
  PRIMARY KEY (fa_kz, erntejahr, gueltig_ab), CHECK (gueltig_bis IS NULL OR gueltig_bis >= gueltig_ab)
);
CREATE TABLE tbl_mitarbeiter (ma_id int PRIMARY KEY, vorname varchar(40) NOT NULL, nachname varchar(40) NOT NULL, eintritt date NOT NULL, austritt date, vorgesetzter_id int REFERENCES tbl_mitarbeiter(ma_id));
CREATE TABLE tbl_anlieferung (
  anl_id bigserial PRIMARY KEY, lw_id int NOT NULL REFERENCES tbl_landwirt, fa_kz char(2) NOT NULL REFERENCES tbl_fruchtart, silo_id int REFERENCES tbl_silo, erntejahr smallint NOT NULL,
  wieger_id int NOT NULL REFERENCES tbl_mitarbeiter(ma_id), pruefer_id int REFERENCES tbl_mitarbeiter(ma_id),
  eingang_zeit timestamp NOT NULL, ausgang_zeit timestamp, brutto_kg int NOT NULL, tara_kg int NOT NULL, netto_kg int GENERATED ALWAYS AS (brutto_kg - tara_kg) STORED,
  feuchte_pct numeric(4,1), protein_pct numeric(4,1), hl_gewicht numeric(4,1), besatz_pct numeric(4,2),
  kfz_kennz varchar(12), status varchar(12) NOT NULL CHECK (status IN ('angemeldet','gewogen','eingelagert','abgelehnt')),
  CHECK (brutto_kg > tara_kg)
);
CREATE TABLE tbl_umlagerung (von_silo_id int NOT NULL REFERENCES tbl_silo(silo_id), nach_silo_id int NOT NULL REFERENCES tbl_silo(silo_id), zeitpunkt timestamp NOT NULL, menge_t numeric(8,2) NOT NULL, grund text, PRIMARY KEY (von_silo_id, nach_silo_id, zeitpunkt), CHECK (von_silo_id <> nach_silo_id));
