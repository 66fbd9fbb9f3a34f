import Link from "next/link";
import { formatBytes, formatCount } from "@/server/core/format-bytes";
import { rawHref } from "../raw-href";
import { UnbrokenSizes } from "../unbroken-sizes";

export interface RawFileEntry {
  readonly file: string;
  readonly format?: string | undefined;
  readonly lines: number;
  readonly bytes: number;
}

interface RawFileListProps {
  readonly base: string;
  readonly files: readonly RawFileEntry[];
  /** The file that is open. */
  readonly current?: string | undefined;
}

/** The files of a snapshot with what each was read as. */
export function RawFileList({ base, files, current }: RawFileListProps) {
  return (
    <ul className="divide-y border-y">
      {byName(files).map(({ file, format, lines, bytes }) => (
        <li key={file} className={file === current ? "bg-sunken" : ""}>
          <Link
            href={rawHref(base, file)}
            prefetch={false}
            aria-current={file === current ? "true" : undefined}
            className="group block px-2 py-2"
          >
            <span className="font-mono text-13 group-hover:text-accent group-aria-[current]:font-semibold">
              {file}
            </span>
            <span className="block text-12 text-muted">
              <UnbrokenSizes
                text={[
                  format ?? "not read",
                  `${formatCount(lines)} ${lines === 1 ? "line" : "lines"}`,
                  formatBytes(bytes),
                ].join(" · ")}
              />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function byName(files: readonly RawFileEntry[]): readonly RawFileEntry[] {
  return files.toSorted((a, b) => (a.file < b.file ? -1 : 1));
}
