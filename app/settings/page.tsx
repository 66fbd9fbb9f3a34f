import type { Metadata } from "next";
import { RetentionTable } from "@/components/settings/retention-table";
import { StorageView } from "@/components/settings/storage-view";
import { TokenTable } from "@/components/settings/token-table";
import { Section } from "@/components/ui/section";
import { api } from "@/server/api/caller";
import { ownOrigin } from "../own-origin";
import { ChangeRetention } from "./change-retention";
import { CreateToken, RevokeToken } from "./token-actions";

export const metadata: Metadata = { title: "Settings" };

const PARTS = [
  ["tokens", "Agent tokens"],
  ["retention", "Retention"],
  ["storage", "Storage"],
] as const;

export default async function SettingsPage() {
  const caller = await api();
  const [{ tokens }, { levels }, storage, origin] = await Promise.all([
    caller.tokens.list(),
    caller.settings.retention(),
    caller.settings.storage(),
    ownOrigin(),
  ]);
  return (
    <div className="mx-auto max-w-page px-4 pt-8 pb-20 sm:px-6">
      <h1 className="font-semibold text-28">Settings</h1>
      <nav aria-label="Parts of the settings" className="mt-2 mb-8">
        <ul className="flex flex-wrap gap-x-6">
          {PARTS.map(([id, title]) => (
            <li key={id}>
              <a href={`#${id}`} className="link inline-flex min-h-6 items-center text-13">
                {title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="space-y-12">
        <Section
          id="tokens"
          title="Agent tokens"
          note="An agent with a token may push and upload from any machine, and can neither read nor change anything."
          actions={<CreateToken server={origin ?? "http://HOST"} />}
        >
          <TokenTable
            tokens={tokens}
            now={Date.now()}
            renderRevoke={({ id, name }) => <RevokeToken id={id} name={name} />}
          />
        </Section>
        <Section
          id="retention"
          title="Retention"
          note="How long data is kept. Old samples live on in the coarser values; what has passed its time is removed for good."
        >
          <RetentionTable
            levels={levels}
            renderChange={(level) => <ChangeRetention level={level} />}
          />
        </Section>
        <Section id="storage" title="Storage">
          <StorageView storage={storage} />
        </Section>
      </div>
    </div>
  );
}
