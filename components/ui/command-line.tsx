import { CopyButton } from "./copy-button";

/** A command as it is typed, with a button that copies it. */
export function CommandLine({ command }: { readonly command: string }) {
  return (
    <div className="flex items-start gap-2 rounded-control bg-sunken py-1 pr-1 pl-3">
      <code className="min-w-0 grow whitespace-pre-wrap py-0.5 font-mono text-13">{command}</code>
      <CopyButton text={command} what="command" />
    </div>
  );
}
