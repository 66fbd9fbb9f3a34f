-- What is kept of a node on its time axis: changes of verdict, boots, snapshots, notes of people.
-- The id is made from what happened, so that an event written twice is one event.
CREATE TABLE IF NOT EXISTS events
(
    node String,
    id String,
    at DateTime64(3, 'UTC'),
    kind LowCardinality(String),
    text String,
    -- JSON object; empty where there is none.
    detail String CODEC(ZSTD(3)),
    recorded_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(recorded_at)
ORDER BY (node, id)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1
