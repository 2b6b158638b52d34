-- JSON is text, so that a value comes back as it was sent; keys are compared byte by byte, whatever
-- the collation of the database.
-- Every primary key and unique index begins with company_id.

CREATE TABLE companies (
    company_id uuid NOT NULL PRIMARY KEY,
    name text NOT NULL,
    country text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE api_keys (
    company_id uuid NOT NULL REFERENCES companies (company_id),
    id uuid NOT NULL,
    name text,
    key_hash bytea NOT NULL,
    hint text NOT NULL,
    access text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (company_id, id)
);

-- A request names its key alone: the company is what the key tells.
CREATE INDEX api_keys_by_hash ON api_keys (key_hash);
CREATE INDEX api_keys_by_id ON api_keys (id);

CREATE TABLE custom_fields (
    company_id uuid NOT NULL REFERENCES companies (company_id),
    id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    options text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (company_id, id)
);

CREATE UNIQUE INDEX custom_fields_by_name ON custom_fields (company_id, name);

CREATE TABLE agents (
    company_id uuid NOT NULL REFERENCES companies (company_id),
    id uuid NOT NULL,
    name text NOT NULL,
    active boolean NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (company_id, id)
);

CREATE TABLE contacts (
    company_id uuid NOT NULL REFERENCES companies (company_id),
    id uuid NOT NULL,
    name text,
    first_name text,
    last_name text,
    email text,
    email_key text COLLATE "C",
    phone text,
    phone_key text COLLATE "C",
    business_name text,
    notes text,
    tags text NOT NULL,
    lead_source text NOT NULL,
    is_dnd boolean NOT NULL,
    profile_picture_url text,
    active_agent_id uuid,
    last_activity timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, active_agent_id) REFERENCES agents (company_id, id)
);

-- Which contact a create hits: of several with one key, the oldest.
CREATE INDEX contacts_by_phone ON contacts (company_id, phone_key, created_at, id)
    WHERE phone_key IS NOT NULL;
CREATE INDEX contacts_by_email ON contacts (company_id, email_key, created_at, id)
    WHERE email_key IS NOT NULL;
CREATE INDEX contacts_by_active_agent ON contacts (company_id, active_agent_id)
    WHERE active_agent_id IS NOT NULL;

CREATE TABLE custom_field_values (
    company_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    field_id uuid NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (company_id, contact_id, field_id),
    FOREIGN KEY (company_id, contact_id) REFERENCES contacts (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, field_id) REFERENCES custom_fields (company_id, id) ON DELETE CASCADE
);

CREATE INDEX custom_field_values_by_field ON custom_field_values (company_id, field_id);

CREATE TABLE agent_threads (
    company_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    id uuid NOT NULL,
    agent_id uuid NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    direction text NOT NULL,
    duration double precision NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (company_id, contact_id, id),
    FOREIGN KEY (company_id, contact_id) REFERENCES contacts (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, agent_id) REFERENCES agents (company_id, id)
);

CREATE INDEX agent_threads_by_time ON agent_threads (company_id, contact_id, created_at, id);
CREATE INDEX agent_threads_by_agent ON agent_threads (company_id, agent_id);
