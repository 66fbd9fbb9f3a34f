import { quote } from "../evidence";
import type { KernelModule } from "../parse/modules";
import type { Holder } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";

/** P proprietary, O out of tree, E unsigned, C staging: not of the kernel's own tree. Source: kernel/panic.c taint_flags. */
const FOREIGN = /[POEC]/;
const NAMED = 5;

/** Loaded modules that are not of the kernel's own tree, each able to hold up to `upper` bytes. */
export function foreignModules(snapshot: Snapshot, upper: Bytes): readonly Holder[] {
  const source = snapshot.modules;
  if (!source) return [];
  return source.value
    .filter(({ taint }) => taint !== undefined && FOREIGN.test(taint))
    .slice(0, NAMED)
    .map((module) => ({
      kind: "module",
      name: module.name,
      bytes: { lower: 0, upper },
      evidence: [
        quote(
          snapshot,
          { file: source.file, line: module.line },
          { text: `module ${module.name} (${module.taint})`, value: module.size, unit: "bytes" },
        ),
      ],
    }));
}

/** The first loaded module with one of these names. */
export function loadedModule(
  snapshot: Snapshot,
  names: readonly string[],
): (KernelModule & { readonly file: string }) | undefined {
  const source = snapshot.modules;
  const found = source?.value.find(({ name }) => names.includes(name));
  return source && found ? { ...found, file: source.file } : undefined;
}
