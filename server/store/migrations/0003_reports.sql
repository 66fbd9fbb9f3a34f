-- Reports already worked out, by the version of the rules that made them. A cache: losing it costs time only.
CREATE TABLE IF NOT EXISTS reports
(
    snapshot_id String,
    rules_version String,
    computed_at DateTime64(3, 'UTC'),
    status LowCardinality(String),
    headline String,
    bucket LowCardinality(Nullable(String)),
    mem_total Nullable(Int64),
    used Nullable(Int64),
    unaccounted Nullable(Int64),
    report String CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree(computed_at)
PARTITION BY toYYYYMMDD(computed_at)
ORDER BY (snapshot_id, rules_version)
TTL toDateTime(computed_at) + INTERVAL 60 DAY
SETTINGS index_granularity = 256, ttl_only_drop_parts = 1
