import {
  create,
  createFileRegistry,
  type FileRegistry,
  fromBinary,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import type { CallOptions } from "../../client/call-options.js";
import type { Channel } from "../../client/channel.js";
import { stub } from "../../client/stub.js";
import { RpcError } from "../../rpc/error.js";
import { Status, statusFrom } from "../../rpc/status.js";
import {
  ServerReflection,
  type ServerReflectionRequestSchema,
  type ServerReflectionResponse,
} from "../../services/gen/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionAlpha } from "../../services/gen/grpc/reflection/v1alpha/reflection_pb.js";
import { completeJsonNames } from "../descriptor-names.js";
import { importsFirst } from "../imports-first.js";
import { CommandError, ExitCode } from "../world.js";
import type { Interface } from "./interface.js";

/** Ten times all of Google's; a server that goes on naming imports for ever is given up. */
const FILES_MAX = 50_000;

/**
 * An interface as the server tells it (grpc.reflection.v1, or v1alpha where the server has no other). What was asked
 * for is kept; types that are needed later, such as those in an Any, are asked for then.
 */
export class ReflectedInterface implements Interface {
  private readonly channel: Channel;
  private readonly options: CallOptions;
  private isAlpha = false;
  private readonly files = new Map<string, FileDescriptorProto>();
  private registry: FileRegistry | undefined = undefined;
  private names: Promise<readonly string[]> | undefined = undefined;
  private readonly unknown = new Set<string>();

  /** `options` are those of each question. */
  constructor(channel: Channel, options: CallOptions) {
    this.channel = channel;
    this.options = options;
  }

  serviceNames(): Promise<readonly string[]> {
    this.names ??= this.askForServices();
    return this.names;
  }

  async registryWith(name: string): Promise<FileRegistry | undefined> {
    if (this.registry?.get(name) !== undefined) return this.registry;
    if (this.unknown.has(name)) return undefined;
    const found = await this.filesBy({ case: "fileContainingSymbol", value: name });
    if (found === undefined) {
      this.unknown.add(name);
      return undefined;
    }
    await this.addWithImports(found);
    this.registry = registryOf(this.files);
    return this.registry.get(name) === undefined ? undefined : this.registry;
  }

  private async askForServices(): Promise<readonly string[]> {
    const { messageResponse } = await this.ask({ case: "listServices", value: "*" });
    if (messageResponse.case !== "listServicesResponse") throw unexpected(messageResponse.case);
    return messageResponse.value.service.map(({ name }) => name).sort();
  }

  /** Undefined where the server knows no such file. */
  private async filesBy(question: Question): Promise<readonly FileDescriptorProto[] | undefined> {
    const { messageResponse } = await this.ask(question);
    if (messageResponse.case === "errorResponse") {
      const { errorCode, errorMessage } = messageResponse.value;
      if (errorCode === Status.NOT_FOUND) return undefined;
      throw new RpcError(statusFrom(errorCode), `reflection: ${errorMessage}`, { outcome: "executed" });
    }
    if (messageResponse.case !== "fileDescriptorResponse") throw unexpected(messageResponse.case);
    const { fileDescriptorProto } = messageResponse.value;
    return sound(() =>
      fileDescriptorProto.map((bytes) => completeJsonNames(fromBinary(FileDescriptorProtoSchema, bytes))),
    );
  }

  private async addWithImports(found: readonly FileDescriptorProto[]): Promise<void> {
    let wave = found;
    while (wave.length > 0) {
      for (const file of wave) if (!this.files.has(file.name)) this.files.set(file.name, file);
      const missing = new Set(
        wave.flatMap(({ dependency }) => dependency).filter((name) => !this.files.has(name)),
      );
      if (this.files.size + missing.size > FILES_MAX)
        throw new RpcError(Status.INTERNAL, `reflection: the interface has more than ${FILES_MAX} files`);
      wave = (await Promise.all([...missing].map((name) => this.fileCalled(name)))).flat();
    }
  }

  /** Some servers leave out the files that everybody has. */
  private async fileCalled(name: string): Promise<readonly FileDescriptorProto[]> {
    const files = await this.filesBy({ case: "fileByFilename", value: name });
    if (files?.some((file) => file.name === name)) return files;
    // The compiler is large, and seldom needed.
    const { builtInFiles } = await import("../built-in-files.js");
    const builtIn = builtInFiles(name);
    if (builtIn.length > 0) return builtIn;
    throw new CommandError(
      ExitCode.FAILED,
      `the server describes its interface without the file \`${name}\`, which it needs`,
      "say where the interface is written: --proto PATH",
    );
  }

  private async ask(messageRequest: Question): Promise<ServerReflectionResponse> {
    if (!this.isAlpha) {
      try {
        return await this.askIn(ServerReflection, messageRequest);
      } catch (error) {
        if (!RpcError.is(error) || error.code !== Status.UNIMPLEMENTED) throw error;
        this.isAlpha = true;
      }
    }
    try {
      // Field by field the same messages.
      return await this.askIn(ServerReflectionAlpha as unknown as typeof ServerReflection, messageRequest);
    } catch (error) {
      if (!RpcError.is(error) || error.code !== Status.UNIMPLEMENTED) throw error;
      throw new CommandError(
        ExitCode.STATUS + Status.UNIMPLEMENTED,
        "the server does not tell its interface: it has no reflection",
        "say where the interface is written: --proto PATH",
      );
    }
  }

  /** Each question is a call of its own, so that none waits for another, and a balancer may choose for each. */
  private async askIn(
    service: typeof ServerReflection,
    messageRequest: Question,
  ): Promise<ServerReflectionResponse> {
    const reflection = stub(service, this.channel);
    let first: ServerReflectionResponse | undefined;
    for await (const answer of reflection.serverReflectionInfo([{ messageRequest }], this.options))
      first ??= answer;
    if (first === undefined) throw new RpcError(Status.INTERNAL, "reflection ended without an answer");
    return first;
  }
}

type Question = NonNullable<MessageInitShape<typeof ServerReflectionRequestSchema>["messageRequest"]>;

function unexpected(what: string | undefined): RpcError {
  return new RpcError(Status.INTERNAL, `reflection answered with ${what ?? "nothing"}`);
}

function registryOf(files: ReadonlyMap<string, FileDescriptorProto>): FileRegistry {
  return sound(() =>
    createFileRegistry(create(FileDescriptorSetSchema, { file: importsFirst(files.values()) })),
  );
}

/** What a server says of itself may be wrong, which is no bug of ours. */
function sound<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RpcError(Status.INTERNAL, `the server describes its interface wrongly: ${reason}`, {
      cause: error,
    });
  }
}
