export { DurableClient, type DurableClientOptions, type UnfinishedCall } from "./durable-client.js";
