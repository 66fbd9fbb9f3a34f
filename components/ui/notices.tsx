import { Info } from "lucide-react";

/** What the page could not do as asked, said once and visibly. */
export function Notices({ notices }: { readonly notices: readonly string[] }) {
  return (
    <div role="status" className={notices.length > 0 ? "mb-4 border-y py-2" : ""}>
      {notices.map((notice) => (
        <p key={notice} className="flex items-baseline gap-2 text-13 text-muted">
          <Info aria-hidden className="size-3.5 shrink-0 translate-y-0.5" />
          {notice}
        </p>
      ))}
    </div>
  );
}
