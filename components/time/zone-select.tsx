import { useId } from "react";

interface ZoneSelectProps {
  readonly zone: string;
  /** The reader's own; undefined until the browser has told. */
  readonly browserZone: string | undefined;
  /** Undefined for the browser's. */
  readonly onZone: (zone: string | undefined) => void;
}

const UTC = "UTC";

/** By whose clock the page shows times. */
export function ZoneSelect({ zone, browserZone, onZone }: ZoneSelectProps) {
  const id = useId();
  const others = Intl.supportedValuesOf("timeZone").filter(
    (name) => name !== UTC && name !== browserZone,
  );
  return (
    <div className="flex flex-wrap items-center gap-2">
      <label htmlFor={id} className="text-13 text-muted">
        Times in
      </label>
      <select
        id={id}
        value={zone}
        onChange={({ target }) => onZone(target.value === browserZone ? undefined : target.value)}
        className="h-8 min-w-0 max-w-full rounded-control border border-control bg-paper px-2 text-13"
      >
        {browserZone === undefined || browserZone === UTC ? null : (
          <option value={browserZone}>{`${browserZone} (this browser)`}</option>
        )}
        <option value={UTC}>UTC</option>
        {others.includes(zone) || zone === UTC || zone === browserZone ? null : (
          <option value={zone}>{zone}</option>
        )}
        {others.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
