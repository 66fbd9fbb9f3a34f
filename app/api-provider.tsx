"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  isNonJsonSerializable,
  splitLink,
} from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { type ReactNode, useState } from "react";
import superjson from "superjson";
import type { AppRouter } from "@/server/api/root";

const API_URL = "/api/trpc";

const { TRPCProvider, useTRPCClient } = createTRPCContext<AppRouter>();

/** Calls a procedure once: `useApiClient().uploads.paste.mutate(…)`. */
export const useApiClient = useTRPCClient;

interface ApiProviderProps {
  readonly children: ReactNode;
}

/** Gives the pages below it the browser's side of the API. */
export function ApiProvider({ children }: ApiProviderProps) {
  const [queryClient] = useState(() => new QueryClient());
  const [trpcClient] = useState(createBrowserClient);
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}

function createBrowserClient() {
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ input }) => isNonJsonSerializable(input),
        // A slice of a file is a form of its own: it can share no request with another call. The form is
        // sent as it is; only the answer is superjson.
        true: httpLink({
          url: API_URL,
          transformer: { serialize: (form) => form, deserialize: superjson.deserialize },
        }),
        // The server refuses larger batches.
        false: httpBatchLink({ url: API_URL, transformer: superjson, maxItems: 20 }),
      }),
    ],
  });
}
