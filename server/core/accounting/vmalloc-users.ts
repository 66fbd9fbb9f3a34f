import { quote } from "../evidence";
import type { VmallocArea } from "../parse/vmallocinfo";
import type { Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import { type Bytes, pagesToBytes } from "../units";
import { STACK_CALLERS } from "./vmalloc";

/** All areas that one function of one module has allocated. Sizes in bytes. */
export interface VmallocUser {
  readonly caller: string;
  readonly module?: string;
  readonly bytes: Bytes;
  readonly areas: number;
  /** What it is, where it is known to hold that much by design: sized by a disk, a table or a setting. */
  readonly design?: string;
  readonly evidence: Evidence;
}

/** Users that take what they were set up for and give it back with it: function, or module. */
const DESIGNED: readonly (readonly [RegExp, string])[] = [
  [/\[(?:kvdo|uds|dm_vdo|vdo)\]$/, "index and block map of VDO"],
  [/^f2fs_build_|\[f2fs\]$/, "segment and node tables of f2fs"],
  [/^nf_ct_alloc_hashtable/, "hash table of connection tracking"],
  [
    /^(?:__)?bpf_|^(?:array|htab|trie|stack|ringbuf|cpu_map|dev_map|xsk)_map_alloc/,
    "BPF maps and programs",
  ],
  [
    /^(?:module_alloc|load_module|move_module|layout_and_allocate|execmem_)/,
    "code of kernel modules",
  ],
  [/^spl_|\[(?:spl|zfs|zcommon|icp|zavl)\]$/, "buffers of ZFS"],
  [/^dm_|\[dm_[a-z_]+\]$|\[bcache\]$/, "tables and buffers of the device mapper"],
  [/^alloc_large_system_hash/, "hash tables made at boot"],
  [/^pcpu_(?:create|alloc|mem)/, "book-keeping of per-CPU memory"],
  [/^zram_|^disksize_store|\[zram\]$/, "table of zram"],
  [
    /^(?:xt_alloc_|xt_compat|translate_table|do_ipt|do_replace|ip_set|nft_)/,
    "rules of the packet filter",
  ],
  [/swapon|^swap_|^setup_swap|^init_swap/, "maps of swap areas"],
  [/\[nvidia[a-z_]*\]$/, "memory of the NVIDIA driver"],
  [/^kvm_|^vmx_|^svm_|\[kvm[a-z_]*\]$/, "slots of virtual machines"],
  [
    /_setup_(?:tx|rx)_resources|_alloc_(?:tx|rx)_ring|netdev_queue|alloc_netdev|\[(?:mlx[45]_core|ixgbe|i40e|ice|bnxt_en|ena|igb|e1000e?|virtio_net|vmxnet3|hv_netvsc)\]$/,
    "rings of network cards",
  ],
  [
    /^(?:inet_ehash|udp_table|tcp_init|inet_hashinfo|alloc_fdtable|alloc_bucket_spinlocks)/,
    "tables of sockets and descriptors",
  ],
  [
    /\[(?:xfs|btrfs|ext4|lustre|ptlrpc|obdclass|ksocklnd|ko2iblnd|lnet|mmfs26|mmfslinux)\]$|^xlog_/,
    "buffers of a file system",
  ],
  [/^(?:drm_|ttm_|vmw_)|\[(?:i915|amdgpu|nouveau|radeon|xe)\]$/, "tables of a graphics driver"],
  [/^(?:raid5|md_|bitmap_)|\[(?:raid456|md_mod)\]$/, "stripes and bitmaps of software RAID"],
  [/^(?:crash_|kexec_|kernel_read_file|fw_|firmware_)/, "images that were loaded"],
  [
    /^(?:alloc_page_ext|init_section_page_ext|kasan_|kmemleak|stack_depot|kcov)/,
    "debugging options of this kernel",
  ],
];

/**
 * Who holds vmalloc, largest first; thread stacks have a bucket of their own. Areas without the word vmalloc
 * or without pages borrow memory of others. Empty without vmallocinfo.
 */
export function vmallocUsers(snapshot: Snapshot): readonly VmallocUser[] {
  const source = snapshot.vmallocinfo;
  if (!source) return [];
  const groups = new Map<string, VmallocArea[]>();
  for (const area of source.value) {
    if (!area.pages || !area.flags.includes("vmalloc") || STACK_CALLERS.test(area.caller)) continue;
    const name = userName(area);
    const group = groups.get(name);
    if (group) group.push(area);
    else groups.set(name, [area]);
  }
  return [...groups]
    .flatMap(([name, areas]) => userOf(snapshot, source.file, { name, areas }))
    .sort((a, b) => b.bytes - a.bytes);
}

/** "vdo_alloc [kvdo]", as vmallocinfo writes it. */
export function userName({ caller, module }: Pick<VmallocArea, "caller" | "module">): string {
  return module === undefined ? caller : `${caller} [${module}]`;
}

function userOf(
  snapshot: Snapshot,
  file: string,
  of: { readonly name: string; readonly areas: readonly VmallocArea[] },
): readonly VmallocUser[] {
  const [largest] = [...of.areas].sort((a, b) => (b.pages ?? 0) - (a.pages ?? 0));
  if (!largest) return [];
  const pages = of.areas.reduce((sum, area) => sum + (area.pages ?? 0), 0);
  const bytes = pagesToBytes(pages, snapshot.node.pageSize);
  const design = DESIGNED.find(([pattern]) => pattern.test(of.name))?.[1];
  return [
    {
      caller: largest.caller,
      ...(largest.module === undefined ? {} : { module: largest.module }),
      bytes,
      areas: of.areas.length,
      ...(design === undefined ? {} : { design }),
      evidence: quote(
        snapshot,
        { file, line: largest.line },
        {
          text: `areas of ${of.name}`,
          value: bytes,
          unit: "bytes",
          formula: `Σ pages of ${of.areas.length} areas × page size; the largest is quoted`,
        },
      ),
    },
  ];
}
