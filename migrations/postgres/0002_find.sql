-- Finding, deleting and tagging contacts.
--
-- A deleted contact keeps its row until it is erased, and nothing finds it: its matching keys are empty, it has no
-- rows in the tables below, and the indexes of lists leave it out.
-- The tables below have no foreign keys: what writes contacts writes them, in the same transaction.

ALTER TABLE contacts ADD COLUMN deleted_at timestamptz;
-- True where the phone is neither null nor empty.
ALTER TABLE contacts ADD COLUMN has_phone boolean NOT NULL DEFAULT false;
-- What contacts are sorted by name by: folded, so that case and accents do not matter.
ALTER TABLE contacts ADD COLUMN name_key text COLLATE "C";
-- The contact's words, each behind a space. NULL until the server has worked them out.
ALTER TABLE contacts ADD COLUMN search_text text COLLATE "C";

CREATE INDEX contacts_by_created ON contacts (company_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_by_activity ON contacts (company_id, last_activity, id) WHERE deleted_at IS NULL;
CREATE INDEX contacts_by_name ON contacts (company_id, name_key, id) WHERE deleted_at IS NULL;
-- A list that is filtered by some of the three walks a range of it for each value of the others.
CREATE INDEX contacts_by_facets ON contacts (company_id, lead_source, is_dnd, has_phone, created_at, id)
    WHERE deleted_at IS NULL;
-- Which deleted contacts are to be erased.
CREATE INDEX contacts_by_deletion ON contacts (deleted_at, company_id, id) WHERE deleted_at IS NOT NULL;
-- Which contacts the server has yet to work out the words of.
CREATE INDEX contacts_without_words ON contacts (company_id, id) WHERE search_text IS NULL;

-- When each contact changed last. Apart from the contact: it moves with every change, and an index over contacts
-- that does so would make PostgreSQL write all of them anew.
CREATE TABLE contact_changes (
    company_id uuid NOT NULL,
    updated_at timestamptz NOT NULL,
    contact_id uuid NOT NULL,
    PRIMARY KEY (company_id, updated_at, contact_id)
);

CREATE TABLE contact_tags (
    company_id uuid NOT NULL,
    tag text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    contact_id uuid NOT NULL,
    PRIMARY KEY (company_id, tag, created_at, contact_id)
);

-- How many contacts have each tag.
CREATE TABLE tag_counts (
    company_id uuid NOT NULL,
    tag text COLLATE "C" NOT NULL,
    contacts bigint NOT NULL,
    PRIMARY KEY (company_id, tag)
);

CREATE TABLE contact_words (
    company_id uuid NOT NULL,
    word text COLLATE "C" NOT NULL,
    contact_id uuid NOT NULL,
    PRIMARY KEY (company_id, word, contact_id)
);

-- What a custom field's value is found by, NULL until the server has worked it out; and the contact's age.
ALTER TABLE custom_field_values ADD COLUMN value_key text COLLATE "C";
ALTER TABLE custom_field_values ADD COLUMN created_at timestamptz;
CREATE INDEX custom_field_values_by_value ON custom_field_values
    (company_id, field_id, value_key, created_at, contact_id);
CREATE INDEX custom_field_values_without_key ON custom_field_values (company_id, contact_id, field_id)
    WHERE value_key IS NULL;

-- Of contacts that are there already, what needs no rule of the server's.
UPDATE contacts SET has_phone = (phone IS NOT NULL AND phone <> '');
UPDATE custom_field_values v SET created_at = c.created_at
    FROM contacts c WHERE c.company_id = v.company_id AND c.id = v.contact_id;
INSERT INTO contact_changes (company_id, updated_at, contact_id)
    SELECT company_id, updated_at, id FROM contacts;
INSERT INTO contact_tags (company_id, tag, created_at, contact_id)
    SELECT DISTINCT c.company_id, t.tag, c.created_at, c.id
    FROM contacts c CROSS JOIN json_array_elements_text(c.tags::json) AS t (tag);
INSERT INTO tag_counts (company_id, tag, contacts)
    SELECT company_id, tag, count(*) FROM contact_tags GROUP BY company_id, tag;

-- Room on each page for the next version of a contact, which then needs no new entries in the indexes.
ALTER TABLE contacts SET (fillfactor = 85);
