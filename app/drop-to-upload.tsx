"use client";

import { useRouter } from "next/navigation";
import { WindowDrop } from "@/components/upload/window-drop";
import { keepForUpload } from "./upload/pending-drop";

/** Files dropped on this page are taken to the upload page and sent there. */
export function DropToUpload() {
  const router = useRouter();
  return (
    <WindowDrop
      onDrop={(dropped) => {
        keepForUpload(dropped);
        router.push("/upload");
      }}
    />
  );
}
