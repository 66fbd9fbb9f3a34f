"use client";

import { useEffect, useEffectEvent, useMemo, useReducer, useRef } from "react";
import type { Dropped } from "@/components/upload/dropped-files";
import { runUpload, type UploadServer } from "@/components/upload/run-upload";
import {
  nextUpload,
  reduceUploads,
  type UploadItem,
  type UploadProblem,
  type UploadQueue,
} from "@/components/upload/upload-queue";
import { formatBytes } from "@/server/core/format-bytes";
import { useApiClient } from "../api-provider";

interface Uploads {
  readonly queue: UploadQueue;
  readonly addFiles: (dropped: Dropped) => void;
  readonly addText: (text: string) => void;
  readonly cancel: (id: string) => void;
  readonly retry: (id: string) => void;
  readonly remove: (id: string) => void;
}

type NewItem = Omit<UploadItem, "state">;

/** The uploads of this page: one at a time, until each is done, failed or cancelled. */
export function useUploads(maxBytes: number): Uploads {
  const server = useUploadServer();
  const [queue, dispatch] = useReducer(reduceUploads, []);
  // What is sent, and how to stop it, by upload id. Not state: nothing of it is drawn.
  const contents = useRef(new Map<string, Blob>());
  const aborts = useRef(new Map<string, AbortController>());

  function add(name: string, content: Blob): void {
    const item: NewItem = { id: crypto.randomUUID(), name, size: content.size };
    contents.current.set(item.id, content);
    const problem = refuse(content.size, maxBytes);
    if (problem) dispatch({ type: "rejected", item, problem });
    else dispatch({ type: "added", items: [item] });
  }

  function addFiles({ files, folders }: Dropped): void {
    for (const file of files) add(file.name, file);
    for (const name of folders) {
      const item: NewItem = { id: crypto.randomUUID(), name, size: 0 };
      dispatch({ type: "rejected", item, problem: folderProblem(name) });
    }
  }

  function cancel(id: string): void {
    aborts.current.get(id)?.abort();
    dispatch({ type: "cancelled", id });
    // The server also forgets unfinished uploads by itself: a lost cancel does no harm.
    server.cancel(id).catch(() => undefined);
  }

  function retry(id: string): void {
    const newId = crypto.randomUUID();
    const content = contents.current.get(id);
    if (content) contents.current.set(newId, content);
    dispatch({ type: "retried", id, newId });
  }

  const startNext = useEffectEvent((item: UploadItem | undefined) => {
    const content = item && contents.current.get(item.id);
    if (!item || !content) return;
    const abort = new AbortController();
    aborts.current.set(item.id, abort);
    void runUpload({ item, content, server, signal: abort.signal, dispatch });
  });
  const next = nextUpload(queue);
  useEffect(() => startNext(next), [next]);

  return {
    queue,
    addFiles,
    addText: (text) => add("pasted text", new Blob([text])),
    cancel,
    retry,
    remove: (id) => dispatch({ type: "removed", id }),
  };
}

function useUploadServer(): UploadServer {
  const client = useApiClient();
  return useMemo<UploadServer>(
    () => ({
      sendSlice: ({ chunk, ...rest }, signal) => {
        const form = new FormData();
        for (const [key, value] of Object.entries(rest)) form.set(key, String(value));
        form.set("chunk", chunk);
        return client.uploads.chunk.mutate(form, { signal });
      },
      analyse: (uploadId, signal) => client.uploads.analyse.mutate({ uploadId }, { signal }),
      readProgress: (uploadId, signal) => client.uploads.progress.query({ uploadId }, { signal }),
      cancel: (uploadId) => client.uploads.cancel.mutate({ uploadId }),
    }),
    [client],
  );
}

/** What is known to be refused before a byte is sent. */
function refuse(size: number, maxBytes: number): UploadProblem | undefined {
  if (size === 0) return { message: "The file is empty.", canResume: false, isFinal: true };
  if (size <= maxBytes) return undefined;
  return {
    message: `It is ${formatBytes(size)}; this server takes at most ${formatBytes(maxBytes)}.`,
    advice: "Leave large logs out of the archive: /proc and /sys are enough.",
    canResume: false,
    isFinal: true,
  };
}

function folderProblem(name: string): UploadProblem {
  return {
    message: "This is a folder.",
    advice: `Pack it first: tar czf ${name}.tar.gz ${name}`,
    canResume: false,
    isFinal: true,
  };
}
