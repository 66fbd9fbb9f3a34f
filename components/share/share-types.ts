import type { ApiOutputs } from "@/server/api/api-outputs";
import type { SnapshotReport } from "@/server/core/report";

/** What the sharer leaves readable; all false unless asked for. */
export interface Reveal {
  readonly hostnames: boolean;
  readonly addresses: boolean;
  readonly commands: boolean;
  readonly paths: boolean;
}

export const REVEAL_NOTHING: Reveal = {
  hostnames: false,
  addresses: false,
  commands: false,
  paths: false,
};

export const EXPIRY_DAYS = [1, 7, 30] as const;

export interface ShareChoice {
  readonly expiresInDays: (typeof EXPIRY_DAYS)[number];
  readonly reveal: Reveal;
}

/** A link that was made; its address is told only once, when it is made. */
export type SharedLink = ApiOutputs["diagnoses"]["list"]["diagnoses"][number];

export interface ShareCallbacks {
  readonly loadPreview: (reveal: Reveal) => Promise<SnapshotReport>;
  readonly loadLinks: () => Promise<readonly SharedLink[]>;
  readonly createLink: (
    choice: ShareChoice,
  ) => Promise<{ readonly path: string; readonly expiresAt: string }>;
  readonly revokeLink: (handle: string) => Promise<void>;
}
