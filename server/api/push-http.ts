import { ServiceError } from "../services/service-error";
import type { Services } from "../services/services";
import { credentialsOf } from "./context";
import { errorResponse } from "./http-errors";
import { sentAt } from "./sent-at";

/** Takes the pushes of an agent: gzip members, one after the other. Answers when they are on disk. */
export async function handlePush(services: Services, request: Request): Promise<Response> {
  try {
    const grant = await services.access.checkPush(credentialsOf(request.headers), "push");
    if (!request.body) throw new ServiceError("badInput", "The body is empty.");
    const result = await services.pushes.receive({
      body: request.body,
      contentLength: lengthOf(request.headers),
      sentAtMs: sentAt(request.headers),
      grant,
    });
    return Response.json(result);
  } catch (error) {
    await request.body?.cancel().catch(() => undefined);
    return errorResponse(error);
  }
}

function lengthOf(headers: Headers): number | undefined {
  const value = headers.get("content-length") ?? "";
  return /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
