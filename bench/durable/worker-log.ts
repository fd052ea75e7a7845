/** A process that makes records durable in one peer's log. */
import { answerParent } from "../rpc/answer.js";
import { Latencies } from "../rpc/latencies.js";
import { measureExchanges } from "../rpc/measure-exchanges.js";
import { type Append, openLog } from "./logs.js";
import type { LogQuestions } from "./questions.js";

const RECORD_BYTES = 256;

const latencies = new Latencies(1 << 21);
let append: Append | undefined;
let outstanding = 0;

answerParent<LogQuestions>({
  async open(question) {
    append = await openLog[question.peer]!(question.folder);
    outstanding = question.outstanding;
    return {};
  },

  async round(times) {
    const exchange = async (body: Uint8Array) => {
      await append!(body);
      return body;
    };
    return await measureExchanges(exchange, { ...times, outstanding, bodyBytes: RECORD_BYTES, latencies });
  },
});
