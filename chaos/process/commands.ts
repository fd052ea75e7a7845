/** What a program can be told to do; arguments and results travel as JSON. */
export type Commands = Record<string, (argument: never) => unknown>;

/** The child's side: carries out what the parent says, until it goes. */
export function serveCommands(commands: Commands): void {
  // Node's sockets look at it as they close, and the first look opens it: better now than while handles are counted.
  void process.stderr;
  process.on("message", (message: { id: number; command: string; argument: unknown }) => {
    const { id, command, argument } = message;
    void (async () => {
      try {
        process.send?.({ id, result: await commands[command](argument as never) });
      } catch (error) {
        process.send?.({
          id,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      }
    })();
  });
  process.on("disconnect", () => process.exit(0));
  process.send?.({ id: 0 });
}
