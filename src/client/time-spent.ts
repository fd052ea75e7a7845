import { formatAddress } from "../runtime/address.js";
import type { OutgoingCall } from "../transport/call-transport.js";

/** How far a call has come; instants in the runtime's time. */
export interface Progress {
  readonly sinceMs: number;
  readonly nowMs: number;
  /** When the name look-up of the present connection was over; before `sinceMs` if that was earlier. */
  readonly lookedUpMs: number;
  /** What the call waits for as long as no transport has it. */
  readonly waiting: string;
  /** Undefined while no transport has it. */
  readonly carried: Carried | undefined;
}

interface Carried {
  readonly call: Pick<OutgoingCall, "begun" | "remoteAddress">;
  /** When the transport got it. */
  readonly dispatchedMs: number;
  /** When it began to leave, where it had to wait for that. */
  readonly begunMs: number;
}

/** Where a call's time went: name look-up, connecting, waiting for a stream, waiting for the answer. */
export function timeSpent({ sinceMs, nowMs, lookedUpMs, waiting, carried }: Progress): string[] {
  const parts: string[] = [];
  const queuedUntilMs = carried === undefined ? nowMs : carried.dispatchedMs;
  if (carried === undefined || queuedUntilMs - sinceMs >= 1) {
    const foundMs = Math.min(Math.max(lookedUpMs, sinceMs), queuedUntilMs);
    if (foundMs - sinceMs >= 1) parts.push(`${duration(sinceMs, foundMs)} in name look-up`);
    parts.push(`${duration(foundMs, queuedUntilMs)} ${carried === undefined ? waiting : "connecting"}`);
  }
  if (carried !== undefined) {
    const { call, dispatchedMs } = carried;
    const peer = call.remoteAddress === undefined ? "" : formatAddress(call.remoteAddress);
    const { begun } = call;
    const begunMs = begun ? Math.max(carried.begunMs, dispatchedMs) : nowMs;
    if (!begun || begunMs - dispatchedMs >= 1)
      parts.push(`${duration(dispatchedMs, begunMs)} waiting for a free stream${begun ? "" : ` to ${peer}`}`);
    if (begun)
      parts.push(`${duration(begunMs, nowMs)} waiting for the answer${peer === "" ? "" : ` from ${peer}`}`);
  }
  return parts;
}

/** `12 ms` */
export function duration(fromMs: number, toMs: number): string {
  return `${Math.max(0, Math.round(toMs - fromMs))} ms`;
}

/** The message of a call that its deadline has ended. */
export function deadlineMessage(timeoutMs: number, parts: readonly string[]): string {
  return `deadline of ${Number(timeoutMs.toFixed(3))} ms exceeded: ${parts.join(", ")}`;
}
