import { snapshotPath } from "@/components/raw-href";
import type { QueryParams } from "@/components/url-state";

/** What Next hands to the pages of one snapshot. */
export interface SnapshotPageProps {
  readonly params: Promise<{ readonly node: string; readonly snapshot: string }>;
  readonly searchParams: Promise<QueryParams>;
}

/** Which snapshot a page is about. `base` is the path of its pages. */
export interface SnapshotAddress {
  readonly node: string;
  readonly id: string;
  readonly base: string;
}

export async function readAddress(params: SnapshotPageProps["params"]): Promise<SnapshotAddress> {
  const { node, snapshot } = await params;
  const address = { node: decodeSegment(node), id: decodeSegment(snapshot) };
  return { ...address, base: snapshotPath(address.node, address.id) };
}

/** Next leaves path segments percent-encoded; a segment that is no valid encoding is taken as it is. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
