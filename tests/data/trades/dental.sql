--
-- PostgreSQL database dump
--
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TYPE public.shade_system AS ENUM ('VITA Classical','VITA 3D-Master','Chromascop');
CREATE TYPE public.case_status AS ENUM ('received','in_design','milling','sintering','finishing','qc','shipped','remake','cancelled');
ALTER TYPE public.case_status OWNER TO lab;
CREATE TABLE public.dental_practice (
    id bigint NOT NULL,
    practice_name character varying(120) NOT NULL,
    city character varying(60),
    country_code character(2) DEFAULT 'DE'::bpchar NOT NULL,
    discount_pct numeric(5,2) DEFAULT 0 NOT NULL,
    payment_terms_days smallint DEFAULT 30 NOT NULL,
    lat numeric(9,6),
    lon numeric(9,6),
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT dental_practice_discount_pct_check CHECK (((discount_pct >= (0)::numeric) AND (discount_pct <= (40)::numeric)))
);
CREATE TABLE public.dentist (
    id bigint NOT NULL,
    practice_id bigint NOT NULL,
    first_name character varying(60) NOT NULL,
    last_name character varying(60) NOT NULL,
    license_no character varying(20) NOT NULL,
    specialties text[] DEFAULT '{}'::text[] NOT NULL,
    referred_by_id bigint
);
CREATE TABLE public.technician (
    id bigint NOT NULL,
    full_name text NOT NULL,
    hourly_rate numeric(6,2) NOT NULL,
    master_craftsman boolean DEFAULT false NOT NULL,
    hired_on date NOT NULL,
    left_on date,
    mentor_id bigint,
    CONSTRAINT technician_check CHECK ((left_on IS NULL) OR (left_on > hired_on))
);
CREATE TABLE public.material (
    id integer NOT NULL,
    code character varying(12) NOT NULL,
    name text NOT NULL,
    category character varying(20) NOT NULL,
    unit_price numeric(10,2) NOT NULL,
    currency character(3) NOT NULL,
    biocompat_class smallint,
    CONSTRAINT material_category_check CHECK (((category)::text = ANY ((ARRAY['ceramic'::character varying, 'alloy'::character varying, 'resin'::character varying, 'zirconia'::character varying, 'wax'::character varying])::text[]))),
    CONSTRAINT material_currency_check CHECK ((currency = ANY (ARRAY['EUR'::bpchar, 'CHF'::bpchar, 'USD'::bpchar])))
);
CREATE TABLE public.lab_case (
    id bigint NOT NULL,
    case_no character varying(16) NOT NULL,
    prescribing_dentist_id bigint NOT NULL,
    billing_dentist_id bigint,
    lead_technician_id bigint NOT NULL,
    qc_technician_id bigint,
    status public.case_status DEFAULT 'received'::public.case_status NOT NULL,
    shade_sys public.shade_system,
    shade character varying(5),
    received_at timestamp with time zone NOT NULL,
    due_date date NOT NULL,
    shipped_at timestamp with time zone,
    net_amount numeric(10,2),
    vat_rate numeric(4,3) DEFAULT 0.190 NOT NULL,
    scan_meta jsonb,
    remake_of_id bigint,
    CONSTRAINT lab_case_due_check CHECK (due_date >= (received_at)::date)
);
CREATE TABLE public.case_item (
    case_id bigint NOT NULL,
    line_no smallint NOT NULL,
    tooth_fdi smallint NOT NULL,
    restoration character varying(20) NOT NULL,
    material_id integer NOT NULL,
    qty smallint DEFAULT 1 NOT NULL,
    grams_used numeric(7,3),
    CONSTRAINT case_item_restoration_check CHECK (restoration IN ('crown','bridge pontic','inlay','onlay','veneer','implant crown','denture tooth')),
    CONSTRAINT case_item_tooth_check CHECK (tooth_fdi BETWEEN 11 AND 48),
    CONSTRAINT case_item_qty_check CHECK (qty > 0)
);
CREATE TABLE public.technician_skill (
    technician_id bigint NOT NULL,
    material_id integer NOT NULL,
    level smallint NOT NULL CHECK (level BETWEEN 1 AND 5),
    certified_on date,
    valid_until date
);
ALTER TABLE ONLY public.dental_practice ADD CONSTRAINT dental_practice_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.dentist ADD CONSTRAINT dentist_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.dentist ADD CONSTRAINT dentist_license_no_key UNIQUE (license_no);
ALTER TABLE ONLY public.technician ADD CONSTRAINT technician_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.material ADD CONSTRAINT material_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.material ADD CONSTRAINT material_code_key UNIQUE (code);
ALTER TABLE ONLY public.lab_case ADD CONSTRAINT lab_case_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.lab_case ADD CONSTRAINT lab_case_case_no_key UNIQUE (case_no);
ALTER TABLE ONLY public.case_item ADD CONSTRAINT case_item_pkey PRIMARY KEY (case_id, line_no);
ALTER TABLE ONLY public.technician_skill ADD CONSTRAINT technician_skill_pkey PRIMARY KEY (technician_id, material_id);
ALTER TABLE ONLY public.dentist ADD CONSTRAINT dentist_practice_fk FOREIGN KEY (practice_id) REFERENCES public.dental_practice(id);
ALTER TABLE ONLY public.dentist ADD CONSTRAINT dentist_ref_fk FOREIGN KEY (referred_by_id) REFERENCES public.dentist(id);
ALTER TABLE ONLY public.technician ADD CONSTRAINT technician_mentor_fk FOREIGN KEY (mentor_id) REFERENCES public.technician(id);
ALTER TABLE ONLY public.lab_case ADD CONSTRAINT c1 FOREIGN KEY (prescribing_dentist_id) REFERENCES public.dentist(id);
ALTER TABLE ONLY public.lab_case ADD CONSTRAINT c2 FOREIGN KEY (billing_dentist_id) REFERENCES public.dentist(id);
ALTER TABLE ONLY public.lab_case ADD CONSTRAINT c3 FOREIGN KEY (lead_technician_id) REFERENCES public.technician(id);
ALTER TABLE ONLY public.lab_case ADD CONSTRAINT c4 FOREIGN KEY (qc_technician_id) REFERENCES public.technician(id);
ALTER TABLE ONLY public.lab_case ADD CONSTRAINT c5 FOREIGN KEY (remake_of_id) REFERENCES public.lab_case(id);
ALTER TABLE ONLY public.case_item ADD CONSTRAINT c6 FOREIGN KEY (case_id) REFERENCES public.lab_case(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.case_item ADD CONSTRAINT c7 FOREIGN KEY (material_id) REFERENCES public.material(id);
ALTER TABLE ONLY public.technician_skill ADD CONSTRAINT c8 FOREIGN KEY (technician_id) REFERENCES public.technician(id);
ALTER TABLE ONLY public.technician_skill ADD CONSTRAINT c9 FOREIGN KEY (material_id) REFERENCES public.material(id);
COMMENT ON COLUMN public.lab_case.net_amount IS 'Net invoice amount in EUR, before VAT';
