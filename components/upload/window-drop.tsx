"use client";

import { useEffect, useEffectEvent, useRef, useState } from "react";
import { carriesFiles, type Dropped, readDropped } from "./dropped-files";

interface WindowDropProps {
  readonly onDrop: (dropped: Dropped) => void;
}

/** Makes the whole window a drop target; while files hover over it, it says so. */
export function WindowDrop({ onDrop }: WindowDropProps) {
  const [isOver, setIsOver] = useState(false);
  // Every element under the pointer sends enter and leave: only the outermost pair counts.
  const depth = useRef(0);

  const enter = useEffectEvent((event: DragEvent) => {
    if (!carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    depth.current += 1;
    setIsOver(true);
  });
  const leave = useEffectEvent((event: DragEvent) => {
    if (!carriesFiles(event.dataTransfer)) return;
    depth.current = Math.max(0, depth.current - 1);
    if (depth.current === 0) setIsOver(false);
  });
  const over = useEffectEvent((event: DragEvent) => {
    if (carriesFiles(event.dataTransfer)) event.preventDefault();
  });
  const drop = useEffectEvent((event: DragEvent) => {
    if (!event.dataTransfer || !carriesFiles(event.dataTransfer)) return;
    event.preventDefault();
    depth.current = 0;
    setIsOver(false);
    onDrop(readDropped(event.dataTransfer));
  });

  useEffect(() => {
    const abort = new AbortController();
    const options = { signal: abort.signal };
    window.addEventListener("dragenter", (event) => enter(event), options);
    window.addEventListener("dragleave", (event) => leave(event), options);
    window.addEventListener("dragover", (event) => over(event), options);
    window.addEventListener("drop", (event) => drop(event), options);
    return () => abort.abort();
  }, []);

  return (
    <div
      aria-hidden={!isOver}
      className={`pointer-events-none fixed inset-3 z-20 grid place-items-center rounded-control border-2 border-accent border-dashed bg-paper/90 ${isOver ? "" : "hidden"}`}
    >
      <p className="font-semibold text-20">Drop to analyse</p>
    </div>
  );
}
