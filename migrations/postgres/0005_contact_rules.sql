-- How far each company's contacts follow the program's rules for what contacts are found by: their matching keys,
-- their words and what they are sorted by name by. A company without a row has never been looked at.
CREATE TABLE contact_rules (
    company_id uuid NOT NULL PRIMARY KEY,
    -- The number of the rules, which the program raises with every change of them.
    version bigint NOT NULL,
    -- The last contact, in the order of ids, that was brought up to date; NULL if all of them are.
    done_to uuid
);

-- Contacts without words are found by the walk over all contacts.
DROP INDEX contacts_without_words;
