-- One row per sample: what one push of an agent says of its node, in bytes. Ordered so that one node's span is one range.
-- A sample that is written again replaces itself: node, moment and boot name it.
CREATE TABLE IF NOT EXISTS samples
(
    node String CODEC(ZSTD(1)),
    at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    boot_id LowCardinality(String),
    -- By the node's own clock; with node and boot it tells a sample that is sent again.
    taken_at DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    hostname LowCardinality(Nullable(String)),
    kernel LowCardinality(Nullable(String)),
    uptime_seconds Nullable(UInt32) CODEC(DoubleDelta, ZSTD(1)),
    mem_total Int64 CODEC(Delta, ZSTD(1)),
    anon Nullable(Int64) CODEC(Delta, ZSTD(1)),
    shmem Nullable(Int64) CODEC(Delta, ZSTD(1)),
    file_cache Nullable(Int64) CODEC(Delta, ZSTD(1)),
    buffers Nullable(Int64) CODEC(Delta, ZSTD(1)),
    swap_cache Nullable(Int64) CODEC(Delta, ZSTD(1)),
    hugetlb Nullable(Int64) CODEC(Delta, ZSTD(1)),
    slab_reclaimable Nullable(Int64) CODEC(Delta, ZSTD(1)),
    slab_unreclaimable Nullable(Int64) CODEC(Delta, ZSTD(1)),
    kernel_misc_reclaimable Nullable(Int64) CODEC(Delta, ZSTD(1)),
    kernel_stack Nullable(Int64) CODEC(Delta, ZSTD(1)),
    page_tables Nullable(Int64) CODEC(Delta, ZSTD(1)),
    sec_page_tables Nullable(Int64) CODEC(Delta, ZSTD(1)),
    percpu Nullable(Int64) CODEC(Delta, ZSTD(1)),
    vmalloc Nullable(Int64) CODEC(Delta, ZSTD(1)),
    zpool Nullable(Int64) CODEC(Delta, ZSTD(1)),
    hardware_corrupted Nullable(Int64) CODEC(Delta, ZSTD(1)),
    bounce Nullable(Int64) CODEC(Delta, ZSTD(1)),
    writeback_tmp Nullable(Int64) CODEC(Delta, ZSTD(1)),
    balloon Nullable(Int64) CODEC(Delta, ZSTD(1)),
    gpu Nullable(Int64) CODEC(Delta, ZSTD(1)),
    allocpage Nullable(Int64) CODEC(Delta, ZSTD(1)),
    pcp Nullable(Int64) CODEC(Delta, ZSTD(1)),
    free Nullable(Int64) CODEC(Delta, ZSTD(1)),
    available Nullable(Int64) CODEC(Delta, ZSTD(1)),
    sockets Nullable(Int64) CODEC(Delta, ZSTD(1)),
    unexplained Nullable(Int64) CODEC(Delta, ZSTD(1)),
    oom_kills Nullable(UInt64) CODEC(Delta, ZSTD(1)),
    -- Only every tenth push or so has these. 1: slab caches, 2: holders, 4: cgroups; an empty array alone says nothing.
    measured UInt8 CODEC(ZSTD(1)),
    slab_names Array(LowCardinality(String)) CODEC(ZSTD(1)),
    slab_bytes Array(Int64) CODEC(ZSTD(1)),
    holder_comms Array(LowCardinality(Nullable(String))) CODEC(ZSTD(1)),
    holder_pids Array(Nullable(UInt32)) CODEC(ZSTD(1)),
    holder_sockets Array(UInt32) CODEC(ZSTD(1)),
    holder_queued Array(Int64) CODEC(ZSTD(1)),
    holder_upper Array(Int64) CODEC(ZSTD(1)),
    cgroup_paths Array(LowCardinality(String)) CODEC(ZSTD(1)),
    cgroup_bytes Array(Int64) CODEC(ZSTD(1)),
    lacks Array(LowCardinality(String)) CODEC(ZSTD(1)),
    labels Map(LowCardinality(String), String) CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMMDD(at)
PRIMARY KEY (node, at)
ORDER BY (node, at, boot_id)
TTL toDateTime(at) + INTERVAL 7 DAY
SETTINGS index_granularity = 1024, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1
