import { parseArcstats } from "../../core/parse/arcstats";
import { parseBalloon } from "../../core/parse/balloon";
import { parseDmaBuf } from "../../core/parse/dma-buf";
import { parseDrmFdinfo } from "../../core/parse/drm-fdinfo";
import { parseEthtool } from "../../core/parse/ethtool";
import { parseDmidecode, parseIomem, parseLsmem } from "../../core/parse/installed-memory";
import { parseKernelCmdline } from "../../core/parse/kernel-cmdline";
import { parseKsm } from "../../core/parse/ksm";
import { parseNvidiaSmi } from "../../core/parse/nvidia-smi";
import type { Parsed } from "../../core/parse/parsed";
import { parseSplSlab } from "../../core/parse/spl-slab";
import { parseSwaps } from "../../core/parse/swaps";
import { parseZram } from "../../core/parse/zram";
import type { Sourced } from "../../core/snapshot";
import type { Draft } from "./draft";
import type { Format, TextFile } from "./format";

/** Reads the text and keeps what it says; the first of two files of a kind stays. */
function reading<T>(
  parse: (text: string, pageSize: number) => Parsed<T>,
  store: (single: Draft["single"], value: Sourced<T>) => void,
): Format["enter"] {
  return (draft, file) => {
    if (file.text === "") return false;
    const value = draft.read(file, (text) => parse(text, draft.pageSize));
    if (value) store(draft.single, value);
    return value !== undefined;
  };
}

/** `ethtool -i` does not print which interface it was asked for: sosreports and our collector put it in the file's name. */
function enterEthtool(draft: Draft, file: TextFile): boolean {
  const name = /ethtool_-i_([\w.-]{1,32})$/.exec(file.path)?.[1];
  const read = draft.read(file, (text) => parseEthtool(text, name));
  if (read) draft.lists.nicSettings.push(read);
  return read !== undefined;
}

/** Single-value files as one text, each line with its path before it, as `grep . FILE…` prints it. */
function joined(files: readonly TextFile[], root: string): TextFile {
  const text = files
    .flatMap((file) => {
      const at = file.path.lastIndexOf(root);
      // A part of a paste names its file in the prompt above it.
      const prefix = at < 0 ? "" : `/${file.path.slice(at)}:`;
      return file.text
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map((line) => prefix + line);
    })
    .join("\n");
  const whole = files.find((file) => file.wholeText !== undefined)?.wholeText;
  if (files.length === 1 && files[0] && whole !== undefined) return files[0];
  const name = `${root}*`;
  return { name, path: name, text, combinedFrom: files.length };
}

/** Only descriptors of graphics cards; a copy of /proc has thousands of others. */
function joinedDrm(files: readonly TextFile[]): TextFile {
  return joined(
    files.filter((file) => file.text.includes("drm-driver")),
    "proc/",
  );
}

/** ZFS, compressed swap, balloons, graphics, the machine's own memory. */
export const HOST_MEMORY_FORMATS: readonly Format[] = [
  {
    id: "arcstats",
    names: ["arcstats"],
    looksLike: (head) =>
      /^(?:size|c_max|c_min|data_size|demand_data_hits|mru_size)\s+4\s+\d+\s*$/m.test(head),
    take: "best",
    enter: reading(parseArcstats, (single, value) => {
      single.arcstats ??= value;
    }),
  },
  {
    id: "spl-slab",
    names: ["slab"],
    where: /(?:^|\/)proc\/spl\/kmem\/slab$/,
    looksLike: (head) =>
      /^name\s+flags\s+size\s+alloc\s+slabsize/m.test(head) ||
      /^(?:zio|abd|arc|spl|zfs)_\w+\s+0x[0-9a-f]{5}\s+(?:\d+|-)\s+\d/m.test(head),
    take: "best",
    enter: reading(parseSplSlab, (single, value) => {
      single.splSlab ??= value;
    }),
  },
  {
    id: "zram",
    names: ["mm_stat", "zramctl"],
    where: /zram\d+\/mm_stat$|(?:^|\/)(?:zramctl|mm_stat)[^/]*$/,
    looksLike: (head) =>
      /zram\d+\/mm_stat\b/.test(head) || /^NAME\s+ALGORITHM\s+DISKSIZE\s/m.test(head),
    take: "combined",
    combine: (files) => joined(files, "sys/block/"),
    enter: reading(parseZram, (single, value) => {
      single.zram ??= value;
    }),
  },
  {
    id: "swaps",
    names: ["swaps"],
    starts: ["swapon_"],
    looksLike: (head) => /^(?:Filename|NAME)\s+(?:Type|TYPE)\s+(?:Size|SIZE)\s+Used/im.test(head),
    take: "best",
    mayBeEmpty: true,
    enter: reading(parseSwaps, (single, value) => {
      single.swaps ??= value;
    }),
  },
  {
    id: "ksm",
    names: [],
    starts: ["pages_", "run", "general_profit", "full_scans", "use_zero_pages"],
    where: /(?:^|\/)sys\/kernel\/mm\/ksm\/[a-z_]+$/,
    looksLike: (head) => /mm\/ksm\/pages_shar(?:ed|ing):\d/.test(head),
    take: "combined",
    combine: (files) => joined(files, "sys/kernel/mm/ksm/"),
    enter: reading(parseKsm, (single, value) => {
      single.ksm ??= value;
    }),
  },
  {
    id: "balloon",
    names: [
      "vmmemctl",
      "hv-balloon",
      "vmware-toolbox-cmd_stat_raw_text_resources",
      "vmware-toolbox-cmd_stat_balloon",
    ],
    looksLike: (head) =>
      /^(?:guest\.mem\.ballooned\s*=|pages_ballooned\s*:|Current allocation:\s+\d+ kB|rateNoSleepAlloc:)/m.test(
        head,
      ) || /^target\s*:\s*\d+ pages\s*\n\s*current\s*:/m.test(head),
    take: "best",
    enter: reading(parseBalloon, (single, value) => {
      single.balloon ??= value;
    }),
  },
  {
    id: "xen-balloon",
    names: ["balloon"],
    where: /(?:^|\/)proc\/xen\/balloon$/,
    take: "best",
    enter: reading(parseBalloon, (single, value) => {
      single.balloon ??= value;
    }),
  },
  {
    id: "dma-buf",
    names: ["bufinfo"],
    looksLike: (head) =>
      /^\s*Dma-buf Objects:/m.test(head) || /^size\s+flags\s+mode\s+count\s+exp_name/m.test(head),
    take: "best",
    enter: reading(parseDmaBuf, (single, value) => {
      single.dmaBuf ??= value;
    }),
  },
  {
    id: "drm-fdinfo",
    names: [],
    starts: [""],
    where: /(?:^|\/)proc\/\d+\/fdinfo\/\d+$/,
    looksLike: (head) => /^(?:\/proc\/\d+\/fdinfo\/\d+:)?drm-driver:\s/m.test(head),
    take: "combined",
    combine: joinedDrm,
    mayBeEmpty: true,
    enter: reading(parseDrmFdinfo, (single, value) => {
      single.drmClients ??= value;
    }),
  },
  {
    id: "nvidia-smi",
    names: ["nvidia-smi"],
    starts: ["nvidia-smi"],
    looksLike: (head) =>
      /^\| NVIDIA-SMI \d|^=+NVSMI LOG=+|^pid, (?:process_)?name, used_|\bmemory\.used \[MiB\]/m.test(
        head,
      ),
    take: "best",
    enter: reading(parseNvidiaSmi, (single, value) => {
      single.nvidia ??= value;
    }),
  },
  {
    id: "ethtool",
    names: ["ethtool"],
    starts: ["ethtool_-g_", "ethtool_-l_", "ethtool_-i_"],
    looksLike: (head) =>
      /^\s*(?:> ?)*(?:Ring|Channel) parameters for \S+:\s*$|^driver: \S+\s*\nversion:/m.test(head),
    take: "all",
    enter: enterEthtool,
  },
  {
    id: "kernel-cmdline",
    names: ["cmdline", "proc_cmdline"],
    where: /(?:^|\/)(?:proc\/cmdline|proc_cmdline)$/,
    looksLike: (head) => /^BOOT_IMAGE=\S/.test(head),
    take: "best",
    enter: reading(parseKernelCmdline, (single, value) => {
      single.kernelCmdline ??= value;
    }),
  },
  {
    id: "dmidecode",
    names: ["dmidecode"],
    starts: ["dmidecode"],
    looksLike: (head) => /^# dmidecode \d|DMI type 17,|^Memory Device\s*$/m.test(head),
    take: "best",
    enter: reading(parseDmidecode, (single, value) => {
      single.installedMemory ??= value;
    }),
  },
  {
    id: "lsmem",
    names: ["lsmem"],
    starts: ["lsmem"],
    looksLike: (head) => /^RANGE\s+SIZE\s+STATE\s|^Total online memory:/m.test(head),
    take: "best",
    enter: reading(parseLsmem, (single, value) => {
      single.installedMemory ??= value;
    }),
  },
  {
    id: "iomem",
    names: ["iomem"],
    looksLike: (head) => /^[0-9a-f]{4,16}-[0-9a-f]{4,16} : (?:System RAM|[Rr]eserved)$/m.test(head),
    take: "best",
    enter: reading(parseIomem, (single, value) => {
      single.installedMemory ??= value;
    }),
  },
];
