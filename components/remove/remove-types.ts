import type { ApiOutputs } from "@/server/api/api-outputs";

export type RemovalPreview = ApiOutputs["snapshots"]["removalPreview"];

/** What the dialog needs from the page. */
export interface RemoveCallbacks {
  readonly loadPreview: () => Promise<RemovalPreview>;
  /** Resolves once the upload is gone. */
  readonly remove: (choice: { readonly revokeLinks: boolean }) => Promise<void>;
}
