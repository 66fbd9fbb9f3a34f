import type { Metadata } from "next";
import { ApiProvider } from "@/app/api-provider";
import { UploadTerms } from "@/components/upload/upload-terms";
import { api } from "@/server/api/caller";
import { Uploader } from "./uploader";

export const metadata: Metadata = { title: "Upload" };

export default async function UploadPage() {
  const caller = await api();
  const limits = await caller.uploads.limits();
  return (
    <div className="mx-auto max-w-page px-4 pt-8 pb-16 sm:px-6">
      <h1 className="font-semibold text-28">Upload a snapshot of a node</h1>
      <p className="mt-2 mb-6 max-w-prose text-muted">
        A sosreport, the collector’s archive, a copy of /proc, or single files. What each is, is
        recognised by its content, not by its name.
      </p>
      <ApiProvider>
        <Uploader maxBytes={limits.maxBytes}>
          <UploadTerms limits={limits} />
        </Uploader>
      </ApiProvider>
    </div>
  );
}
