import { TRPCError } from "@trpc/server";
import { notFound } from "next/navigation";

/** Codes of an id that the server does not know, or that cannot be one. */
const MISSING: ReadonlySet<string> = new Set(["NOT_FOUND", "BAD_REQUEST"]);

/** The answer of the API; an id from the URL that leads nowhere becomes the 404 page. */
export async function found<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof TRPCError && MISSING.has(error.code)) notFound();
    throw error;
  }
}
