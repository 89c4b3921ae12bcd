-- A tree nursery: prefixed columns, units and abbreviations at the ends of names, German and French beside English.
CREATE TABLE tbl_bed (c_id integer PRIMARY KEY, c_soil_ph numeric(3,1), c_temp_c numeric(4,1), c_pct_cultivated smallint, c_grid_e integer, c_grid_n integer,
    c_pump_on_flg char(1) CHECK (c_pump_on_flg IN ('Y', 'N')), c_country text);
CREATE TABLE lieferung (id integer PRIMARY KEY, kunden_nr integer NOT NULL, preis_je_kg numeric(6,2) NOT NULL, price_per_t numeric(8,2), kg numeric(8,1), net_t numeric(6,2),
    weighed_in_at timestamp, plants_sold integer, vibration_mm_s numeric(5,2), insp_dt date, taxon_id integer NOT NULL REFERENCES taxa, bed_id integer REFERENCES tbl_bed,
    under_warranty boolean NOT NULL, prix_achat numeric(8,2));
CREATE TABLE taxa (id integer PRIMARY KEY, name text NOT NULL, elevation_m integer);
CREATE TABLE tuner (id integer PRIMARY KEY, tuner_name text NOT NULL, joined_on date NOT NULL, ph numeric(10));
