import type { DescMessage } from "@bufbuild/protobuf";
import { loadInterface } from "../idl/load.js";

/** The message types of a `.proto` file, given as text, by their names. */
export function messagesOf(text: string): (name: string) => DescMessage {
  const registry = loadInterface(["test.proto"], {
    read: (path) => (path === "test.proto" ? text : undefined),
  });
  return (name) => {
    const message = registry.getMessage(name);
    if (message === undefined) throw new Error(`there is no message ${name}`);
    return message;
  };
}
