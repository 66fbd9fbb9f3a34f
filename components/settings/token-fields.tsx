"use client";

import { useId } from "react";

const DAYS = [
  [30, "30 days"],
  [90, "90 days"],
  [365, "1 year"],
  [730, "2 years"],
] as const;

const FIELD = "mt-1 block h-8 w-full rounded-control border border-control bg-paper px-2 text-13";

/** What a token is asked for with. */
export function TokenFields() {
  const ids = { name: useId(), nodes: useId(), nodesNote: useId() };
  return (
    <div className="flex flex-col gap-4">
      <div>
        <label htmlFor={ids.name} className="font-medium text-13">
          Name
        </label>
        <input
          id={ids.name}
          name="name"
          required
          maxLength={100}
          autoComplete="off"
          placeholder="web servers in Frankfurt"
          className={FIELD}
        />
      </div>
      <fieldset>
        <legend className="font-medium text-13">It may</legend>
        {(
          [
            ["push", "Push samples, every 30 seconds or so"],
            ["snapshots", "Upload whole snapshots"],
          ] as const
        ).map(([name, label]) => (
          <label key={name} className="flex min-h-6 items-center gap-2 text-13">
            <input type="checkbox" name={name} defaultChecked className="size-4 accent-accent" />
            {label}
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend className="font-medium text-13">Good for</legend>
        <div className="flex flex-wrap gap-x-5">
          {DAYS.map(([days, label]) => (
            <label key={days} className="flex min-h-6 items-center gap-2 text-13">
              <input
                type="radio"
                name="days"
                value={days}
                defaultChecked={days === 365}
                className="size-4 accent-accent"
              />
              {label}
            </label>
          ))}
        </div>
      </fieldset>
      <div>
        <label htmlFor={ids.nodes} className="font-medium text-13">
          Only for nodes named <span className="font-normal text-muted">(optional)</span>
        </label>
        <input
          id={ids.nodes}
          name="nodes"
          maxLength={253}
          autoComplete="off"
          spellCheck={false}
          aria-describedby={ids.nodesNote}
          placeholder="web-*"
          className={`${FIELD} font-mono`}
        />
        <p id={ids.nodesNote} className="mt-1 text-12 text-muted">
          A star stands for any characters. Data that names another node is refused.
        </p>
      </div>
    </div>
  );
}
