-- Ids are 16 bytes (UUID), times are microseconds since 1970-01-01T00:00:00Z, JSON is text.
-- Every primary key and unique index begins with company_id.

CREATE TABLE companies (
    company_id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    company_id BLOB NOT NULL REFERENCES companies (company_id),
    id BLOB NOT NULL,
    name TEXT,
    key_hash BLOB NOT NULL,
    hint TEXT NOT NULL,
    access TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    PRIMARY KEY (company_id, id)
) STRICT, WITHOUT ROWID;

-- A request names its key alone: the company is what the key tells.
CREATE INDEX api_keys_by_hash ON api_keys (key_hash);
CREATE INDEX api_keys_by_id ON api_keys (id);

CREATE TABLE custom_fields (
    company_id BLOB NOT NULL REFERENCES companies (company_id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    options TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (company_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX custom_fields_by_name ON custom_fields (company_id, name);

CREATE TABLE agents (
    company_id BLOB NOT NULL REFERENCES companies (company_id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    active INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (company_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE contacts (
    company_id BLOB NOT NULL REFERENCES companies (company_id),
    id BLOB NOT NULL,
    name TEXT,
    first_name TEXT,
    last_name TEXT,
    email TEXT,
    email_key TEXT,
    phone TEXT,
    phone_key TEXT,
    business_name TEXT,
    notes TEXT,
    tags TEXT NOT NULL,
    lead_source TEXT NOT NULL,
    is_dnd INTEGER NOT NULL,
    profile_picture_url TEXT,
    active_agent_id BLOB,
    last_activity INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, active_agent_id) REFERENCES agents (company_id, id)
) STRICT, WITHOUT ROWID;

-- Which contact a create hits: of several with one key, the oldest.
CREATE INDEX contacts_by_phone ON contacts (company_id, phone_key, created_at, id)
    WHERE phone_key IS NOT NULL;
CREATE INDEX contacts_by_email ON contacts (company_id, email_key, created_at, id)
    WHERE email_key IS NOT NULL;
CREATE INDEX contacts_by_active_agent ON contacts (company_id, active_agent_id)
    WHERE active_agent_id IS NOT NULL;

CREATE TABLE custom_field_values (
    company_id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    field_id BLOB NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (company_id, contact_id, field_id),
    FOREIGN KEY (company_id, contact_id) REFERENCES contacts (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, field_id) REFERENCES custom_fields (company_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX custom_field_values_by_field ON custom_field_values (company_id, field_id);

CREATE TABLE agent_threads (
    company_id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    id BLOB NOT NULL,
    agent_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    direction TEXT NOT NULL,
    duration REAL NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (company_id, contact_id, id),
    FOREIGN KEY (company_id, contact_id) REFERENCES contacts (company_id, id) ON DELETE CASCADE,
    FOREIGN KEY (company_id, agent_id) REFERENCES agents (company_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX agent_threads_by_time ON agent_threads (company_id, contact_id, created_at, id);
CREATE INDEX agent_threads_by_agent ON agent_threads (company_id, agent_id);
