import { describe, expect, it } from "vitest";
import { parseAllocinfo } from "./allocinfo";
import { parseBccMemleak } from "./bcc-memleak";
import { parseBpftrace } from "./bpftrace";
import { parseKmemleak } from "./kmemleak";
import { parsePageOwner } from "./page-owner";
import { parsePageOwnerStacks } from "./page-owner-stacks";
import { ParseError } from "./parsed";
import { parsePerfKmem } from "./perf-kmem";
import { parseSysakMemleak } from "./sysak-memleak";

const PAGE = 4_096;

describe("allocinfo", () => {
  it("gives bytes, calls, file, line, module and function of a site", () => {
    const { value } = parseAllocinfo(
      "allocinfo - version: 1.0\n#     <size>  <calls> <tag info>\n   115470992   101647 fs/ext4/super.c:1388 [ext4] func:ext4_alloc_inode \n",
    );
    expect(value).toEqual([
      {
        frames: [
          { func: "ext4_alloc_inode", file: "fs/ext4/super.c", sourceLine: 1388, module: "ext4" },
        ],
        bytes: 115_470_992,
        calls: 101_647,
        line: 3,
      },
    ]);
  });

  it("reads version 2.0, a heading without #, and sizes that went through numfmt", () => {
    const { value, skipped } = parseAllocinfo(
      "allocinfo - version: 2.0\n <size> <calls> <tag info>\n 2.8M 717 drivers/net/a.c:1 [a] func:b accurate:no\n1.1G 5 mm/slub.c:2450 func:alloc_slab_page\n",
    );
    expect(value.map(({ bytes }) => bytes)).toEqual([2_936_013, 1_181_116_006]);
    expect(skipped).toEqual([]);
  });

  it("keeps good rows beside bad ones and leaves out sites that hold nothing", () => {
    const { value, skipped } = parseAllocinfo(
      "0 0 a.c:1 func:none\nnoise here\n4096 1 b.c:2 func:one\n",
    );
    expect(value.map(({ frames }) => frames[0]?.func)).toEqual(["one"]);
    expect(skipped).toEqual([{ line: 2, text: "noise here" }]);
  });

  it("that was never on is read and holds nothing", () => {
    expect(parseAllocinfo("0 0 a.c:1 func:none\n").value).toEqual([]);
  });

  it("without a row is refused", () => {
    expect(() => parseAllocinfo("cat: /proc/allocinfo: No such file")).toThrow(ParseError);
  });
});

const BLOCK = `Page allocated via order 3, mask 0x52dc0(GFP_ATOMIC|__GFP_NOWARN), pid 77, tgid 77 (nginx), ts 1 ns, free_ts 2 ns
PFN 0x1000 type Unmovable Block 8 type Unmovable Flags 0x17(head|node=0)
 post_alloc_hook+0x12c/0x140
 skb_page_frag_refill+0x68/0xf0
 try_fill_recv.part.0+0x1/0x2 [virtio_net]
`;

describe("page_owner", () => {
  it("sums equal stacks in bytes of their order, and keeps task, module and kind", () => {
    const { value } = parsePageOwner(`${BLOCK}\n${BLOCK}\n`, PAGE);
    expect(value).toMatchObject([
      {
        bytes: 2 * 8 * PAGE,
        calls: 2,
        order: 3,
        pages: "plain",
        task: { pid: 77, comm: "nginx" },
        line: 1,
      },
    ]);
    expect(value[0]?.frames.at(-1)).toEqual({ func: "try_fill_recv", module: "virtio_net" });
  });

  it("of 3.19 to 4.5 has addresses and a numeric mask", () => {
    const { value } = parsePageOwner(
      "Page allocated via order 0, mask 0x280da\nPFN 4097 Block 8 type 1 Flags   R LA\n [<ffffffff811682c4>] __alloc_pages_nodemask+0x134/0x230\n [<ffffffffa0001234>] foo_rx+0x10/0x20 [foo]\n",
      PAGE,
    );
    expect(value).toMatchObject([{ bytes: PAGE, calls: 1 }]);
    expect(value[0]?.frames.map(({ func }) => func)).toEqual(["__alloc_pages_nodemask", "foo_rx"]);
  });

  it("says which pages are slab, and which are charged to a removed cgroup", () => {
    const { value } = parsePageOwner(
      `${BLOCK.replace("(head|", "(slab|head|")}Charged to offlined memcg libpod-1.\n`,
      PAGE,
    );
    expect(value).toMatchObject([{ pages: "slab", memcg: { isOffline: true, name: "libpod-1" } }]);
  });

  it("sorted, multiplies times by the order, or takes the pages it prints", () => {
    const stack = " skb_page_frag_refill+0x68/0xf0\n tcp_sendmsg+0x29/0xa0\n";
    const older = `849698 times:\nPage allocated via order 3, mask 0x4052c0(GFP_NOWAIT)\n${stack}`;
    const newer = `10 times, 80 pages:\nPage allocated via order 3, mask 0x1(GFP_NOWAIT)\n${stack}`;
    expect(parsePageOwner(older, PAGE).value).toMatchObject([
      { bytes: 849_698 * 8 * PAGE, calls: 849_698 },
    ]);
    expect(parsePageOwner(newer, PAGE).value).toMatchObject([{ bytes: 80 * PAGE, calls: 10 }]);
  });

  it("culled, names the task and the allocator", () => {
    const { value } = parsePageOwner(
      "5 times, 5 pages, PID 9, task_comm_name: kworker/0:1, allocated by SLAB:\n foo+0x1/0x2\n",
      PAGE,
    );
    expect(value).toMatchObject([
      { bytes: 5 * PAGE, pages: "slab", task: { pid: 9, comm: "kworker/0" } },
    ]);
  });

  it("without a stack is refused", () => {
    expect(() => parsePageOwner("Page allocated via order 3, mask 0x1\n", PAGE)).toThrow(
      ParseError,
    );
  });
});

describe("page_owner_stacks", () => {
  it("counts base pages, whatever the order", () => {
    const { value, skipped } = parsePageOwnerStacks(
      " a+0x1/0x2\n b+0x1/0x2 [m]\nnr_base_pages: 4\n\n c+0x1/0x2\nstack_count: 2\nhandle: 77\n",
      PAGE,
    );
    expect(value.map(({ bytes, frames }) => [bytes, frames.length])).toEqual([
      [4 * PAGE, 2],
      [2 * PAGE, 1],
    ]);
    expect(skipped).toEqual([]);
  });
});

describe("memleak of bcc and libbpf-tools", () => {
  const table = (bytes: number) =>
    `[11:16:33] Top 10 stacks with outstanding allocations:\n\t${bytes} bytes in 4 allocations from stack\n\t\tskb_page_frag_refill+0x68 [kernel]\n\t\tice_rx+0x1 [ice]\n`;

  it("prints its table again and again: the last one holds", () => {
    const { value, skipped } = parseBccMemleak(`${table(4_096)}${table(8_192)}`);
    expect(value).toMatchObject([
      { bytes: 8_192, calls: 4, frames: [{ func: "skb_page_frag_refill" }, { module: "ice" }] },
    ]);
    expect(skipped).toEqual([]);
  });

  it("of libbpf numbers its frames and prints addresses", () => {
    const { value } = parseBccMemleak(
      "96 bytes in 2 allocations from stack\n\t0 [<ffffffff8f4a2b1c>] __kmalloc+0x1c\n\t1 [<ffffffffc0a01234>] foo+0x34 [bar]\n",
    );
    expect(value[0]?.frames).toEqual([{ func: "__kmalloc" }, { func: "foo", module: "bar" }]);
  });
});

describe("kmemleak", () => {
  it("sums objects by stack", () => {
    const one =
      'unreferenced object 0xffff888003a4d800 (size 1024):\n  comm "insmod", pid 77, jiffies 4294 (age 3.1s)\n  hex dump (first 32 bytes):\n    00 00 00 00 6b 6b 6b 6b\n  backtrace:\n    [<00000000cc0ea3e8>] kmalloc_trace+0x2a/0xe0\n    [<000000006f2a9e3f>] leak_init+0x10/0x100 [leaky]\n';
    const { value, skipped } = parseKmemleak(one + one);
    expect(value).toMatchObject([{ bytes: 2_048, calls: 2, pages: "slab", task: { pid: 77 } }]);
    expect(skipped).toEqual([]);
  });
});

describe("perf script", () => {
  const alloc = (pfn: string, order: number) =>
    `nginx  1207 [001]   12.345678: kmem:mm_page_alloc: page=0xffff pfn=${pfn} order=${order} migratetype=0 gfp_flags=GFP_KERNEL\n\tffffffff811a2b3c __alloc_pages+0x1 ([kernel.kallsyms])\n\tffffffffc0123456 rx_refill+0x2 (/lib/modules/6.1/kernel/drivers/net/ice.ko.xz)\n\n`;
  const free = (pfn: string) =>
    `swapper     0 [000]   13.000000: kmem:mm_page_free: page=0xffff pfn=${pfn} order=3\n\tffffffff811a0000 free_unref_page+0x1 ([kernel.kallsyms])\n\n`;

  it("keeps what was not freed, and says how much was allocated in all", () => {
    const { value, skipped } = parsePerfKmem(
      alloc("0x10", 3) + alloc("0x20", 3) + free("0x10"),
      PAGE,
    );
    expect(value).toMatchObject([
      { bytes: 8 * PAGE, calls: 1, allocated: { bytes: 16 * PAGE, calls: 2 }, order: 3 },
    ]);
    expect(value[0]?.frames[1]).toEqual({ func: "rx_refill", module: "ice" });
    expect(skipped).toEqual([]);
  });

  it("takes a frame that is allocated again for freed", () => {
    expect(parsePerfKmem(alloc("0x10", 0) + alloc("0x10", 0), PAGE).value).toMatchObject([
      { calls: 1, allocated: { calls: 2 } },
    ]);
  });
});

describe("sysak memleak", () => {
  const record =
    "nginx:1207  receive_mergeable+0x12/0x340 [virtio_net]  ptr=0xffffea0004 order 3 ts_delta=12\n__alloc_pages+0x1/0x2\nskb_page_frag_refill+0x1/0x2\nreceive_mergeable+0x12/0x340 [virtio_net]\n\n";

  it("is recomputed from the orders of its records, not from its doubled summary", () => {
    const { value, skipped } = parseSysakMemleak(
      `wait for 600 seconds\n未释放内存详细列表:\n${record}${record}未释放内存汇总:\n次数    总大小       函数\n2  128K  receive_mergeable+0x12/0x340 [virtio_net]\n`,
      PAGE,
    );
    expect(value).toMatchObject([{ bytes: 2 * 8 * PAGE, calls: 2, order: 3 }]);
    expect(value[0]?.frames.map(({ func }) => func)).toEqual([
      "__alloc_pages",
      "skb_page_frag_refill",
      "receive_mergeable",
    ]);
    expect(skipped).toEqual([]);
  });

  it("with its summary alone is halved: 4919 × 64 KiB are 153.7 MiB", () => {
    const { value } = parseSysakMemleak("4919    314816K       receive_mergeable\n", PAGE);
    expect(value).toMatchObject([{ bytes: 4_919 * 8 * PAGE, calls: 4_919 }]);
  });

  it("of slab gives the cache's size to the suspect function", () => {
    const { value } = parseSysakMemleak(
      "泄漏slab 基本信息:\nslab: kmalloc-512 总大小: 1048576\n疑似泄漏object: 0xffff 相似object数量: 12\n疑似泄漏函数: foo_alloc+0x1/0x2\n",
      PAGE,
    );
    expect(value).toMatchObject([
      {
        bytes: 1_048_576,
        pages: "slab",
        slabCache: "kmalloc-512",
        frames: [{ func: "foo_alloc" }],
      },
    ]);
  });

  it("of vmalloc groups by caller", () => {
    expect(
      parseSysakMemleak("VMALLOC 未释放函数汇总:\n3   12MB    foo+0x1/0x2 [bar]\n", PAGE).value,
    ).toMatchObject([{ bytes: 12 * 1024 * 1024, calls: 3, pages: "vmalloc" }]);
  });
});

describe("bpftrace", () => {
  it("maps of stacks are bytes, pages or calls by their name", () => {
    const map = (name: string) =>
      `@${name}[\n    __alloc_pages+1\n    tcp_sendmsg_locked+756\n, nginx]: 8\n`;
    const bytes = (name: string) => parseBpftrace(map(name), PAGE).value[0]?.bytes;
    expect([bytes("bytes"), bytes("pages"), bytes("stacks")]).toEqual([8, 8 * PAGE, 8 * PAGE]);
    expect(parseBpftrace(map("bytes"), PAGE).value[0]?.task).toEqual({ comm: "nginx" });
  });

  it("as JSON, and as stats", () => {
    const json = JSON.stringify({
      type: "map",
      data: { "@bytes": { "\n        a+1\n        b+2\n,nginx": 4_096 } },
    });
    const { value, skipped } = parseBpftrace(
      `Attaching 2 probes...\n${json}\n@size[\n    c+1\n]: count 5, average 4096, total 20480\n`,
      PAGE,
    );
    expect(value.map(({ bytes, calls }) => [bytes, calls])).toEqual([
      [20_480, 5],
      [4_096, 1],
    ]);
    expect(skipped).toEqual([]);
  });
});
