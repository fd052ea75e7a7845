import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { answer, type ConformanceRequest } from "./answer.js";
import { CODECS } from "./codec.js";
import { readFrame, writeFrame } from "./framing.js";
import { loadTestMessages, messageOf } from "./test-messages.js";

// What the conformance runner talks to, over standard input and output. Its argument names the codec under test; the
// conversation itself is protobuf-es's, so that a codec that is wrong fails tests and not the run.

const [, , name] = process.argv;
const codec = CODECS[name];
if (codec === undefined) throw new Error(`no codec ${name}: say one of ${Object.keys(CODECS).join(", ")}`);

const messages = loadTestMessages();
const requestSchema = messageOf(messages, "conformance.ConformanceRequest");
const responseSchema = messageOf(messages, "conformance.ConformanceResponse");

for (let frame = readFrame(); frame !== undefined; frame = readFrame()) {
  const request = fromBinary(requestSchema, frame) as ConformanceRequest;
  const result = answer(request, codec, messages);
  writeFrame(toBinary(responseSchema, create(responseSchema, { result })));
}
