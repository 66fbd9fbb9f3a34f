import { quote } from "../evidence";
import type { Evidence } from "../report";
import type { Snapshot } from "../snapshot";

/** A count of sockstat ("TCP.orphan", "TCP.tw") with its line; absent when not printed. */
export function sockstatCount(snapshot: Snapshot, name: string): Evidence | undefined {
  const measured = snapshot.sockstat?.value.get(name);
  if (!snapshot.sockstat || !measured) return undefined;
  return quote(
    snapshot,
    { file: snapshot.sockstat.file, line: measured.line },
    { text: `sockstat ${name.replace(".", ": ")}`, value: measured.value, unit: "count" },
  );
}
