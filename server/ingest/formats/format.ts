import type { Draft } from "./draft";

/** One text of the input, ready to be read. */
export interface TextFile {
  /** As the input names it; evidence quotes its lines under this name. */
  readonly name: string;
  /** Below the snapshot's root: "proc/meminfo". Bare files have only their own name. */
  readonly path: string;
  readonly text: string;
  /** The paste that the text is a part of; evidence quotes it. */
  readonly wholeText?: string;
  readonly mtimeMs?: number;
  /** Network namespace the file was taken in, when it is not the collector's own. */
  readonly netns?: string;
  /** For many files read as one: how many. */
  readonly combinedFrom?: number;
}

/** How much of a member is worth holding: logs matter at their end, smaps only for its first mapping. */
export type Keep = "whole" | "tail" | "head";

/**
 * One kind of file: how to know it and where it goes. A new format is one entry in the registry.
 *
 * Names only decide what is taken out of an archive, and which of two possible readings to try first;
 * what a text is, its content says.
 */
export interface Format {
  readonly id: string;
  /** Base names without ".txt" and the like. */
  readonly names: readonly string[];
  /** Base names that begin so: commands with their options ("ss_-peaonmi"). */
  readonly starts?: readonly string[];
  /** The folder and name must fit as well. */
  readonly where?: RegExp;
  /** Never to be taken for this format, whatever the name. */
  readonly except?: RegExp;
  readonly keep?: Keep;
  /** Looks at the first few KiB. Absent for files that only their path can tell. */
  readonly looksLike?: (head: string) => boolean;
  /**
   * best: one file fills the place, the others are named as unused; all: every file adds rows;
   * combined: many small files are read as one text.
   */
  readonly take: "best" | "all" | "combined";
  /** Smaller is better; then the shorter path. */
  readonly rank?: (path: string) => number;
  readonly combine?: (files: readonly TextFile[]) => TextFile;
  /** An empty file is an answer ("no sockets"), not a failure. */
  readonly mayBeEmpty?: boolean;
  /** Puts what the file says into the draft. False when the file held nothing usable. */
  enter(draft: Draft, file: TextFile): boolean;
}

/** Base name without the endings that people add. */
export function stemOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.replace(/(?:\.(?:txt|log|out|text|tailed|largest))+$/, "");
}

/** The name fits the format; says nothing of the content. */
export function isNamedLike(format: Format, path: string, stem: string): boolean {
  const fits =
    format.names.includes(stem) ||
    (format.starts?.some((start) => stem.startsWith(start)) ?? false);
  if (!fits || (format.where && !format.where.test(path))) return false;
  return !format.except?.test(path);
}
