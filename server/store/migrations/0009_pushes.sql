-- The texts of the newest heavy push of each node, as measured: holders and causes are worked out from them.
CREATE TABLE IF NOT EXISTS pushed_texts
(
    node String,
    at DateTime64(3, 'UTC'),
    -- Parallel arrays, in one row so that two pushes are never mixed.
    files Array(String) CODEC(ZSTD(1)),
    texts Array(String) CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree(at)
ORDER BY node
TTL toDateTime(at) + INTERVAL 60 DAY
SETTINGS index_granularity = 16, fsync_after_insert = 1, fsync_part_directory = 1;

-- A full snapshot of a node that somebody asked for. The newest one counts; a snapshot taken after it answers it.
CREATE TABLE IF NOT EXISTS snapshot_requests
(
    node String,
    requested_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(requested_at)
ORDER BY node
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
