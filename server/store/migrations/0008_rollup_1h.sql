-- An hour of a node in one row.
-- Both states say the same when a sample is written twice, or late, or in any order.
CREATE TABLE IF NOT EXISTS rollup_1h
(
    node String CODEC(ZSTD(1)),
    slot DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    -- The slot's last sample, whole: the buckets were measured together and add up to mem_total.
    last SimpleAggregateFunction(max, Tuple(
        at DateTime64(3, 'UTC'),
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
        unexplained Nullable(Int64)
    )) CODEC(ZSTD(1)),
    -- Every sample of the slot by its milliseconds since the slot began, for P10, median, maximum and count.
    seen SimpleAggregateFunction(groupUniqArrayArray, Array(Tuple(
        offset UInt32,
        unexplained Nullable(Int64),
        slab_unreclaimable Nullable(Int64),
        vmalloc Nullable(Int64),
        percpu Nullable(Int64),
        kernel_stack Nullable(Int64),
        page_tables Nullable(Int64),
        shmem Nullable(Int64),
        anon Nullable(Int64),
        sockets Nullable(Int64),
        available Nullable(Int64)
    ))) CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(slot)
ORDER BY (node, slot)
TTL slot + INTERVAL 2 YEAR
SETTINGS index_granularity = 512, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS rollup_1h_of_samples TO rollup_1h AS
SELECT
    node,
    toDateTime(intDiv(toUnixTimestamp64Milli(at), 3600000) * 3600, 'UTC') AS slot,
    max(tuple(at, mem_total, anon, shmem, file_cache, buffers, swap_cache, hugetlb, slab_reclaimable, slab_unreclaimable, kernel_misc_reclaimable, kernel_stack, page_tables, sec_page_tables, percpu, vmalloc, zpool, hardware_corrupted, bounce, writeback_tmp, balloon, gpu, allocpage, pcp, free, available, sockets, unexplained)) AS last,
    groupUniqArray(tuple(toUInt32(toUnixTimestamp64Milli(at) % 3600000), unexplained, slab_unreclaimable, vmalloc, percpu, kernel_stack, page_tables, shmem, anon, sockets, available)) AS seen
FROM samples
GROUP BY node, slot
