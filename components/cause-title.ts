import { CAUSES } from "@/server/core/causes";

/** The name of a cause; an id that this version does not know is shown in words as it stands. */
export function causeTitle(id: string): string {
  return CAUSES.find((cause) => cause.id === id)?.title ?? id.replaceAll("-", " ");
}
