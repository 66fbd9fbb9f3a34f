import type { SlabEntry } from "./slab-glossary";

const NO = "unreclaimable";

/** Caches of the block layer, of device mappers and storage drivers. */
export const STORAGE_CACHES: readonly SlabEntry[] = [
  [
    /^(bio|bio-\d+|bio_[a-z]+|biovec.*|bvec.*|bip-.*|blkdev_.*|bdev_cache|request_queue|request_sense)$/,
    "block layer",
    NO,
    "Block requests in flight. Many that do not fall mean that a disk or a driver does not answer.",
  ],
  [
    /^(dm_thin|dm_cache|dm_bufio|bio_prison|dm_snap|dm_clone|dm_verity|dm_crypt|dm_)/,
    "device mapper",
    NO,
    "Requests and mappings of device mapper targets (LVM, crypt, thin, cache).",
    "dm_mod",
  ],
  [/^kcopyd_job$/, "device mapper", NO, "Copies in flight of snapshots and mirrors.", "dm_mod"],
  [
    /^(uds|vdo|kvdo)/,
    "VDO",
    NO,
    "Deduplication index and block map of VDO: as large as it was set up.",
    "kvdo",
  ],
  [/^(raid[0-9]+-|md_|r5_|r10bio|r1bio)/, "md RAID", NO, "Stripes and requests of software RAID."],
  [/^(bcache|btree_|search)/, "bcache", NO, "Requests and index of bcache.", "bcache"],
  [/^drbd/, "DRBD", NO, "Requests and pages of DRBD in flight.", "drbd"],
  [/^(cas_|ocf_)/, "Open CAS", NO, "Requests and metadata of the Open CAS cache.", "cas_cache"],
  [
    /^(scsi_|sd_ext_cdb|sgpool|sas_|fc_|qla|lpfc|mpt|megaraid|iscsi|se_|t10_)/,
    "SCSI",
    NO,
    "Commands and scatter lists of SCSI drivers or targets in flight.",
  ],
  [/^(nvme|nvmet)/, "NVMe", NO, "Requests of NVMe in flight.", "nvme"],
  [
    /^(zspage|zs_handle|zswap_entry|zram)/,
    "compressed swap",
    NO,
    "Index of compressed pages: one per stored page.",
  ],
  [/^(swap_|swp_)/, "swap", NO, "Index of swapped pages."],
  [/^(mlx\d_ib|ib_|rdma_|rxe|siw)/, "RDMA", NO, "Objects of RDMA connections."],
];
