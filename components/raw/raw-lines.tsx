import Link from "next/link";
import { rawHref } from "../raw-href";

interface RawLinesProps {
  readonly base: string;
  readonly file: string;
  /** 1-based number of the first line shown. */
  readonly from: number;
  readonly lines: readonly string[];
  /** The line that a number linked to. */
  readonly marked?: number | undefined;
  readonly isWrapped: boolean;
}

/** Lines of a raw file with their numbers; each number is a link to its line. */
export function RawLines({ base, file, from, lines, marked, isWrapped }: RawLinesProps) {
  return (
    // A long line scrolls inside: the region takes the keyboard, so that arrow keys move it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable
    <section tabIndex={0} aria-label={`Lines of ${file}`} className="overflow-x-auto border-y py-2">
      <table className="w-full font-mono text-13 leading-6">
        <tbody>
          {lines.map((text, index) => {
            const line = from + index;
            return (
              <tr
                key={line}
                id={`L${line}`}
                className={`group align-top ${line === marked ? "bg-mark" : ""}`}
                aria-current={line === marked ? "location" : undefined}
              >
                <td className="w-px select-none whitespace-nowrap pr-4 text-right text-faint group-target:text-ink group-aria-[current]:text-ink">
                  <Link
                    href={rawHref(base, file, line)}
                    replace
                    scroll={false}
                    prefetch={false}
                    aria-label={`Line ${line}`}
                    className="inline-block min-w-6 hover:text-accent"
                  >
                    {line}
                  </Link>
                </td>
                <td className={isWrapped ? "whitespace-pre-wrap" : "whitespace-pre"}>{text}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
