import { handleRemoval } from "@/server/api/collector-http";
import { getServices } from "@/server/api/running-services";

interface RouteContext {
  readonly params: Promise<{ readonly snapshot: string }>;
}

/** `curl -X DELETE URL/api/v1/snapshots/ID` removes the upload that the snapshot came in. */
export async function DELETE(request: Request, { params }: RouteContext): Promise<Response> {
  return handleRemoval(await getServices(), request, (await params).snapshot);
}
