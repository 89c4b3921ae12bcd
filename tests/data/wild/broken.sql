CREATE TABLE first (id int PRIMARY KEY, note text);
CREATE TABLE holes (
    id integer PRIMARY KEY,
    !!! what is this,
    price numeric(10,2 DEFAULT 3,
    name text NOT NULL
);
CREATE TABLE forgotten_commas (
    a integer NOT NULL
    b text
    c date
)
CREATE TABLE no_semicolon (x int REFERENCES first)
ALTER TABLE no_semicolon ADD COLUMN y int;
FROBNICATE THE TABLES;
CREATE TABLE stray (id int DEFAULT 'oops,
    other text
);
CREATE TABLE after_stray (id int PRIMARY KEY, first_id int REFERENCES first (id), gone_id int REFERENCES gone);
COPY first (id, note) FROM stdin;
1	CREATE TABLE not_a_table (x int);
2	it's; fine
\.
COMMENT ON TABLE first IS 'first things';
CREATE FUNCTION never_ends() AS $body$ SELECT 1;
CREATE TABLE after_function (id int);
/* a comment that never ends
CREATE TABLE last (id int, "Mixed Case" text);
