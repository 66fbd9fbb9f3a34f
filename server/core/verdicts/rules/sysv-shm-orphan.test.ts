import { describe, expect, it } from "vitest";
import { readFixture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { GIB } from "../../units";
import { meminfoText } from "../meminfo-text.test-support";

const HEADING =
  "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap\n";
const segment = (of: { attached: number; gib: number }) =>
  `0 7 1600 ${of.gib * GIB} 4711 4711 ${of.attached} 0 0 0 0 1 1 1 ${of.gib * GIB} 0\n`;
const meminfo = meminfoText({ total: 16, shmem: 3 });

describe("System V segments", () => {
  it("that nobody has attached are held, with the process that created them", () => {
    const { verdict, findings } = reportSnapshot(
      snapshotOf({ meminfo, shm: HEADING + segment({ attached: 0, gib: 2.5 }) }),
    );
    expect(verdict).toMatchObject({ status: "held", bucket: "shmem" });
    expect(findings[0]).toMatchObject({
      id: "sysv-shm-orphan",
      holders: [{ kind: "ipc", name: "shmid 7", pid: 4711 }],
    });
  });

  it("in use by a database are none", () => {
    const { findings } = reportSnapshot(
      snapshotOf({ meminfo, shm: HEADING + segment({ attached: 40, gib: 2.5 }) }),
    );
    expect(findings.map(({ id }) => id)).not.toContain("sysv-shm-orphan");
  });

  it("of a real healthy node are none (6.18)", () => {
    const at = "live-memsnap-incident/proc";
    const { findings } = reportSnapshot(
      snapshotOf({ meminfo: readFixture(`${at}/meminfo`), shm: readFixture(`${at}/sysvipc/shm`) }),
    );
    expect(findings.map(({ id }) => id)).not.toContain("sysv-shm-orphan");
  });
});
