import { Channel, type ChannelOptions, type Handlers, RpcError, Server, type ServerOptions, type Stub } from "@redoubt/rpc";
import { Echo } from "../gen/echo_pb.js";
/** The ways on which a client reaches a server. */
export declare const WAYS: readonly ["tcp", "unix", "in-process"];
export type Way = (typeof WAYS)[number];
/** The service as its interface describes it. */
export declare const ECHO: Handlers<typeof Echo>;
export interface Pair {
    readonly server: Server;
    /** As the server has bound it; empty in this process. */
    readonly address: string;
    readonly channel: Channel;
    readonly echo: Stub<typeof Echo>;
}
export interface PairOptions {
    readonly server?: ServerOptions;
    readonly channel?: ChannelOptions;
}
/** A server with `handlers`, over those of {@link ECHO}, and a channel to it. Both are closed after the test. */
export declare function pair(way: Way, handlers?: Partial<Handlers<typeof Echo>>, options?: PairOptions): Promise<Pair>;
export declare function openChannel(target: string | Server, options?: ChannelOptions): Channel;
export declare function listenAddress(way: Exclude<Way, "in-process">): string;
export declare function temporaryDirectory(): string;
/** Runs after the test, the last given first. */
export declare function cleanUp(cleanup: () => unknown): void;
/** In every test file: closes what the test has opened, and fails it if a rejection was left unhandled. */
export declare function installChecks(): void;
/** A promise with its resolver in reach. */
export interface Signal<T = void> {
    readonly promise: Promise<T>;
    readonly resolve: (value: T) => void;
    readonly reject: (error: unknown) => void;
}
export declare function signal<T = void>(): Signal<T>;
/** Lets the event loop go around `count` times. */
export declare function turns(count?: number): Promise<void>;
/** Resolves once `condition` holds; the test's own timeout bounds it. */
export declare function until(condition: () => boolean): Promise<void>;
/** The RpcError that a promise or an iteration ends with. */
export declare function failureOf(call: PromiseLike<unknown> | AsyncIterable<unknown>): Promise<RpcError>;
export declare function all<T>(messages: AsyncIterable<T>): Promise<T[]>;
