import { handleTrpc } from "@/server/api/trpc-http";

export { handleTrpc as GET, handleTrpc as POST };
