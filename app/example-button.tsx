"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { useApiClient } from "./api-provider";

/** Has the shipped incident analysed and opens it. */
export function ExampleButton() {
  const client = useApiClient();
  const router = useRouter();
  const [state, setState] = useState<"idle" | "busy" | "failed">("idle");

  async function open(): Promise<void> {
    setState("busy");
    try {
      const { snapshots } = await client.uploads.example.mutate();
      const path = snapshots.at(-1)?.path;
      if (path === undefined) return setState("failed");
      router.push(path as Route);
    } catch {
      setState("failed");
    }
  }

  return (
    <>
      <Button onClick={() => void open()} disabled={state === "busy"}>
        {state === "busy" ? "Reading the capture…" : "Open the example incident"}
      </Button>
      <p role="alert" className="mt-2 text-13 text-leaking empty:hidden">
        {state === "failed" ? "The example could not be analysed. Try again." : ""}
      </p>
    </>
  );
}
