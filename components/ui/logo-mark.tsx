/** A hatched square over a solid base: the part of memory that no counter shows. */
export function LogoMark() {
  return (
    <span aria-hidden className="flex size-5 flex-col gap-px overflow-hidden rounded-mark">
      <span className="hatch block grow" />
      <span className="block h-1.5 bg-(--display-anon)" />
    </span>
  );
}
