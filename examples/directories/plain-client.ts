import { Client, credentials, type ServiceError, status } from "@grpc/grpc-js";
import { fromBinary, toBinary } from "@redoubt/rpc";
import { EmptySchema, MakeDirArgsSchema } from "./gen/directories_pb.js";

const CALL_MS_MAX = 5_000;

/** A gRPC client that has never heard of promises: Node's own implementation, `@grpc/grpc-js`. */
export class PlainClient {
  readonly #client: Client;

  constructor(address: string) {
    this.#client = new Client(address, credentials.createInsecure());
  }

  /** Rejects with the name of the status and the message, e.g. `NOT_FOUND: no such directory`. */
  makeDirectory(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        "/Directories/MakeDirectory",
        (args: { path: string }) => Buffer.from(toBinary(MakeDirArgsSchema, args)),
        (bytes) => fromBinary(EmptySchema, bytes),
        { path },
        { deadline: Date.now() + CALL_MS_MAX },
        (error) => (error ? reject(new Error(lineOf(error))) : resolve()),
      );
    });
  }

  close(): void {
    this.#client.close();
  }
}

function lineOf({ code, details }: ServiceError): string {
  return `${status[code]}: ${details}`;
}
