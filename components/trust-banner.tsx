import { CircleHelp, Scale } from "lucide-react";
import type { ReactNode } from "react";
import type { DataQuality, Status } from "@/server/core/report";

interface TrustBannerProps {
  readonly status: Status;
  readonly quality: DataQuality;
}

/** Said before anything else where the numbers cannot carry a verdict. */
export function TrustBanner({ status, quality }: TrustBannerProps) {
  if (status === "inconsistent")
    return (
      <Banner icon={<Scale aria-hidden className="size-4" />}>
        The numbers of this snapshot contradict each other: a container's view of /proc, files of
        different moments, or counters that overlap. The picture shows what was printed; draw no
        conclusion from the remainder.
      </Banner>
    );
  if (status === "insufficient")
    return (
      <Banner icon={<CircleHelp aria-hidden className="size-4" />}>
        There is too little here for a verdict.{" "}
        {quality.missing.slice(0, 3).map(({ file, wouldShow }) => (
          <span key={file}>
            <code className="font-mono text-12">{file}</code> would show {wouldShow}.{" "}
          </span>
        ))}
      </Banner>
    );
  return null;
}

function Banner({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <div
      role="note"
      className="mt-4 flex max-w-[62rem] gap-3 border-unknown border-l-2 bg-sunken px-4 py-3 text-13"
    >
      <span className="mt-0.5 text-unknown">{icon}</span>
      <p>{children}</p>
    </div>
  );
}
