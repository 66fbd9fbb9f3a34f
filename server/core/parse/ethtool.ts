import type { Bytes } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, readCount, type TextLine, textLines } from "./text-lines";

/** What one call of ethtool says of a network card, as it is set now. */
export interface NicSettings {
  /** Interface: of the heading, or of the file where the output has none (`-i`). */
  readonly name?: string;
  readonly line: number;
  /** Entries of one receive ring (`-g`). */
  readonly rxEntries?: number;
  /** Size of one receive buffer where the driver prints it, in bytes. */
  readonly rxBuffer?: Bytes;
  /** Pairs of rings, or receive rings alone (`-l`). */
  readonly channels?: number;
  /** `-i` */
  readonly driver?: string;
}

type Draft = { -readonly [K in keyof NicSettings]: NicSettings[K] };

const HEADING = /^(Ring|Channel) parameters for (\S{1,32}):$/;
const CURRENT = /^Current hardware settings:$/;
const FIELD = /^([A-Za-z][A-Za-z -]{0,30}):\s*(\S.{0,120})?$/;
const DRIVER = /^driver:\s*([\w.-]{1,64})$/;
const MOST_CARDS = 1_000;

/**
 * `ethtool -g`, `-l` and `-i` of one or several interfaces: settings in force, not the maximums.
 *
 *     Ring parameters for eth0:
 *     Pre-set maximums:
 *     RX:             4096
 *     Current hardware settings:
 *     RX:             512
 *
 * Counts are entries and channels; "n/a" is absent. Throws ParseError if nothing of it is there.
 *
 * Source: ethtool netlink/rings.c, netlink/channels.c, ethtool.c (dump_drvinfo).
 */
export function parseEthtool(text: string, name?: string): Parsed<readonly NicSettings[]> {
  const value: Draft[] = [];
  const skipped: SkippedLine[] = [];
  const state: State = { value, isCurrent: false };
  for (const line of textLines(text)) {
    const isKnown = line.text.length <= 200 && takes(state, line, name);
    if (!isKnown) noteSkipped(skipped, line);
  }
  const settings = value.filter((each) => Object.keys(each).some((key) => !NAMES.has(key)));
  if (settings.length === 0) throw nothingUsable("ethtool", text);
  return { value: settings, skipped };
}

const NAMES: ReadonlySet<string> = new Set(["name", "line"]);

interface State {
  readonly value: Draft[];
  open?: { readonly nic: Draft; readonly isRing: boolean };
  isCurrent: boolean;
}

function takes(state: State, line: TextLine, name: string | undefined): boolean {
  const [, kind, of] = HEADING.exec(line.text) ?? [];
  if (of !== undefined) return begin(state, { name: of, line: line.number }, kind === "Ring");
  const driver = DRIVER.exec(line.text)?.[1];
  if (driver !== undefined) {
    return begin(state, { ...(name && { name }), line: line.number, driver }, false);
  }
  if (CURRENT.test(line.text)) {
    state.isCurrent = true;
    return true;
  }
  const [, field, word] = FIELD.exec(line.text) ?? [];
  if (field === undefined) return false;
  if (state.open && state.isCurrent) set(state.open, field, readCount(word), line.number);
  return true;
}

function begin(state: State, nic: Draft, isRing: boolean): boolean {
  state.isCurrent = false;
  state.open = { nic, isRing };
  if (state.value.length < MOST_CARDS) state.value.push(nic);
  return true;
}

function set(
  { nic, isRing }: NonNullable<State["open"]>,
  field: string,
  count: number | undefined,
  line: number,
): void {
  if (count === undefined) return;
  if (isRing && field === "RX") Object.assign(nic, { rxEntries: count, line });
  if (isRing && field === "RX Buf Len") nic.rxBuffer = count;
  const isChannel = !isRing && (field === "Combined" || field === "RX");
  if (isChannel) nic.channels = (nic.channels ?? 0) + count;
}
