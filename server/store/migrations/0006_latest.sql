-- The newest sample of each node, without its lists: what the fleet is answered from.
CREATE TABLE IF NOT EXISTS latest
(
    node String,
    at DateTime64(3, 'UTC'),
    boot_id String,
    taken_at DateTime64(3, 'UTC'),
    hostname LowCardinality(Nullable(String)),
    kernel LowCardinality(Nullable(String)),
    uptime_seconds Nullable(UInt32),
    mem_total Int64,
    anon Nullable(Int64),
    shmem Nullable(Int64),
    file_cache Nullable(Int64),
    buffers Nullable(Int64),
    swap_cache Nullable(Int64),
    hugetlb Nullable(Int64),
    slab_reclaimable Nullable(Int64),
    slab_unreclaimable Nullable(Int64),
    kernel_misc_reclaimable Nullable(Int64),
    kernel_stack Nullable(Int64),
    page_tables Nullable(Int64),
    sec_page_tables Nullable(Int64),
    percpu Nullable(Int64),
    vmalloc Nullable(Int64),
    zpool Nullable(Int64),
    hardware_corrupted Nullable(Int64),
    bounce Nullable(Int64),
    writeback_tmp Nullable(Int64),
    balloon Nullable(Int64),
    gpu Nullable(Int64),
    allocpage Nullable(Int64),
    pcp Nullable(Int64),
    free Nullable(Int64),
    available Nullable(Int64),
    sockets Nullable(Int64),
    unexplained Nullable(Int64),
    oom_kills Nullable(UInt64),
    lacks Array(LowCardinality(String)),
    labels Map(LowCardinality(String), String)
)
ENGINE = ReplacingMergeTree(at)
ORDER BY node
TTL toDateTime(at) + INTERVAL 60 DAY
SETTINGS index_granularity = 512, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS latest_of_samples TO latest AS
SELECT
    node, at, boot_id, taken_at, hostname, kernel, uptime_seconds, mem_total,
    anon, shmem, file_cache, buffers, swap_cache, hugetlb, slab_reclaimable, slab_unreclaimable, kernel_misc_reclaimable, kernel_stack, page_tables, sec_page_tables, percpu, vmalloc, zpool, hardware_corrupted, bounce, writeback_tmp, balloon, gpu, allocpage, pcp, free, available, sockets, unexplained,
    oom_kills, lacks, labels
FROM samples
