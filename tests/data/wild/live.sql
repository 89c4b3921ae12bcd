-- What a live database has and few dumps do.
CREATE SCHEMA sales;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'very happy');
CREATE TYPE sales.channel AS ENUM ('web', 'shop''s');
CREATE DOMAIN year AS integer CHECK (VALUE >= 1900);
CREATE DOMAIN sales.email AS varchar(80) NOT NULL;
CREATE TABLE "Odd Name" (
    "Key" integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    label text NOT NULL UNIQUE,
    feeling mood DEFAULT 'ok'::mood,
    feelings mood[],
    tags text[] NOT NULL,
    born year,
    extra jsonb,
    raw bytea,
    area double precision GENERATED ALWAYS AS (width * 2.0::double precision) STORED,
    width double precision
);
COMMENT ON TABLE "Odd Name" IS 'It''s odd';
COMMENT ON COLUMN "Odd Name"."Key" IS 'the key';
CREATE TABLE sales.customer (
    region char(2) NOT NULL,
    number bigserial NOT NULL,
    mail sales.email,
    way sales.channel NOT NULL,
    odd integer REFERENCES "Odd Name",
    since timestamptz NOT NULL DEFAULT now(),
    boss_region char(2),
    boss_number bigint,
    PRIMARY KEY (region, number),
    FOREIGN KEY (boss_region, boss_number) REFERENCES sales.customer (region, number)
);
CREATE UNIQUE INDEX ON sales.customer (mail);
CREATE UNIQUE INDEX ON sales.customer (lower(mail::text));
CREATE TABLE sales.event (
    id bigint NOT NULL,
    at date NOT NULL,
    region char(2) NOT NULL,
    number bigint NOT NULL,
    amount numeric(10,2),
    PRIMARY KEY (id, at),
    FOREIGN KEY (region, number) REFERENCES sales.customer (region, number)
) PARTITION BY RANGE (at);
CREATE TABLE sales.event_2023 PARTITION OF sales.event FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE sales.event_2024 PARTITION OF sales.event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE VIEW sales.totals AS SELECT region, sum(amount) AS total FROM sales.event GROUP BY region;
