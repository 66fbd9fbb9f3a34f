/**
 * Kinds of memory that the generator program (memgen) and this machine can make, and what each must move.
 *
 * @typedef {object} Kind
 * @property {string} name
 * @property {readonly string[]} [args] arguments of memgen; none when `start` makes it another way
 * @property {number} [copies] how many of that program at once
 * @property {() => Promise<Running>} [start]
 * @property {string} bucket one bucket, or several joined by "+"
 * @property {(run: Run) => number} expected in MiB
 * @property {string} [cause]
 * @property {number} [rounds] times as many rounds, for a bucket that everything else on the machine moves too
 * @property {boolean} [persists] stays after the generator ended: measured against the look before
 * @property {() => string | undefined} [whyNot] why this machine cannot
 *
 * @typedef {object} Run
 * @property {number} readyMib what memgen says that it holds
 * @property {(name: "TCP" | "UDP") => number} sockstatMib rise of "mem" in sockstat
 * @property {(cache: string) => number} objectBytes bytes per object of a slab cache, its share of the slab
 *
 * @typedef {object} Running
 * @property {number} bytes
 * @property {() => Promise<void> | void} stop
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmdirSync, statfsSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";

const MIB = 1024 * 1024;

/** @param {number} mib */
const exactly = (mib) => () => mib;
/** @param {Run} run */
const asSaid = (run) => run.readyMib;

/**
 * 24 GiB and more are needed for the sizes below; they are scaled down on a smaller machine, where rules alarm earlier.
 * @param {number} totalMib
 * @returns {readonly Kind[]}
 */
export function kindsFor(totalMib) {
  const scale = Math.min(1, totalMib / 24_000);
  /** @param {number} mib */
  const big = (mib) => Math.max(64, Math.round((mib * scale) / 16) * 16);
  const large = big(2_672);
  const fills = big(1_296);
  /** @param {number} mib @param {number} each */
  const count = (mib, each) => String(Math.max(1, Math.round(mib / each)));
  return [
    ...userKinds(fills),
    ...socketKinds(large, count),
    ...descriptorKinds(large, fills, count),
    ...machineKinds(large, fills),
  ];
}

/** @param {number} fills @returns {readonly Kind[]} */
function userKinds(fills) {
  const shmFree = existsSync("/dev/shm") ? statfsSync("/dev/shm") : undefined;
  const shmMib = shmFree ? (shmFree.bavail * shmFree.bsize) / MIB : 0;
  return [
    { name: "anon", args: ["anon", "256"], bucket: "anon", expected: exactly(256), rounds: 3 },
    { name: "thp", args: ["thp", "256"], bucket: "anon", expected: exactly(256), rounds: 3 },
    { name: "mlock", args: ["mlock", "256"], bucket: "anon", expected: exactly(256), rounds: 3 },
    {
      name: "memfd",
      args: ["memfd", String(fills)],
      bucket: "shmem",
      expected: exactly(fills),
      cause: "deleted-tmpfs-or-memfd",
    },
    {
      name: "memfd, mapped",
      args: ["memfd", "256", "1"],
      bucket: "shmem",
      expected: exactly(256),
    },
    {
      name: "deleted tmpfs file",
      args: ["deltmpfs", String(fills), "/dev/shm"],
      bucket: "shmem",
      expected: exactly(fills),
      cause: "deleted-tmpfs-or-memfd",
      whyNot: () => (shmMib < fills ? `/dev/shm has ${Math.round(shmMib)} MiB` : undefined),
    },
    {
      name: "SysV shm, nattch 0",
      args: ["sysv", String(fills)],
      bucket: "shmem",
      expected: exactly(fills),
      cause: "sysv-shm-orphan",
    },
    {
      name: "page cache",
      args: ["pagecache", "256", "/tmp/memgen.pc"],
      bucket: "fileCache",
      expected: exactly(256),
    },
    { name: "memfd_secret", args: ["secret", "128"], bucket: "fileCache", expected: exactly(128) },
    {
      name: "page tables",
      args: ["pagetable", String(fills)],
      bucket: "pageTables",
      expected: (run) => run.readyMib * (256.5 / 256),
      cause: "page-tables",
    },
    {
      name: "threads",
      args: ["threads", "4000"],
      bucket: "kernelStack",
      expected: asSaid,
    },
  ];
}

/**
 * @param {number} large
 * @param {(mib: number, each: number) => string} count
 * @returns {readonly Kind[]}
 */
function socketKinds(large, count) {
  return [
    {
      name: "TCP unread, 64 KiB writes",
      args: ["tcp", count(large, 35), "65536", "16777216"],
      bucket: "allocpage+slabUnreclaimable",
      expected: ({ sockstatMib }) => sockstatMib("TCP") * (150.6 / 150.1),
      cause: "socket-queue-pins-pages",
    },
    {
      name: "TCP unread, 100 B writes",
      args: ["tcp", "4", "100", "16777216"],
      bucket: "slabUnreclaimable+allocpage",
      expected: ({ sockstatMib }) => sockstatMib("TCP") * (152.6 / 142.4),
    },
    {
      name: "TCP unread, 100 B, collapsed",
      args: ["tcp", count(large, 80), "100", "67108864"],
      bucket: "slabUnreclaimable+allocpage",
      // 1.02 and 1.04 measured: the more is collapsed, the more heads there are.
      expected: ({ sockstatMib }) => sockstatMib("TCP") * 1.03,
      cause: "socket-queue-collapsed",
    },
    {
      name: "fragment pins, 10 B",
      args: ["fragpin", String(large * 32), "10", "1"],
      bucket: "allocpage",
      expected: exactly(large),
      cause: "socket-queue-pins-pages",
    },
    {
      name: "fragment pins, 8 sockets",
      args: ["fragpin", "16384", "10", "8"],
      bucket: "allocpage",
      expected: exactly(512),
    },
    {
      name: "UDP unread, 100 B",
      args: ["udp", "16", "100", "8388608"],
      bucket: "slabUnreclaimable",
      expected: ({ sockstatMib }) => sockstatMib("UDP") * (258.9 / 254.5),
    },
    {
      name: "UDP unread, 1400 B",
      args: ["udp", count(large, 32), "1400", "16777216"],
      bucket: "slabUnreclaimable",
      expected: ({ sockstatMib }) => sockstatMib("UDP") * (255.6 / 254.5),
      cause: "udp-unread",
    },
    {
      name: "UDP unread, 60000 B",
      args: ["udp", count(large, 32), "60000", "16777216"],
      bucket: "allocpage",
      expected: ({ sockstatMib }) => sockstatMib("UDP") * (252.1 / 254.5),
      cause: "udp-unread",
    },
    {
      name: "unix stream, 64 KiB",
      args: ["unix", count(large, 32), "65536", "16777216"],
      bucket: "allocpage+slabUnreclaimable",
      expected: (run) => run.readyMib * (512 / 500.6),
      cause: "unix-unread",
    },
    {
      name: "unix datagrams, 100 B",
      args: ["unixdg", count(large, 32), "100", "16777216"],
      bucket: "slabUnreclaimable",
      expected: (run) => run.readyMib * (522.5 / 67),
      cause: "unix-unread",
    },
  ];
}

/**
 * @param {number} large
 * @param {number} fills
 * @param {(mib: number, each: number) => string} count
 * @returns {readonly Kind[]}
 */
function descriptorKinds(large, fills, count) {
  return [
    {
      name: "pipes",
      args: ["pipes", String(large), "1048576"],
      bucket: "allocpage",
      expected: asSaid,
      cause: "pipe-buffers",
    },
    {
      name: "pipes, 1 B per page",
      args: ["pipes1b", String(large), "1048576"],
      bucket: "allocpage",
      expected: asSaid,
      cause: "pipe-buffers",
    },
    {
      name: "AF_PACKET ring v2",
      args: ["packet", String(large)],
      bucket: "allocpage",
      expected: exactly(large),
      cause: "packet-ring",
    },
    {
      name: "AF_PACKET ring v3",
      args: ["packet3", String(large)],
      bucket: "allocpage",
      expected: exactly(large),
      cause: "packet-ring",
    },
    {
      name: "io_uring rings",
      args: ["uring", count(large, 4), "32768"],
      bucket: "allocpage",
      expected: exactly(Number(count(large, 4)) * 4),
      cause: "io-uring-rings",
    },
    {
      name: "io_uring fixed buffers",
      // One registered buffer has at most 1 GiB.
      args: ["uringbuf", String(Math.min(1024, fills))],
      bucket: "anon",
      expected: asSaid,
      rounds: 3,
      cause: "pinned-user-pages",
    },
    {
      name: "perf rings",
      args: ["perf", String(large)],
      bucket: "allocpage",
      expected: exactly(large),
      cause: "perf-or-ftrace-buffers",
    },
    {
      name: "BPF array",
      args: ["bpf", "array", String(large)],
      bucket: "vmalloc",
      expected: (run) => run.readyMib * (256.5 / 256),
      cause: "bpf-maps",
    },
    {
      name: "BPF hash, prealloc",
      args: ["bpf", "hash", String(large)],
      bucket: "vmalloc",
      expected: (run) => run.readyMib * (258.5 / 256),
      cause: "bpf-maps",
    },
    {
      name: "BPF hash, no prealloc",
      args: ["bpf", "hashna", "128"],
      bucket: "slabUnreclaimable",
      expected: exactly(128.8),
    },
    {
      name: "BPF percpu array",
      args: ["bpf", "percpu", "64"],
      bucket: "percpu",
      expected: () => 64 * cpus().length * (126.6 / 128),
    },
    {
      name: "BPF ring buffer",
      args: ["bpf", "ringbuf", "2048"],
      bucket: "allocpage",
      expected: exactly(2_048),
      cause: "bpf-ringbuf",
    },
    {
      name: "open files",
      // As many processes as it takes where a limit holds each at 20,000.
      args: ["files", "19900"],
      copies: 60,
      bucket: "slabUnreclaimable",
      expected: ({ readyMib, objectBytes }) =>
        (readyMib / 256) * (objectBytes("filp") + objectBytes("lsm_file_cache")),
      cause: "file-or-watch-leak",
    },
    {
      name: "SysV messages",
      args: ["msg", "64"],
      copies: 7,
      bucket: "slabUnreclaimable",
      expected: (run) => run.readyMib * (65.1 / 64),
      cause: "ipc-or-timer-leak",
    },
    {
      name: "negative dentries",
      args: ["negdentry", "500000", "FRESH"],
      bucket: "slabReclaimable",
      expected: exactly(96.2),
      persists: true,
    },
  ];
}

/** Kinds that settings of the machine make; each is put back. @param {number} large @param {number} fills @returns {readonly Kind[]} */
function machineKinds(large, fills) {
  return [
    {
      name: "huge pages, reserved",
      start: () => reserveHugepages(fills),
      bucket: "hugetlb",
      expected: exactly(fills),
      cause: "hugetlb-unused",
      whyNot: () => missing("/proc/sys/vm/nr_hugepages"),
    },
    {
      name: "tracer",
      start: () => growTracer(large),
      bucket: "allocpage",
      expected: (run) => run.readyMib * (125.9 / 128),
      cause: "perf-or-ftrace-buffers",
      whyNot: () => missing("/sys/kernel/tracing"),
    },
    {
      name: "zram, random data",
      start: fillZram,
      bucket: "zpool",
      expected: exactly(256),
      whyNot: () => missing("/sys/class/zram-control/hot_add"),
    },
    {
      name: "1000 memory cgroups",
      start: makeCgroups,
      bucket: "slabUnreclaimable+percpu",
      expected: exactly(18.4),
      whyNot: () => missing("/sys/fs/cgroup/memory"),
    },
  ];
}

/** @param {string} path */
function missing(path) {
  return existsSync(path) ? undefined : `no ${path}`;
}

/** @param {number} mib @returns {Promise<Running>} */
async function reserveHugepages(mib) {
  const setting = "/proc/sys/vm/nr_hugepages";
  const before = readFileSync(setting, "utf8");
  writeFileSync(setting, String(Number(before) + mib / 2));
  return { bytes: mib * MIB, stop: () => writeFileSync(setting, before) };
}

/** An instance of its own. @param {number} mib @returns {Promise<Running>} */
async function growTracer(mib) {
  // Where the collector looks for it.
  const at = "/sys/kernel/tracing";
  const isMounted = existsSync(join(at, "instances"));
  if (!isMounted) execFileSync("mount", ["-t", "tracefs", "tracefs", at]);
  const instance = join(at, "instances", `memledger.${process.pid}`);
  mkdirSync(instance);
  writeFileSync(join(instance, "buffer_size_kb"), String(Math.round((mib * 1024) / cpus().length)));
  return {
    bytes: mib * MIB,
    stop: () => {
      rmdirSync(instance);
      if (!isMounted) execFileSync("umount", [at]);
    },
  };
}

/** @returns {Promise<Running>} */
async function fillZram() {
  const id = readFileSync("/sys/class/zram-control/hot_add", "utf8").trim();
  writeFileSync(`/sys/block/zram${id}/disksize`, String(512 * MIB));
  execFileSync("dd", ["if=/dev/urandom", `of=/dev/zram${id}`, "bs=1M", "count=256", "status=none"]);
  return {
    bytes: 256 * MIB,
    stop: () => {
      writeFileSync(`/sys/block/zram${id}/reset`, "1");
      writeFileSync("/sys/class/zram-control/hot_remove", id);
    },
  };
}

/** @returns {Promise<Running>} */
async function makeCgroups() {
  const top = `/sys/fs/cgroup/memory/memledger.${process.pid}`;
  mkdirSync(top);
  const folders = Array.from({ length: 1000 }, (_, at) => join(top, String(at)));
  for (const folder of folders) mkdirSync(folder);
  return {
    bytes: 0,
    stop: () => {
      for (const folder of folders) rmdirSync(folder);
      rmdirSync(top);
    },
  };
}
