import { handleSnapshot } from "@/server/api/collector-http";
import { getServices } from "@/server/api/running-services";

/** `curl --data-binary @snap.tar.gz URL/api/v1/snapshots?name=snap.tar.gz`, or `curl -T`. */
export async function POST(request: Request): Promise<Response> {
  return handleSnapshot(await getServices(), request);
}

export { POST as PUT };
