import { Activity, FileUp, FlaskConical, SquareTerminal } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { buttonClass } from "./ui/button";
import { CommandLine } from "./ui/command-line";

interface FirstRunProps {
  /** Command that collects on a node and sends the result here. */
  readonly collectCommand: string;
  /** Line that installs the agent on a node. */
  readonly agentLine: string;
  /** Button that opens the incident which ships with the project. */
  readonly example: ReactNode;
}

/** What a fresh server shows: three ways in, and an example. */
export function FirstRun({ collectCommand, agentLine, example }: FirstRunProps) {
  return (
    <div className="max-w-prose py-12">
      <h1 className="font-semibold text-28">Where did the memory of your node go?</h1>
      <p className="mt-3 text-16 text-muted">
        Memledger reads a Linux node, once or all the time, accounts for every page of MemTotal, and
        says who holds what is missing. No node has been seen here yet.
      </p>
      <ol className="mt-8 divide-y border-y">
        <Way icon={<FileUp />} title="Drop a file anywhere on this page">
          <p className="mb-3">
            A sosreport, the collector’s archive, a copy of /proc, or single files such as meminfo,
            slabinfo and the output of ss.
          </p>
          <Link href="/upload" className={buttonClass("primary")}>
            Choose files
          </Link>
        </Way>
        <Way icon={<SquareTerminal />} title="Run the collector on a node">
          <p className="mb-3">
            It only reads, needs a POSIX shell, tar and curl, and sends one archive here. The
            address must be one under which the node reaches this server.
          </p>
          <CommandLine command={collectCommand} />
        </Way>
        <Way icon={<Activity />} title="Watch a node with the agent">
          <p className="mb-3">
            It sends a few numbers every half minute, so that growth is seen as it begins. It is the
            same script, at the lowest priority; with --uninstall at its end the line takes all of
            it off again.
          </p>
          <CommandLine command={agentLine} />
        </Way>
        <Way icon={<FlaskConical />} title="Look at a real incident">
          <p className="mb-3">
            A capture that ships with Memledger: gigabytes are gone, and no process shows them.
          </p>
          {example}
        </Way>
      </ol>
    </div>
  );
}

interface WayProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children: ReactNode;
}

function Way({ icon, title, children }: WayProps) {
  return (
    <li className="flex gap-4 py-6">
      <span aria-hidden className="mt-0.5 text-faint [&>svg]:size-5">
        {icon}
      </span>
      <div className="min-w-0 grow text-muted">
        <h2 className="mb-1 font-semibold text-16 text-ink">{title}</h2>
        {children}
      </div>
    </li>
  );
}
