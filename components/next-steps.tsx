import { ShieldAlert } from "lucide-react";
import type { NextStep } from "@/server/core/report";
import { keyed } from "./keyed";
import { CommandLine } from "./ui/command-line";

/** Commands that would raise the confidence: what each proves, what it risks, whether it needs root. */
export function NextSteps({ steps }: { readonly steps: readonly NextStep[] }) {
  return (
    <ol className="divide-y">
      {keyed(steps, ({ command }) => command).map(({ key, item: step }) => (
        <li
          key={key}
          className="grid grid-cols-1 items-start gap-x-10 gap-y-2 py-3 first:pt-0 lg:grid-cols-2"
        >
          <CommandLine command={step.command} />
          <div className="min-w-0 text-13">
            <p>{step.proves}</p>
            <p className="mt-1 text-12 text-muted">
              Risk: {step.risk}
              {step.root ? (
                <span className="ml-3 inline-flex items-center gap-1 whitespace-nowrap align-bottom">
                  <ShieldAlert aria-hidden className="size-3.5" />
                  needs root
                </span>
              ) : null}
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}
