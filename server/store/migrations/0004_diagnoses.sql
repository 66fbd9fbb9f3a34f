-- Shared diagnoses: a redacted report, frozen. Of the token only its SHA-256 is kept.
-- Revoking writes the row again with a higher version and an empty report.
CREATE TABLE IF NOT EXISTS diagnoses
(
    handle String,
    token_sha256 String,
    snapshot_id String,
    created_at DateTime64(3, 'UTC'),
    expires_at DateTime64(3, 'UTC'),
    revoked_at Nullable(DateTime64(3, 'UTC')),
    version UInt32,
    report String CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMMDD(created_at)
ORDER BY (token_sha256)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
