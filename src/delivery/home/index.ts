export { Home } from "./home.js";
export type { HomeOptions } from "./home-options.js";
export { type CallState, type JournaledCall, type JournaledHandler, journaled } from "./journaled.js";
export type { OpenIntent } from "./open-intent.js";
export { type RedoCall, type RedoHandler, type RedoOptions, redo } from "./redo.js";
