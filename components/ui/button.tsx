import type { ButtonHTMLAttributes } from "react";

const LOOK = {
  primary: "bg-accent text-on-accent border-accent hover:opacity-90",
  plain: "bg-transparent text-ink border-rule-strong hover:bg-sunken",
  danger: "bg-transparent text-leaking border-rule-strong hover:bg-sunken",
} as const;

/** Classes of a button, for links that look like one. */
export function buttonClass(look: keyof typeof LOOK = "plain"): string {
  return `inline-flex h-8 items-center justify-center gap-2 whitespace-nowrap rounded-control border px-3 font-medium text-13 disabled:opacity-50 ${LOOK[look]}`;
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: keyof typeof LOOK;
}

export function Button({ look = "plain", className = "", type = "button", ...rest }: ButtonProps) {
  return <button type={type} className={`${buttonClass(look)} ${className}`} {...rest} />;
}
