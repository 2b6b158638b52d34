-- What an answer with a contact shows of other rows, which change without the contact: each change counts up.

ALTER TABLE agents ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE custom_fields ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
