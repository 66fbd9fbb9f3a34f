import { parseBpftool } from "../../core/parse/bpftool";
import { parsePidFdinfo } from "../../core/parse/pid-fdinfo";
import { parsePidMaps } from "../../core/parse/pid-maps";
import { parseTraceBufferSize } from "../../core/parse/trace-buffer-size";
import type { Format } from "./format";

/** Kernel memory behind descriptors: rings, maps and buffers that no counter shows. */
export const DESCRIPTOR_FORMATS: readonly Format[] = [
  {
    id: "fdinfo",
    names: ["pids.fdinfo"],
    looksLike: (head) => /^\/proc\/\d+\/fdinfo\/\d+:/m.test(head),
    take: "all",
    enter: (draft, file) => {
      const files = draft.read(file, parsePidFdinfo);
      if (files) draft.lists.fdInfo.push(files);
      return files !== undefined;
    },
  },
  {
    id: "kernel-mappings",
    names: ["pids.maps"],
    looksLike: (head) => /^\/proc\/\d+\/maps:[0-9a-f]+-[0-9a-f]+ /m.test(head),
    take: "all",
    enter: (draft, file) => {
      const mappings = draft.read(file, parsePidMaps);
      if (mappings) draft.lists.kernelMappings.push(mappings);
      return mappings !== undefined;
    },
  },
  {
    id: "bpftool",
    names: ["bpf-map", "bpf-prog"],
    starts: ["bpftool_"],
    except: /_dump_|bpftool_(?:-\w+_)?(?:net|btf|cgroup|feature|link|perf)/,
    looksLike: (head) =>
      /"bytes_(?:memlock|xlated)":\s?\d/.test(head) ||
      /^\d+: [a-z][a-z0-9_]+ (?: name \S+)?[^\n]*\n\s+(?:key \d+B {2}value|xlated \d+B)/m.test(
        head,
      ),
    take: "all",
    mayBeEmpty: true,
    enter: (draft, file) => {
      const objects = draft.read(file, parseBpftool);
      if (objects) draft.lists.bpfObjects.push(objects);
      return objects !== undefined;
    },
  },
  {
    id: "trace-buffers",
    names: ["buffer_total_size_kb"],
    where: /(?:^|\/)tracing\/(?:instances\/[^/]+\/)?buffer_total_size_kb$/,
    take: "all",
    enter: (draft, file) => {
      const size = draft.read(file, parseTraceBufferSize);
      if (size) draft.lists.traceBuffers.push(size);
      return size !== undefined;
    },
  },
];
