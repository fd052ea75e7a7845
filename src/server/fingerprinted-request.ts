import type { Output } from "../bytes/output.js";
import type { Marshaller } from "../codec/marshaller.js";
import type { Method, MethodKind } from "../rpc/method.js";
import type { Runtime } from "../runtime/runtime.js";

/**
 * The method of one call, which notes the SHA-256 of the request's bytes as they are decoded: whatever interceptors make
 * of the message, the call is known by what came.
 */
export class FingerprintedMethod implements Method {
  readonly path: string;
  readonly service: string;
  readonly name: string;
  readonly kind: MethodKind;
  readonly request: FingerprintedRequest;
  readonly response: Marshaller;
  readonly promise: Method["promise"];

  constructor(method: Method, runtime: Runtime) {
    this.path = method.path;
    this.service = method.service;
    this.name = method.name;
    this.kind = method.kind;
    this.request = new FingerprintedRequest(method.request, runtime);
    this.response = method.response;
    this.promise = method.promise;
  }
}

class FingerprintedRequest implements Marshaller {
  /** Of the last request that was decoded; empty before. */
  fingerprint = "";
  /** Its bytes. */
  length = 0;
  private readonly inner: Marshaller;
  private readonly runtime: Runtime;

  constructor(inner: Marshaller, runtime: Runtime) {
    this.inner = inner;
    this.runtime = runtime;
  }

  encode(message: unknown, output: Output): void {
    this.inner.encode(message, output);
  }

  decode(bytes: Uint8Array, start: number, end: number): unknown {
    this.length = end - start;
    this.fingerprint = this.runtime.sha256Text(bytes.subarray(start, end));
    return this.inner.decode(bytes, start, end);
  }
}
