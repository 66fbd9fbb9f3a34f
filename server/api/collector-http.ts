import { z } from "zod";
import { ServiceError } from "../services/service-error";
import type { Services } from "../services/services";
import { credentialsOf } from "./context";
import { errorResponse } from "./http-errors";
import { snapshotIdInput, uploadNameInput } from "./inputs";
import { sentAt } from "./sent-at";

/** The routes that curl and scripts call: the body is the file, the answer is JSON. */

/** Stores what is sent: 201 when new, 200 when the same bytes were known. An agent token is enough. */
export function handleSnapshot(services: Services, request: Request): Promise<Response> {
  return answering(request, async () => {
    const grant = await services.access.checkPush(credentialsOf(request.headers), "snapshots");
    const { body, name } = readRequest(request);
    const sentAtMs = sentAt(request.headers);
    const result = await services.storeBody(body, name, { grant, sentAtMs });
    if (result.snapshots.length === 0)
      return Response.json(
        { ...result, error: { code: "nothing-recognised", message: NOTHING } },
        { status: 422 },
      );
    const path = result.snapshots.at(-1)?.path ?? "/";
    const url = `${originOf(request)}${path}`;
    return Response.json(
      { url, ...result },
      { status: result.isKnown ? 200 : 201, headers: { Location: path } },
    );
  });
}

/** Removes the upload of a snapshot with all its looks; its shared links too, unless `?links=keep`. */
export function handleRemoval(
  services: Services,
  request: Request,
  snapshot: string,
): Promise<Response> {
  return asWriter(services, request, async () => {
    const id = snapshotIdInput.safeParse(snapshot);
    if (!id.success) throw new ServiceError("notFound", "There is no snapshot of that id.");
    const revokeLinks = new URL(request.url).searchParams.get("links") !== "keep";
    return Response.json(await services.removal.remove(id.data, { revokeLinks }));
  });
}

/** Judges what is sent and keeps nothing: the report document. */
export function handleAnalyze(services: Services, request: Request): Promise<Response> {
  return asWriter(services, request, async () => {
    const { body, name } = readRequest(request);
    return Response.json(await services.analyseBody(body, name));
  });
}

const NOTHING = "Nothing in the file was recognised as a measurement of memory.";

interface Sent {
  readonly body: ReadableStream<Uint8Array>;
  readonly name: string;
}

/** Runs what only a writer may do. */
function asWriter(
  services: Services,
  request: Request,
  use: () => Promise<Response>,
): Promise<Response> {
  return answering(request, async () => {
    await services.access.checkWrite(credentialsOf(request.headers));
    return use();
  });
}

/** Whatever goes wrong is answered as JSON. */
async function answering(request: Request, use: () => Promise<Response>): Promise<Response> {
  try {
    return await use();
  } catch (error) {
    await request.body?.cancel().catch(() => undefined);
    return errorResponse(error);
  }
}

const nameParameter = uploadNameInput.transform((name) => name || "upload");

function readRequest(request: Request): Sent {
  if (!request.body)
    throw new ServiceError(
      "badInput",
      "The request has no body. Send the file: curl --data-binary @FILE URL",
    );
  const { success, data } = nameParameter.safeParse(
    z.string().catch("").parse(new URL(request.url).searchParams.get("name")),
  );
  if (!success) throw new ServiceError("badInput", "The name is longer than 1,024 characters.");
  return { body: request.body, name: data };
}

/** The server as the caller knows it; its own address may be another behind a proxy. */
function originOf(request: Request): string {
  const { protocol, host } = new URL(request.url);
  return `${protocol}//${request.headers.get("host") ?? host}`;
}
