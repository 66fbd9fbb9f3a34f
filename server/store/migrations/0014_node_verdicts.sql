-- What is thought of each node now: its newest snapshot, its newest sample and its trends taken together.
-- One row per node; the row judged last wins.
CREATE TABLE IF NOT EXISTS node_verdicts
(
    node String,
    judged_at DateTime64(3, 'UTC'),
    status LowCardinality(String),
    -- In UTC; pages make their own from the document.
    headline String,
    bucket LowCardinality(Nullable(String)),
    rate_per_hour Nullable(Float64),
    since Nullable(DateTime64(3, 'UTC')),
    -- When a trend was last proven.
    confirmed_at Nullable(DateTime64(3, 'UTC')),
    -- JSON: what the next round needs to know of the rounds before.
    state String CODEC(ZSTD(3)),
    -- JSON: evidence, holders, what speaks against it, next steps.
    document String CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree(judged_at)
ORDER BY node
SETTINGS index_granularity = 256, fsync_after_insert = 1, fsync_part_directory = 1
