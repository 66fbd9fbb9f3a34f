import { describe, expect, it } from "vitest";
import { parseAllocinfo } from "../parse/allocinfo";
import { parsePageOwner } from "../parse/page-owner";
import { snapshotOf } from "../snapshot.test-support";
import { type SiteView, viewSites } from "./site-view";

const PAGE = 4_096;

function allocinfo(text: string): SiteView | undefined {
  const { value } = parseAllocinfo(text);
  const table = { file: "allocinfo", via: "allocinfo", covers: "held", sites: value } as const;
  return viewSites({ ...snapshotOf({}), allocationSites: [table] })[0];
}

function stack(...frames: readonly string[]): SiteView | undefined {
  const text = `Page allocated via order 0, mask 0x1\n${frames.map((each) => ` ${each}\n`).join("")}`;
  const { value } = parsePageOwner(text, PAGE);
  const table = { file: "page_owner", via: "page-owner", covers: "held", sites: value } as const;
  return viewSites({ ...snapshotOf({}), allocationSites: [table] })[0];
}

describe("the bucket of a stack", () => {
  it.each([
    ["slabUnreclaimable", ["allocate_slab+0x1/0x2", "__alloc_skb+0x1/0x2"]],
    ["slabReclaimable", ["allocate_slab+0x1/0x2", "__d_alloc+0x1/0x2"]],
    ["anon", ["__folio_alloc_noprof+0x1/0x2", "do_anonymous_page+0x1/0x2"]],
    ["fileCache", ["__folio_alloc_noprof+0x1/0x2", "page_cache_ra_unbounded+0x1/0x2"]],
    ["shmem", ["alloc_pages_vma+0x1/0x2", "shmem_alloc_page+0x1/0x2"].reverse()],
    ["pageTables", ["__alloc_pages+0x1/0x2", "pte_alloc_one+0x1/0x2"]],
    ["percpu", ["__alloc_pages+0x1/0x2", "pcpu_populate_chunk+0x1/0x2"]],
    ["vmalloc", ["__vmalloc_node_range+0x1/0x2", "array_map_alloc+0x1/0x2"]],
    ["kernelStack", ["__vmalloc_node_range+0x1/0x2", "copy_process+0x1/0x2"]],
    ["allocpage", ["__alloc_pages+0x1/0x2", "ice_alloc_mapped_page+0x1/0x2 [ice]"]],
    ["slabUnreclaimable", ["__kmalloc_large_node+0x1/0x2", "foo+0x1/0x2"]],
  ] as const)("is %s", (bucket, frames) => {
    expect(stack(...frames)?.rows[0]?.bucket).toBe(bucket);
  });
});

describe("a site is named", () => {
  it("by the first frame that is no allocator's, with its module and subsystem", () => {
    const view = stack(
      "post_alloc_hook+0x1/0x2",
      "__alloc_pages_noprof+0x1/0x2",
      "skb_page_frag_refill+0x1/0x2",
      "try_fill_recv+0x1/0x2 [virtio_net]",
      "net_rx_action+0x1/0x2",
      "handle_softirqs+0x1/0x2",
      "asm_common_interrupt+0x1/0x2",
    );
    expect(view?.rows[0]).toMatchObject({
      site: "skb_page_frag_refill",
      module: "virtio_net",
      subsystem: "network sockets",
      path: [
        "network sockets",
        "virtio_net",
        "net_rx_action",
        "try_fill_recv",
        "skb_page_frag_refill",
      ],
    });
  });

  it("the same however the kernel was entered: such stacks are one row", () => {
    const block = (entry: string) =>
      `Page allocated via order 3, mask 0x1\n skb_page_frag_refill+0x1/0x2\n net_rx_action+0x1/0x2\n ${entry}+0x1/0x2\n\n`;
    const { value } = parsePageOwner(block("asm_common_interrupt") + block("kthread"), PAGE);
    const table = { file: "f", via: "page-owner", covers: "held", sites: value } as const;
    const [view] = viewSites({ ...snapshotOf({}), allocationSites: [table] });
    expect(view?.rows.map(({ bytes, calls }) => [bytes, calls])).toEqual([[16 * PAGE, 2]]);
  });

  it("by the same id in two snapshots, and by another when the line moved", () => {
    const id = (line: number) => allocinfo(`4096 1 a/b.c:${line} func:f\n`)?.rows[0]?.id;
    expect(id(7)).toBe(id(7));
    expect(id(7)).not.toBe(id(8));
  });
});

describe("allocinfo", () => {
  const view = allocinfo(
    [
      "1048576 256 mm/slub.c:2450 func:alloc_slab_page",
      "1000000 10000 fs/inode.c:267 func:alloc_inode",
      "8388608 256 net/core/sock.c:3056 func:skb_page_frag_refill",
    ].join("\n"),
  );

  it("counts the slab by its pages and shows it by its objects", () => {
    expect(view?.totalBytes).toBe(1_048_576 + 8_388_608);
    expect(view?.byBucket).toEqual([
      { bucket: "allocpage", bytes: 8_388_608 },
      { bucket: "slabUnreclaimable", bytes: 1_048_576 },
    ]);
    expect(view?.rows.map(({ site }) => site)).toEqual([
      "net/core/sock.c:3056 skb_page_frag_refill",
      "fs/inode.c:267 alloc_inode",
    ]);
  });

  it("shows 500 rows and says what it left out", () => {
    const many = Array.from(
      { length: 600 },
      (_, at) => `${(600 - at) * PAGE} 1 a/b.c:${at} func:f`,
    );
    const wide = allocinfo(many.join("\n"));
    expect(wide?.rows).toHaveLength(500);
    expect(wide?.omitted.rows).toBe(100);
  });
});
