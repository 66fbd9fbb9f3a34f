import { handleSchema } from "@/server/api/schema-http";

export const dynamic = "force-static";

export { handleSchema as GET };
