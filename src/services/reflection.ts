import type { DescFile, Message } from "@bufbuild/protobuf";
import { RpcError } from "../rpc/error.js";
import { Status } from "../rpc/status.js";
import type { Server } from "../server/server.js";
import { DescriptorIndex } from "./descriptor-index.js";
import { ServerReflection as ServerReflectionV1 } from "./gen/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionV1alpha } from "./gen/grpc/reflection/v1alpha/reflection_pb.js";
import { quoted } from "./quoted.js";

/** Settings of the reflection service. */
export interface ReflectionOptions {
  /** Files to tell of besides those of the services and what they import: extensions that no service mentions. */
  readonly files?: readonly DescFile[];
}

/** What is sent with a file that was asked for; imports beyond that are asked for by name. Clients take 4 MiB a message. */
const IMPORTS_BYTES_MAX = 1024 * 1024;

/**
 * Adds `grpc.reflection.v1.ServerReflection`, and `v1alpha` for older clients: tells of all services of the server, also
 * of those that are added later.
 * @throws TypeError where the server has them already
 */
export function addReflection(server: Server, options: ReflectionOptions = {}): void {
  const reflection = new Reflection(server, options.files ?? []);
  server.add(ServerReflectionV1, { serverReflectionInfo: (requests) => reflection.answers(requests) });
  server.add(ServerReflectionV1alpha, { serverReflectionInfo: (requests) => reflection.answers(requests) });
}

/** A request of either version. */
interface Question {
  readonly host: string;
  readonly messageRequest:
    | { readonly case: "fileByFilename"; readonly value: string }
    | { readonly case: "fileContainingSymbol"; readonly value: string }
    | { readonly case: "fileContainingExtension"; readonly value: Extension }
    | { readonly case: "allExtensionNumbersOfType"; readonly value: string }
    | { readonly case: "listServices"; readonly value: string }
    | { readonly case: undefined; readonly value?: undefined };
}

interface Extension {
  readonly containingType: string;
  readonly extensionNumber: number;
}

type Answer =
  | {
      readonly case: "fileDescriptorResponse";
      readonly value: { readonly fileDescriptorProto: Uint8Array[] };
    }
  | {
      readonly case: "allExtensionNumbersResponse";
      readonly value: { readonly baseTypeName: string; readonly extensionNumber: number[] };
    }
  | {
      readonly case: "listServicesResponse";
      readonly value: { readonly service: { readonly name: string }[] };
    }
  | {
      readonly case: "errorResponse";
      readonly value: { readonly errorCode: number; readonly errorMessage: string };
    };

/** Longer names nobody has; answers repeat their question, and many may wait to be read. */
const QUESTION_LENGTH_MAX = 4096;

function lengthOf({
  host,
  messageRequest: { value },
  $unknown = [],
}: Question & Pick<Message, "$unknown">): number {
  const name = typeof value === "object" ? value.containingType : (value ?? "");
  return $unknown.reduce((sum, { data }) => sum + data.length, host.length + name.length);
}

class Reflection {
  private readonly server: Server;
  private readonly files: readonly DescFile[];
  private index = new DescriptorIndex([]);
  /** Of the services that the index was made of; they only become more. */
  private serviceCount = 0;

  constructor(server: Server, files: readonly DescFile[]) {
    this.server = server;
    this.files = files;
  }

  async *answers<Q extends Question>(questions: AsyncIterable<Q>) {
    const sent = new Set<DescFile>();
    for await (const question of questions) {
      if (lengthOf(question) > QUESTION_LENGTH_MAX)
        throw new RpcError(
          Status.INVALID_ARGUMENT,
          `a question may have ${QUESTION_LENGTH_MAX} characters at most`,
        );
      yield {
        validHost: question.host,
        originalRequest: question,
        messageResponse: this.answer(question.messageRequest, sent),
      };
    }
  }

  private answer(question: Question["messageRequest"], sent: Set<DescFile>): Answer {
    const index = this.upToDateIndex();
    switch (question.case) {
      case "fileByFilename":
        return (
          filesAnswer(index, index.file(question.value), sent) ??
          notFound(`there is no file ${quoted(question.value)}`)
        );
      case "fileContainingSymbol":
        return (
          filesAnswer(index, index.fileOf(question.value), sent) ??
          notFound(`nothing is called ${quoted(question.value)}`)
        );
      case "fileContainingExtension": {
        const { containingType, extensionNumber } = question.value;
        return (
          filesAnswer(index, index.fileOfExtension(containingType, extensionNumber), sent) ??
          notFound(`${quoted(containingType)} has no extension ${extensionNumber}`)
        );
      }
      case "allExtensionNumbersOfType": {
        const baseTypeName = question.value;
        if (index.fileOf(baseTypeName) === undefined)
          return notFound(`there is no type ${quoted(baseTypeName)}`);
        const extensionNumber = index.extensionNumbers(baseTypeName);
        return { case: "allExtensionNumbersResponse", value: { baseTypeName, extensionNumber } };
      }
      case "listServices": {
        const names = Array.from(this.server.services, ({ typeName }) => typeName).sort();
        return { case: "listServicesResponse", value: { service: names.map((name) => ({ name })) } };
      }
      default:
        return errorAnswer(Status.INVALID_ARGUMENT, "the request asks for nothing that this server knows of");
    }
  }

  private upToDateIndex(): DescriptorIndex {
    const services = [...this.server.services];
    if (services.length !== this.serviceCount) {
      this.index = new DescriptorIndex([...services.map(({ file }) => file), ...this.files]);
      this.serviceCount = services.length;
    }
    return this.index;
  }
}

/** The file and what it imports, nearest first, but for imports that this call was sent before. */
function filesAnswer(
  index: DescriptorIndex,
  file: DescFile | undefined,
  sent: Set<DescFile>,
): Answer | undefined {
  if (file === undefined) return undefined;
  sent.add(file);
  const fileDescriptorProto = [index.encode(file)];
  let importsBytes = 0;
  const waiting = new Set(file.dependencies);
  for (const dependency of waiting) {
    for (const next of dependency.dependencies) waiting.add(next);
    if (sent.has(dependency)) continue;
    const bytes = index.encode(dependency);
    importsBytes += bytes.length;
    if (importsBytes > IMPORTS_BYTES_MAX) break;
    sent.add(dependency);
    fileDescriptorProto.push(bytes);
  }
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto } };
}

function notFound(errorMessage: string): Answer {
  return errorAnswer(Status.NOT_FOUND, errorMessage);
}

function errorAnswer(errorCode: number, errorMessage: string): Answer {
  return { case: "errorResponse", value: { errorCode, errorMessage } };
}
