import { formatBytes, formatPercent } from "@/server/core/format-bytes";
import type { BandRow } from "./composition-layout";

interface KernelConnectorProps {
  readonly whole: BandRow;
  readonly kernel: BandRow & { readonly start: number };
}

/** The lens between the two bars: which stretch of MemTotal the close-up enlarges. */
export function KernelConnector({ whole, kernel }: KernelConnectorProps) {
  const from = (kernel.start / whole.total) * 100;
  const to = ((kernel.start + kernel.total) / whole.total) * 100;
  return (
    <div className="relative h-8">
      <svg
        aria-hidden="true"
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        className="absolute inset-0 h-full w-full"
      >
        <polygon points={`${from},0 ${to},0 100,100 0,100`} fill="var(--sunken)" />
        <path
          d={`M${from},0 L0,100 M${to},0 L100,100`}
          stroke="var(--rule-strong)"
          fill="none"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <p className="absolute bottom-0 left-1/2 -translate-x-1/2 whitespace-nowrap text-12 text-muted">
        Kernel, close up:{" "}
        <span className="font-semibold text-13 text-ink">{formatBytes(kernel.total)}</span>,{" "}
        {formatPercent(kernel.total, whole.total)} of MemTotal
      </p>
    </div>
  );
}
