"use client";

import { type FormEvent, useState } from "react";
import { Button } from "@/components/ui/button";
import { useApiClient } from "../api-provider";

/** Asks for the secret; the cookie comes with the answer. */
export function LoginForm({ next }: { readonly next: string }) {
  const client = useApiClient();
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState("");

  async function signIn(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const secret = String(new FormData(event.currentTarget).get("secret") ?? "");
    setIsBusy(true);
    try {
      await client.session.login.mutate({ secret });
      // A whole load: everything drawn so far was drawn for somebody who was not signed in.
      window.location.assign(next);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "The server did not answer.");
      setIsBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void signIn(event)} className="max-w-sm">
      <label htmlFor="secret" className="text-13 text-muted">
        Secret
      </label>
      <input
        id="secret"
        name="secret"
        type="password"
        required
        autoComplete="current-password"
        aria-describedby="login-problem"
        className="mt-1 block h-8 w-full rounded-control border border-control bg-paper px-2"
      />
      <p id="login-problem" role="alert" className="mt-2 min-h-5 text-13 text-leaking">
        {problem}
      </p>
      <Button type="submit" look="primary" disabled={isBusy} className="mt-2">
        {isBusy ? "Signing in…" : "Sign in"}
      </Button>
    </form>
  );
}
