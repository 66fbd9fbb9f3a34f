import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { type KernelModule, parseModules } from "./modules";
import { ParseError } from "./parsed";

const names = (modules: readonly KernelModule[]) => modules.map((module) => module.name).sort();

describe("modules", () => {
  it("/proc/modules and lsmod name the same modules (6.1)", () => {
    const proc = parseModules(readFixture("guest-6.1-virtio-incident/proc/modules"));
    const lsmod = parseModules(readFixture("guest-6.1-virtio-incident/lsmod"));
    expect([proc.skipped, lsmod.skipped]).toEqual([[], []]);
    expect(proc.value).toHaveLength(23);
    expect(names(proc.value)).toEqual(names(lsmod.value));
    expect(proc.value[0]).toEqual({ line: 1, name: "virtio_balloon", size: 24_576 });
  });

  const tainted = "hotsos-k8s-worker-2004/proc/modules";
  it.skipIf(!hasCapture(tainted))("a module from outside the kernel's tree has its letters", () => {
    const { value, skipped } = parseModules(readCapture(tainted));
    expect(skipped).toEqual([]);
    expect(value.find((module) => module.name === "zfs")?.taint).toBe("PO");
    expect(value.filter((module) => module.taint).length).toBeLessThan(10);
  });

  it("a kernel that cannot unload prints - for the count", () => {
    expect(parseModules("zfs 4034560 - - Live 0xffffffffc0a3f000").value[0]?.name).toBe("zfs");
  });

  it("a row of other numbers is not a module", () => {
    const { value, skipped } = parseModules("8021q 40960 0\n1 1 1 1 1 1");
    expect(value.map((module) => module.name)).toEqual(["8021q"]);
    expect(skipped.map((line) => line.line)).toEqual([2]);
  });

  it("a heading alone is a kernel without modules, no text at all is an error", () => {
    expect(parseModules("Module                  Size  Used by").value).toEqual([]);
    expect(() => parseModules("")).toThrow(ParseError);
    expect(() => parseModules("sos_commands/kernel/lsmod")).toThrow(ParseError);
  });

  const good = "zfs 4034560 0 - Live 0xffffffffc0a3f000 (PO)";
  const pick = (modules: readonly KernelModule[]) =>
    modules.map(({ size, taint }) => [size, taint]);
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseModules, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseModules, good, pick }));
  it("10 MB lines take linear time", () => expectLinear({ parse: parseModules, good, pick }));
});
