"use client";

import { useRouter } from "next/navigation";
import { ApiProvider, useApiClient } from "@/app/api-provider";
import { CreateTokenDialog } from "@/components/settings/create-token-dialog";
import { RevokeTokenDialog } from "@/components/settings/revoke-token-dialog";

/** The dialog that makes a token, connected to the API. */
export function CreateToken({ server }: { readonly server: string }) {
  return (
    <ApiProvider>
      <ConnectedCreate server={server} />
    </ApiProvider>
  );
}

function ConnectedCreate({ server }: { readonly server: string }) {
  const { tokens } = useApiClient();
  const router = useRouter();
  return (
    <CreateTokenDialog
      server={server}
      createToken={async (choice) => {
        const made = await tokens.create.mutate(choice);
        router.refresh();
        return made;
      }}
    />
  );
}

interface RevokeTokenProps {
  readonly id: string;
  readonly name: string;
}

/** The dialog that ends a token, connected to the API. */
export function RevokeToken(props: RevokeTokenProps) {
  return (
    <ApiProvider>
      <ConnectedRevoke {...props} />
    </ApiProvider>
  );
}

function ConnectedRevoke({ id, name }: RevokeTokenProps) {
  const { tokens } = useApiClient();
  const router = useRouter();
  return (
    <RevokeTokenDialog
      name={name}
      revoke={async () => {
        await tokens.revoke.mutate({ id });
        router.refresh();
      }}
    />
  );
}
