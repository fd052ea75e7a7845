import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Channel, Credentials, RpcError, Server, stub, } from "@redoubt/rpc";
import { afterEach, beforeEach, expect } from "vitest";
import { Echo } from "../gen/echo_pb.js";
/** The ways on which a client reaches a server. */
export const WAYS = ["tcp", "unix", "in-process"];
/** The service as its interface describes it. */
export const ECHO = {
    unary: (request) => request,
    async collect(requests) {
        let text = "";
        let repeatCount = 0;
        for await (const request of requests) {
            text += request.text;
            repeatCount += request.repeatCount;
        }
        return { text, repeatCount };
    },
    async *expand(request) {
        for (let index = 0; index < request.repeatCount; index++)
            yield { text: request.text, index };
    },
    async *chat(requests) {
        yield* requests;
    },
};
/** A server with `handlers`, over those of {@link ECHO}, and a channel to it. Both are closed after the test. */
export async function pair(way, handlers = {}, options = {}) {
    const server = new Server(options.server);
    cleanups.push(() => server.close());
    server.add(Echo, { ...ECHO, ...handlers });
    const address = way === "in-process" ? "" : await server.listen(listenAddress(way), Credentials.insecure());
    const channel = openChannel(way === "in-process" ? server : address, options.channel);
    return { server, address, channel, echo: stub(Echo, channel) };
}
export function openChannel(target, options = {}) {
    const channel = new Channel(target, { credentials: Credentials.insecure(), ...options });
    cleanups.push(() => channel.close());
    return channel;
}
export function listenAddress(way) {
    return way === "tcp" ? "127.0.0.1:0" : `unix:${join(temporaryDirectory(), "echo.sock")}`;
}
export function temporaryDirectory() {
    const directory = mkdtempSync(join(tmpdir(), "redoubt-"));
    cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
    return directory;
}
const cleanups = [];
/** Runs after the test, the last given first. */
export function cleanUp(cleanup) {
    cleanups.push(cleanup);
}
const unhandled = [];
const onUnhandled = (reason) => unhandled.push(reason);
/** In every test file: closes what the test has opened, and fails it if a rejection was left unhandled. */
export function installChecks() {
    beforeEach(() => {
        unhandled.length = 0;
        process.on("unhandledRejection", onUnhandled);
    });
    afterEach(async () => {
        for (const cleanup of cleanups.splice(0).reverse())
            await cleanup();
        await turns(3);
        process.off("unhandledRejection", onUnhandled);
        expect(unhandled).toEqual([]);
    });
}
export function signal() {
    let resolve;
    let reject;
    const promise = new Promise((yes, no) => {
        resolve = yes;
        reject = no;
    });
    return { promise, resolve, reject };
}
/** Lets the event loop go around `count` times. */
export async function turns(count = 1) {
    for (let i = 0; i < count; i++)
        await new Promise((resolve) => setImmediate(resolve));
}
/** Resolves once `condition` holds; the test's own timeout bounds it. */
export async function until(condition) {
    while (!condition())
        await turns();
}
/** The RpcError that a promise or an iteration ends with. */
export async function failureOf(call) {
    try {
        if (Symbol.asyncIterator in call)
            for await (const _ of call)
                ;
        else
            await call;
    }
    catch (error) {
        if (RpcError.is(error))
            return error;
        throw error;
    }
    throw new Error("the call has succeeded");
}
export async function all(messages) {
    const list = [];
    for await (const message of messages)
        list.push(message);
    return list;
}
