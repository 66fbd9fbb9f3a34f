"use client";

import { ApiProvider, useApiClient } from "@/app/api-provider";
import { ShareDialog } from "@/components/share/share-dialog";

/** Share dialog of one snapshot, connected to the API. */
export function ShareButton({ id }: { readonly id: string }) {
  return (
    <ApiProvider>
      <ConnectedDialog id={id} />
    </ApiProvider>
  );
}

function ConnectedDialog({ id }: { readonly id: string }) {
  const { diagnoses } = useApiClient();
  return (
    <ShareDialog
      loadPreview={(reveal) => diagnoses.preview.query({ id, reveal })}
      loadLinks={async () => (await diagnoses.list.query({ id })).diagnoses}
      createLink={(choice) => diagnoses.share.mutate({ id, ...choice })}
      revokeLink={async (handle) => {
        await diagnoses.revoke.mutate({ handle });
      }}
    />
  );
}
