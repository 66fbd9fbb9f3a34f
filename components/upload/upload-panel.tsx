"use client";

import { FileUp } from "lucide-react";
import { type ReactNode, useEffect, useEffectEvent, useId } from "react";
import type { Dropped } from "./dropped-files";
import { readDropped } from "./dropped-files";
import { UploadEntry } from "./upload-entry";
import { isActive, type UploadQueue } from "./upload-queue";
import { WindowDrop } from "./window-drop";

interface UploadPanelProps {
  readonly queue: UploadQueue;
  readonly onFiles: (dropped: Dropped) => void;
  readonly onText: (text: string) => void;
  readonly onCancel: (id: string) => void;
  readonly onRetry: (id: string) => void;
  readonly onRemove: (id: string) => void;
  /** What one should know before sending. */
  readonly children: ReactNode;
}

/** Drop, pick or paste; below it what became of each input. */
export function UploadPanel(props: UploadPanelProps) {
  const { queue, onFiles, onText, children, ...actions } = props;
  usePaste(onFiles, onText);
  return (
    <>
      <WindowDrop onDrop={onFiles} />
      <FilePicker onFiles={onFiles} />
      <div className="mt-6">{children}</div>
      <p role="status" className="sr-only">
        {announce(queue)}
      </p>
      {queue.length > 0 ? (
        <section aria-labelledby="uploads-title" className="mt-8">
          <h2 id="uploads-title" className="mb-2 font-semibold text-16">
            Your files
          </h2>
          <ul className="divide-y border-y">
            {queue.map((item) => (
              <UploadEntry key={item.id} item={item} {...actions} />
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}

function FilePicker({ onFiles }: Pick<UploadPanelProps, "onFiles">) {
  const id = useId();
  return (
    <div className="flex flex-col items-center gap-3 rounded-control border border-control border-dashed px-4 py-10 text-center">
      <FileUp aria-hidden className="size-6 text-faint" />
      <p className="font-medium text-16">Drop files anywhere on this page</p>
      <p className="text-13 text-muted">or paste the text of meminfo, slabinfo or ss, or</p>
      <label
        htmlFor={id}
        className="inline-flex h-8 cursor-pointer items-center rounded-control border border-accent bg-accent px-3 font-medium text-13 text-on-accent has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2"
      >
        Choose files
        <input
          id={id}
          type="file"
          multiple
          className="sr-only"
          onChange={(event) => {
            onFiles({ files: Array.from(event.target.files ?? []), folders: [] });
            // The same file may be chosen again after a failure.
            event.target.value = "";
          }}
        />
      </label>
    </div>
  );
}

function usePaste(onFiles: UploadPanelProps["onFiles"], onText: (text: string) => void): void {
  const paste = useEffectEvent((event: ClipboardEvent) => {
    const { clipboardData: data, target } = event;
    if (!data || target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)
      return;
    if (data.files.length > 0) return onFiles(readDropped(data));
    const text = data.getData("text/plain");
    if (text.trim()) onText(text);
  });
  useEffect(() => {
    const listener = (event: ClipboardEvent) => paste(event);
    window.addEventListener("paste", listener);
    return () => window.removeEventListener("paste", listener);
  }, []);
}

/** One sentence for screen readers when something begins or ends, not for each percent. */
function announce(queue: UploadQueue): string {
  const current = queue.find(isActive);
  if (current?.state.phase === "sending") return `Sending ${current.name}`;
  if (current) return `Analysing ${current.name}`;
  const last = queue.at(-1);
  if (last?.state.phase === "done")
    return last.state.outcome.snapshots.at(-1)?.headline ?? `${last.name}: nothing found`;
  if (last?.state.phase === "failed") return `${last.name} was not analysed`;
  return "";
}
