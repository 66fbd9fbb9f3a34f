import { handleAnalyze } from "@/server/api/collector-http";
import { getServices } from "@/server/api/running-services";

/** The report of what is sent; nothing is stored. */
export async function POST(request: Request): Promise<Response> {
  return handleAnalyze(await getServices(), request);
}

export { POST as PUT };
