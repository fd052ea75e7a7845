import type { CallDelivery } from "../client/call-delivery.js";
import { Channel as ChannelOfCalls, type ChannelOptions } from "../client/channel.js";
import type { InProcessTarget } from "../transport/in-process.js";
import { ChannelAttempts } from "./client/channel-attempts.js";
import { VolatileDelivery } from "./client/volatile-delivery.js";

/**
 * A way to a server. It connects at the first call, and again when a connection is lost; calls made meanwhile wait
 * for the attempt under way and fail with it.
 *
 * Exactly-once methods are called in a session that is opened at the first such call and ends with the channel, unless
 * the option `delivery` says otherwise.
 */
export class Channel extends ChannelOfCalls {
  /**
   * `target`: `host:port`, `dns:///host:port`, `ipv4:address:port,address:port,…` (also `ipv6:`; tried in this
   * order), `unix:/path`, `unix-abstract:name`, or a server in this process.
   * @throws TypeError on a malformed target or option, where credentials are missing, or the compression is not
   * available; Error where another channel has the `delivery`
   */
  constructor(target: string | InProcessTarget, options: ChannelOptions = {}) {
    super(target, { ...options, delivery: options.delivery ?? VOLATILE });
  }
}

/** Each channel has a client of its own. */
const VOLATILE: CallDelivery = {
  attach: (channel) => new VolatileDelivery(channel, new ChannelAttempts(channel)),
};
