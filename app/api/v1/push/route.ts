import { handlePush } from "@/server/api/push-http";
import { getServices } from "@/server/api/running-services";

/** `cat spool/*.gz | curl --data-binary @- -H "Memledger-Sent: $(date +%s)" URL/api/v1/push`. */
export async function POST(request: Request): Promise<Response> {
  return handlePush(await getServices(), request);
}
