-- Tokens with which agents push. Of a token only its SHA-256 is kept.
-- Revoking, and each noted use, write the row again; the version of a revoked row is above every other, so that
-- a use noted late by another server cannot open it again.
CREATE TABLE IF NOT EXISTS agent_tokens
(
    id String,
    name String,
    token_sha256 String,
    scopes Array(String),
    -- Names of nodes it may speak for, with * for any characters; empty for all.
    node_pattern String,
    created_at DateTime64(3, 'UTC'),
    expires_at DateTime64(3, 'UTC'),
    revoked_at Nullable(DateTime64(3, 'UTC')),
    last_used_at Nullable(DateTime64(3, 'UTC')),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1
