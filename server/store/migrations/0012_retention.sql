-- A retention that is changed rewrites no part: parts learn when they end, and go as a whole.
ALTER TABLE samples MODIFY SETTING materialize_ttl_recalculate_only = 1;
ALTER TABLE rollup_5m MODIFY SETTING materialize_ttl_recalculate_only = 1;
ALTER TABLE rollup_1h MODIFY SETTING materialize_ttl_recalculate_only = 1;
ALTER TABLE snapshots MODIFY SETTING materialize_ttl_recalculate_only = 1, ttl_only_drop_parts = 1;
ALTER TABLE snapshot_files MODIFY SETTING materialize_ttl_recalculate_only = 1, ttl_only_drop_parts = 1
