/** Where a file's machine hangs in the input: "" or a folder that ends in "/". */
interface MachineRoot {
  readonly root: string;
  /** Lies in a folder of a system or a report, not loose. */
  readonly isAnchored: boolean;
}

/** The first of these folders in a path hangs on the root of the machine. */
const ANCHOR =
  /(?:^|\/)(?:proc|sys|sos_commands|sos_strings|insights_commands|netns|t1|t2|etc|var|usr)\//;
/** A must-gather keeps a node's object and what it collected on the node in two places. */
const NODE_OBJECT = /^(.*?)cluster-scoped-resources\/core\/nodes\/([^/]+)\.ya?ml$/;
const NODE_FOLDER = /^(.*?\/)?nodes\/([^/]+)\/(?:sysinfo[^/]*\/)/;
/** An archive of insights-client has the files under data/, and in some versions the commands beside it. */
const INSIGHTS_DATA = /((?:^|\/)insights-[^/]+\/(?:[^/]+\/)?)data\/$/;

export function machineRoot(name: string): MachineRoot {
  const object = NODE_OBJECT.exec(name);
  if (object) return { root: `${object[1]}nodes/${object[2]}/`, isAnchored: false };
  const node = NODE_FOLDER.exec(name);
  if (node) return { root: `${node[1] ?? ""}nodes/${node[2]}/`, isAnchored: true };
  const anchor = ANCHOR.exec(name);
  if (!anchor) return { root: name.slice(0, name.lastIndexOf("/") + 1), isAnchored: false };
  const isFirst = anchor.index === 0 && !name.startsWith("/");
  const root = name.slice(0, isFirst ? 0 : anchor.index + 1);
  return { root: root.replace(INSIGHTS_DATA, "$1"), isAnchored: true };
}

/** A file's path below its machine's root; of files that lie elsewhere the part from the known folder on. */
export function pathInMachine(name: string, root: string): string {
  if (NODE_OBJECT.test(name)) return name.slice(name.indexOf("cluster-scoped-resources/"));
  const node = NODE_FOLDER.exec(name);
  const path = name.slice(node ? node[0].length : root.length);
  const anchor = node || path.startsWith("data/") ? ANCHOR.exec(path) : null;
  return anchor ? path.slice(anchor.index).replace(/^\//, "") : path;
}
