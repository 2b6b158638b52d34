-- Merged contacts. They are deleted and refer to the contact that they were merged into. They keep their matching keys,
-- by which creates find that contact.

ALTER TABLE contacts ADD COLUMN merged_into UUID;
CREATE INDEX contacts_merged ON contacts (company_id, merged_into) WHERE merged_into IS NOT NULL;
-- Only merges set this, so that other companies never look for merged contacts.
ALTER TABLE companies ADD COLUMN has_merged_contacts BOOLEAN NOT NULL DEFAULT FALSE;
-- The contact that a thread was recorded for, if it was moved by a merge since then.
ALTER TABLE agent_threads ADD COLUMN recorded_for UUID;

-- Merged contacts are neither listed as deleted nor erased after the retention period.
DROP INDEX contacts_by_deletion;
CREATE INDEX contacts_by_deletion ON contacts (deleted_at, company_id, id)
    WHERE deleted_at IS NOT NULL AND merged_into IS NULL;
DROP INDEX contacts_deleted;
CREATE INDEX contacts_deleted ON contacts (company_id, deleted_at, id)
    WHERE deleted_at IS NOT NULL AND merged_into IS NULL;
