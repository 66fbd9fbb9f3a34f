"use client";

import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState, useTransition } from "react";
import { hrefWith, otherParams, type QueryParams } from "../url-state";

interface SearchBoxProps {
  readonly pathname: string;
  readonly params: QueryParams;
  /** The parameter it writes. */
  readonly name: string;
  /** The text the page was drawn for. */
  readonly value: string;
  readonly label: string;
  /** Parameters that lose their meaning with another text: a cursor, a page number. */
  readonly resets?: readonly string[];
}

const TYPING_PAUSE_MS = 250;

/** Text filter kept in the URL: while typing it replaces the entry; without a script it is a form. */
export function SearchBox(props: SearchBoxProps) {
  const { pathname, params, name, value, label, resets = [] } = props;
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  // The URL changed under the field (a "clear" link, the back button): take its text over.
  if (value !== shown) {
    setShown(value);
    if (value !== text.trim() && !isPending) setText(value);
  }

  function replace(next: string): void {
    const changes = Object.fromEntries([...resets, name].map((key) => [key, undefined]));
    const href = hrefWith(pathname, params, { ...changes, [name]: next.trim() || undefined });
    startTransition(() => router.replace(href, { scroll: false }));
  }

  function type(next: string): void {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => replace(next), TYPING_PAUSE_MS);
  }

  return (
    <form action={pathname} className="relative w-full sm:w-72" aria-busy={isPending}>
      {otherParams(params, [...resets, name]).map((field) => (
        <input key={`${field.name}=${field.value}`} type="hidden" {...field} />
      ))}
      <Search aria-hidden className="absolute top-2 left-2 size-4 text-faint" />
      <input
        type="search"
        name={name}
        value={text}
        onChange={(event) => type(event.target.value)}
        aria-label={label}
        placeholder={label}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        className="h-8 w-full rounded-control border border-control bg-paper pr-2 pl-8 text-13 placeholder:text-faint"
      />
    </form>
  );
}
