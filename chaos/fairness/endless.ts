import { type CallOptions, RpcError, type Stub } from "@redoubt/rpc";
import type { Echo } from "../../interop/gen/echo_pb.js";

/** A stream of messages made for ever, without awaiting anything between them. */
export interface EndlessCall {
  /** `download`: the handler makes them; `unread`: and nobody reads; `upload`: the caller makes them. */
  readonly kind: "download" | "unread" | "upload";
  /** Empty messages have no bytes that could be counted. */
  readonly text: string;
  readonly ending: "cancel" | "deadline";
}

/** Makes such a call and ordinary ones beside it; gives how it ended and how many of the others were answered. */
export async function callBeside(
  echo: Stub<typeof Echo>,
  { kind, text, ending }: EndlessCall,
  others: number,
): Promise<{ readonly ending: string; readonly answered: number }> {
  const controller = new AbortController();
  const options: CallOptions = ending === "deadline" ? { timeoutMs: 300 } : { signal: controller.signal };
  const endless = make(echo, kind, text, options).then(
    () => "OK",
    (error) => (RpcError.is(error) ? error.codeName : String(error)),
  );
  let answered = 0;
  for (let i = 0; i < others; i++) {
    const answer = await echo.unary({ text: `beside ${i}` });
    if (answer.text === `beside ${i}`) answered++;
  }
  if (ending === "cancel") controller.abort();
  return { ending: await endless, answered };
}

async function make(
  echo: Stub<typeof Echo>,
  kind: EndlessCall["kind"],
  text: string,
  options: CallOptions,
): Promise<void> {
  switch (kind) {
    case "download":
      for await (const _ of echo.expand({ tags: ["forever"], text }, options));
      return;
    case "unread": {
      const answers = echo.expand({ tags: ["forever"], text }, options);
      await answers.next();
      await new Promise<void>((resolve) => {
        if (options.signal === undefined) setTimeout(resolve, options.timeoutMs);
        else options.signal.addEventListener("abort", () => resolve());
      });
      for await (const _ of answers);
      return;
    }
    case "upload":
      await echo.collect(forever({ text }), options);
  }
}

function* forever<T>(message: T): Generator<T> {
  while (true) yield message;
}
