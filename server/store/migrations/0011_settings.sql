-- What people set on the settings page, by name; the newest row counts. Values are JSON.
CREATE TABLE IF NOT EXISTS settings
(
    name String,
    value String,
    changed_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(changed_at)
ORDER BY name
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
