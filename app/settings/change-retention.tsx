"use client";

import { useRouter } from "next/navigation";
import { ApiProvider, useApiClient } from "@/app/api-provider";
import { RetentionDialog } from "@/components/settings/retention-dialog";
import type { RetentionLevel } from "@/components/settings/settings-types";

/** The dialog that changes how long a level is kept, connected to the API. */
export function ChangeRetention({ level }: { readonly level: RetentionLevel }) {
  return (
    <ApiProvider>
      <ConnectedDialog level={level} />
    </ApiProvider>
  );
}

function ConnectedDialog({ level }: { readonly level: RetentionLevel }) {
  const { settings } = useApiClient();
  const router = useRouter();
  return (
    <RetentionDialog
      level={level}
      loadPreview={(days) => settings.retentionPreview.query({ level: level.id, days })}
      save={async (days) => {
        await settings.setRetention.mutate({ level: level.id, days });
        router.refresh();
      }}
    />
  );
}
