-- The deleted contacts of a company, in the order in which they were deleted.

CREATE INDEX contacts_deleted ON contacts (company_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
