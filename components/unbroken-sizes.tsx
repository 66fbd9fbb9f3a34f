import { Fragment } from "react";

// Bounded, so that a long run of digits costs no more than its length.
const SIZE = /((?:[<+−±] ?)?\d[\d.,]{0,24}(?:–\d[\d.,]{0,24})? (?:B|[KMGTP]iB|%)(?!\w))/u;

/**
 * A text in which no line breaks between a number and its unit. The text itself keeps plain spaces, so that
 * it is found, copied and read aloud as it is written.
 */
export function UnbrokenSizes({ text }: { readonly text: string }) {
  return splitAtSizes(text).map(({ at, part, isSize }) =>
    isSize ? (
      <span key={at} className="whitespace-nowrap">
        {part}
      </span>
    ) : (
      <Fragment key={at}>{part}</Fragment>
    ),
  );
}

interface TextPart {
  readonly at: number;
  readonly part: string;
  readonly isSize: boolean;
}

/** "holds 2.60 GiB of it" → "holds ", "2.60 GiB", " of it": every second part of the split is a size. */
export function splitAtSizes(text: string): TextPart[] {
  return text
    .split(SIZE)
    .map((part, at) => ({ at, part, isSize: at % 2 === 1 }))
    .filter(({ part }) => part !== "");
}
