"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { ApiProvider, useApiClient } from "@/app/api-provider";
import { RemoveDialog } from "@/components/remove/remove-dialog";

interface RemoveUploadProps {
  /** Any snapshot of the upload. */
  readonly id: string;
  readonly label: string;
  readonly look: "button" | "link";
}

/** Removal of the upload that a snapshot came in, connected to the API. */
export function RemoveUpload(props: RemoveUploadProps) {
  return (
    <ApiProvider>
      <ConnectedDialog {...props} />
    </ApiProvider>
  );
}

function ConnectedDialog({ id, label, look }: RemoveUploadProps) {
  const { snapshots } = useApiClient();
  const router = useRouter();

  /** Goes to what is left: the node, or the list of nodes. The page that is shown may be gone. */
  async function remove({ revokeLinks }: { readonly revokeLinks: boolean }): Promise<void> {
    const { path } = await snapshots.remove.mutate({ id, revokeLinks });
    router.push(path as Route);
    router.refresh();
  }

  return (
    <RemoveDialog
      label={label}
      look={look}
      loadPreview={() => snapshots.removalPreview.query({ id })}
      remove={remove}
    />
  );
}
