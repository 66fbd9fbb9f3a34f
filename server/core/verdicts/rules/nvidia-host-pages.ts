import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import { type Bytes, MIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import { loadedModule } from "../foreign-modules";
import type { Found, Rule } from "../rule";
import { siteEvidence, siteHolders, sitesOf } from "../site-set";

const MODULES = ["nvidia", "nvidia_uvm"];
/** Of RAM: what hosts with busy cards hold for them without anything being wrong. */
const USUAL_SHARE = 0.1;
const WORTH_A_WORD = 256 * MIB;

/**
 * System memory that the NVIDIA driver takes for its cards (pinned buffers, managed memory): straight from the page allocator, in no counter. Call
 * sites give the amount; with the module alone it is a bound, up to a tenth of RAM, and no leak.
 */
export const nvidiaHostPages: Rule = {
  id: "nvidia-host-pages",
  title: "Host memory of NVIDIA cards",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    const sites = sitesOf(
      diagnosis.snapshot,
      "allocpage",
      ({ subsystem, module }) => subsystem === "NVIDIA driver" || MODULES.includes(module ?? ""),
    );
    if (sites && sites.bytes > WORTH_A_WORD) {
      const range = { lower: sites.bytes, upper: sites.bytes };
      return found(range, siteEvidence(sites), siteHolders(sites), 1);
    }
    return fromModule(diagnosis, rest("allocpage"));
  },
};

function fromModule(diagnosis: Diagnosis, rest: Bytes): Found | undefined {
  const { snapshot, memTotal } = diagnosis;
  const module = loadedModule(snapshot, MODULES);
  const upper = Math.min(rest, (memTotal ?? 0) * USUAL_SHARE);
  if (!module || upper < WORTH_A_WORD) return undefined;
  const what = { text: `module ${module.name}`, value: module.size, unit: "bytes" } as const;
  const evidence = quote(snapshot, { file: module.file, line: module.line }, what);
  const bytes = { lower: 0, upper };
  const holder = { kind: "module" as const, name: module.name, bytes, evidence: [evidence] };
  return found(bytes, [evidence], [holder], 0.5);
}

function found(
  bytes: Found["finding"]["bytes"],
  evidence: Found["finding"]["evidence"],
  holders: Found["finding"]["holders"],
  certainty: number,
): Found {
  return {
    status: "healthy",
    headline: `Up to ${formatBytes(bytes.upper)} are host memory of NVIDIA cards`,
    confirm: [
      {
        command: "nvidia-smi; nvidia-smi --query-compute-apps=pid,name,used_memory --format=csv",
        proves: "Which programs use the cards; their host buffers go when they end.",
        risk: "Reads only.",
        root: false,
      },
    ],
    finding: {
      severity: "info",
      ...confidenceOf([
        {
          factor: certainty,
          why: "the driver is loaded; how much it holds is not printed anywhere",
        },
      ]),
      bytes,
      holders,
      evidence,
      fix: "Nothing, while the programs on the cards need it. A driver that keeps pages after they ended needs an update.",
      fixRisk: "A driver update stops every program on the cards.",
    },
  };
}
