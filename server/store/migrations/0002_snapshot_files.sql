-- The texts that were recognised in an upload, as measured. Composition and verdict are computed from them.
CREATE TABLE IF NOT EXISTS snapshot_files
(
    sha256 String,
    file String CODEC(ZSTD(1)),
    text String CODEC(ZSTD(3)),
    received_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(received_at)
PARTITION BY toYYYYMMDD(received_at)
ORDER BY (sha256, file)
SETTINGS index_granularity = 256, fsync_after_insert = 1, fsync_part_directory = 1
