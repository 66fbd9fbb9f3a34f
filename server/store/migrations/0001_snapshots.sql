-- One row per look at one node. Facts for lists only: the figures are parsed from snapshot_files on read.
-- Written last: an upload exists when its rows here exist.
-- A row may be written again by a repeated upload, hence ReplacingMergeTree.
CREATE TABLE IF NOT EXISTS snapshots
(
    id String,
    sha256 String,
    look UInt32,
    node String,
    hostname Nullable(String),
    kernel LowCardinality(Nullable(String)),
    os LowCardinality(Nullable(String)),
    kind LowCardinality(String),
    file_name String,
    archive_bytes UInt64,
    taken_at Nullable(DateTime64(3, 'UTC')),
    received_at DateTime64(3, 'UTC'),
    -- Parallel arrays: what could not be read, which the kept texts alone do not tell.
    unreadable_files Array(String),
    unreadable_errors Array(String)
)
ENGINE = ReplacingMergeTree(received_at)
PARTITION BY toYYYYMMDD(received_at)
ORDER BY (node, id)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
