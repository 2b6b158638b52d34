-- Columns that only SQLite uses. PostgreSQL moves a row of latest_changes when its contact changes.

ALTER TABLE changes ADD COLUMN outdated_at timestamptz;
ALTER TABLE change_counters ADD COLUMN cleaned_to bigint NOT NULL DEFAULT 0;
