import { type BpfHolding, bpfMaps } from "../../accounting/bpf-memory";
import { type Holding, totalOf } from "../../accounting/holding";
import { quote } from "../../evidence";
import { groupBy } from "../../group-by";
import type { NextStep } from "../../report";
import type { Snapshot } from "../../snapshot";
import { judgeHeld } from "../descriptor-rule";
import type { Rule } from "../rule";

/** Who allocates the tables of maps with vmalloc (kernel/bpf); inlining decides which name is printed. */
const CALLERS =
  /^_{0,2}(?:bpf_map_(?:area|charge)|array_map_|htab_|prealloc_|lru_|stack_map_|queue_stack_map_|bloom_map_|dev_map_|cpu_map_|sock_(?:map|hash)_|xsk_map_|reuseport_array_|trie_|bpf_struct_ops_map_|cgroup_storage_|arena_map_)/;
const PLACES = ["vmalloc", "percpu", "slabUnreclaimable"] as const;

const CONFIRM: readonly NextStep[] = [
  {
    command: "bpftool map show | grep -B1 -E 'memlock [0-9]{8,}B'",
    proves: "Which maps are large; a pids line names who has them open.",
    risk: "Reads only.",
    root: true,
  },
];

/** Tables of BPF maps: vmalloc when they are made in advance, per-CPU memory or slab by type. */
export const bpfMapMemory: Rule = {
  id: "bpf-maps",
  title: "Tables of BPF maps",
  bucket: "vmalloc",
  judge(diagnosis, rest) {
    const { bucket, holdings } = fullestPlace(diagnosis.snapshot);
    if (holdings.length === 0) return undefined;
    return judgeHeld(diagnosis, rest, {
      bucket,
      holdings,
      noun: "tables of BPF maps",
      confirm: CONFIRM,
      fix: "Lower max_entries of the map (in Cilium: bpf-map-dynamic-size-ratio, bpf-ct-global-tcp-max), or let the agent make elements on demand.",
      fixRisk: "A full map drops connections or events; agents rebuild their maps when they start.",
    });
  },
};

interface Place {
  readonly bucket: BpfHolding["bucket"];
  readonly holdings: readonly Holding[];
}

/** Maps where most of their memory lies; without a list of maps the areas that they made in vmalloc. */
function fullestPlace(snapshot: Snapshot): Place {
  const maps = bpfMaps(snapshot);
  const places = PLACES.map((bucket) => ({
    bucket,
    holdings: maps.filter((map) => map.bucket === bucket),
  }));
  const [fullest] = places.sort((a, b) => totalOf(b.holdings).upper - totalOf(a.holdings).upper);
  if (fullest && fullest.holdings.length > 0) return fullest;
  return { bucket: "vmalloc", holdings: fromVmallocinfo(snapshot) };
}

function fromVmallocinfo(snapshot: Snapshot): readonly Holding[] {
  const { vmallocinfo } = snapshot;
  if (!vmallocinfo) return [];
  const { file, value } = vmallocinfo;
  const areas = value.filter(({ pages, caller }) => pages !== undefined && CALLERS.test(caller));
  return [...groupBy(areas, ({ caller }) => caller)]
    .flatMap(([caller, own]): readonly Holding[] => {
      const [first] = own;
      if (!first) return [];
      const pages = own.reduce((sum, area) => sum + (area.pages ?? 0), 0);
      const bytes = pages * snapshot.node.pageSize;
      return [
        {
          name: caller,
          count: own.length,
          bytes: { lower: bytes, upper: bytes },
          evidence: quote(
            snapshot,
            { file, line: first.line },
            {
              text: `areas made by ${caller}`,
              value: bytes,
              unit: "bytes",
              formula: "Σ pages × page size",
            },
          ),
        },
      ];
    })
    .sort((a, b) => b.bytes.upper - a.bytes.upper);
}
