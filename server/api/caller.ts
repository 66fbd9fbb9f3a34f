import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { toServiceError } from "../services/service-error";
import { credentialsOf } from "./context";
import { createCaller } from "./root";
import { getServices } from "./running-services";

/**
 * The API for server components, on behalf of whoever asked for the page. A reader who has not logged
 * in is sent to /login before anything is rendered.
 */
export async function api() {
  const caller = await publicApi();
  const credentials = credentialsOf(await headers());
  try {
    await (await getServices()).access.checkRead(credentials);
  } catch (error) {
    if (isLoginNeeded(error)) redirect("/login");
    throw error;
  }
  return caller;
}

/** The API for pages that anybody may open: a shared diagnosis, the login. */
export async function publicApi() {
  const credentials = credentialsOf(await headers());
  return createCaller({ services: await getServices(), credentials });
}

function isLoginNeeded(error: unknown): boolean {
  const code = toServiceError(error)?.code;
  return code === "needsSecret" || code === "notAllowed";
}
