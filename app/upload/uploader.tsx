"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { type ReactNode, useEffect, useEffectEvent } from "react";
import { UploadPanel } from "@/components/upload/upload-panel";
import { findDestination, isActive } from "@/components/upload/upload-queue";
import { takeForUpload } from "./pending-drop";
import { useUploads } from "./use-uploads";

interface UploaderProps {
  readonly maxBytes: number;
  readonly children: ReactNode;
}

/** The upload panel, wired to the server; a single good file leads to its node. */
export function Uploader({ maxBytes, children }: UploaderProps) {
  const router = useRouter();
  const uploads = useUploads(maxBytes);
  const destination = findDestination(uploads.queue);
  const isBusy = uploads.queue.some(isActive);

  const takeDropped = useEffectEvent(() => {
    const dropped = takeForUpload();
    if (dropped) uploads.addFiles(dropped);
  });
  useEffect(() => takeDropped(), []);

  useEffect(() => {
    if (destination !== undefined) router.push(destination as Route);
  }, [destination, router]);

  useEffect(() => {
    if (!isBusy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isBusy]);

  return (
    <UploadPanel
      queue={uploads.queue}
      onFiles={uploads.addFiles}
      onText={uploads.addText}
      onCancel={uploads.cancel}
      onRetry={uploads.retry}
      onRemove={uploads.remove}
    >
      {children}
    </UploadPanel>
  );
}
