-- SQLite does not remove a row of latest_changes when its contact changes again, unless the row is new. It removes such
-- outdated rows later, many at once, because they are on few pages when they are sorted.

-- The time of the outdated row that the change left in latest_changes. NULL if it left none.
ALTER TABLE changes ADD COLUMN outdated_at INTEGER;
-- The number of the change up to which outdated rows were removed.
ALTER TABLE change_counters ADD COLUMN cleaned_to INTEGER NOT NULL DEFAULT 0;
UPDATE change_counters SET cleaned_to = sequence;
