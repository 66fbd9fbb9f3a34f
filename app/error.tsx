"use client";

import { usePathname } from "next/navigation";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";

interface ErrorPageProps {
  readonly error: unknown;
  readonly retry: () => void;
}

/** What failed, the id under which the server's log has it, and another try. */
export default function ErrorPage({ error, retry }: ErrorPageProps) {
  const path = usePathname();
  const { message, digest } = describeError(error);
  const details = [`Page: ${path}`, `Error: ${message}`, `Request id: ${digest ?? "none"}`];
  return (
    <div role="alert" className="mx-auto max-w-page px-4 py-16 sm:px-6">
      <h1 className="font-semibold text-28">This page could not be shown</h1>
      <p className="mt-2 max-w-prose text-muted">{message}</p>
      <dl className="mt-4 grid grid-cols-[6rem_minmax(0,1fr)] gap-y-1 text-13">
        <dt className="text-muted">Page</dt>
        <dd className="font-mono">{path}</dd>
        <dt className="text-muted">Request id</dt>
        <dd className="flex items-center gap-2 font-mono">
          {digest ?? "none: it failed in the browser"}
          <CopyButton text={details.join("\n")} what="error details" />
        </dd>
      </dl>
      <p className="mt-6">
        <Button look="primary" onClick={() => retry()}>
          Try again
        </Button>
      </p>
    </div>
  );
}

function describeError(error: unknown): { message: string; digest?: string } {
  if (!(error instanceof Error)) return { message: "Something that is not an error was thrown." };
  const digest = "digest" in error && typeof error.digest === "string" ? error.digest : undefined;
  // In production Next replaces the message of a server error; the server's log has it by its id.
  const message =
    digest === undefined ? error.message : "The server failed while reading the data for it.";
  return digest === undefined ? { message } : { message, digest };
}
