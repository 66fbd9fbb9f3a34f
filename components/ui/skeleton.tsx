/** A grey bar where text will stand. The width is a class, so that it has the final shape. */
function SkeletonBar({ width = "w-24" }: { readonly width?: string }) {
  return <span className={`block h-3 max-w-full rounded-mark bg-rule ${width}`} />;
}

/** Rows of a table that is still being read. */
export function SkeletonRows({ rows, label }: { readonly rows: number; readonly label: string }) {
  return (
    <div role="status" aria-label={label} className="divide-y border-y motion-safe:animate-pulse">
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <div key={row} className="flex h-12 items-center gap-6">
          <SkeletonBar width="w-20" />
          <SkeletonBar width="w-64" />
          <span className="ml-auto">
            <SkeletonBar width="w-24" />
          </span>
        </div>
      ))}
    </div>
  );
}
