import { ChevronRight } from "lucide-react";
import { type IcicleNode, pathTo } from "./icicle-tree";

interface IcicleBreadcrumbProps {
  readonly focus: IcicleNode;
  readonly onZoom: (key: string) => void;
}

/** Ends of a long way: the first frames and the last ones. */
const ENDS = 3;

/** The way from the top to the frame that fills the picture, each step a way back. */
export function IcicleBreadcrumb({ focus, onZoom }: IcicleBreadcrumbProps) {
  const path = pathTo(focus);
  if (path.length === 1)
    return (
      <p className="mb-2 min-h-6 text-13 text-muted">
        A click on a frame zooms in, Escape out; arrow keys walk.
      </p>
    );
  const isLong = path.length > 2 * ENDS + 1;
  const shown = isLong ? [...path.slice(0, ENDS), undefined, ...path.slice(-ENDS)] : path;
  return (
    <nav aria-label="Zoomed to" className="mb-2 min-h-6">
      <ol className="flex flex-wrap items-center gap-x-1">
        {shown.map((node, index) => (
          <li key={node?.key ?? "gap"} className="flex min-w-0 max-w-full items-center gap-1">
            {index > 0 ? (
              <ChevronRight aria-hidden className="size-3.5 shrink-0 text-faint" />
            ) : null}
            {node ? (
              <Step node={node} isLast={node === focus} onZoom={onZoom} />
            ) : (
              <span className="text-13 text-muted">… {path.length - 2 * ENDS} more …</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

interface StepProps {
  readonly node: IcicleNode;
  readonly isLast: boolean;
  readonly onZoom: (key: string) => void;
}

function Step({ node, isLast, onZoom }: StepProps) {
  if (isLast)
    return (
      <span
        aria-current="location"
        className="max-w-72 truncate font-mono text-12"
        title={node.name}
      >
        {node.name}
      </span>
    );
  return (
    <button
      type="button"
      title={node.name}
      onClick={() => onZoom(node.key)}
      className="link min-h-6 max-w-48 truncate font-mono text-12"
    >
      {node.name}
    </button>
  );
}
