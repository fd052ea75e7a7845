import assert from "node:assert/strict";
import { type Ended, redoubt } from "./command.js";

/** A run of `redoubt` on a server: `TARGET` stands for it, and for `--plaintext`. */
export interface CommandCheck {
  readonly args: string;
  /** DATA of `call`. */
  readonly data?: string;
  readonly input?: string;
  readonly code?: number;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
}

/** @throws where it ends otherwise than it should */
export async function checkCommand(check: CommandCheck, target: string): Promise<void> {
  const { args, data, input, code = 0, stdout = /^/, stderr = /^$/ } = check;
  const words = args.replace("TARGET", `${target} --plaintext`).split(" ");
  const ended: Ended = await redoubt([...words, ...(data === undefined ? [] : [data])], input);
  assert.match(ended.stderr, stderr);
  assert.match(ended.stdout, stdout);
  assert.equal(ended.code, code);
}

const CONNECTION =
  /^PROTOCOL .*\ntcp +127\.0\.0\.1:\d+ +127\.0\.0\.1:\d+ +[1-9]\d* +\d+ +\d+ +\d+ +(now|\d+ s ago)\n$/;

/** On a server of lab.v1.Lab. */
export const LAB_CHECKS: readonly CommandCheck[] = [
  { args: "ls TARGET", stdout: /^lab\.v1\.Lab$/m },
  { args: "ls TARGET Lab", stdout: /^Chat +bidirectional +lab\.v1\.Sample +lab\.v1\.Sample +at-most-once$/m },
  { args: "describe TARGET lab.v1.Sample", stdout: /^ {2}map<string, lab\.v1\.Number> numbers = 4;$/m },
  { args: "describe TARGET Lab/Echo", stdout: /^rpc Echo\(lab\.v1\.Sample\) returns \(lab\.v1\.Sample\);$/m },
  { args: "describe TARGET lab.v1.Mood.MOOD_FINE", stdout: /^MOOD_FINE = 1;$/m },
  { args: "describe TARGET lab.v1.Sample.nam", code: 2, stderr: /hint: did you mean `name`\?/ },
  {
    args: "call TARGET Lab/Echo",
    data: '{"name":"x","big":"-9223372036854775808","mood":"MOOD_FINE","numbers":{"a":{"value":1}}}',
    stdout:
      /^\{"name":"x","big":"-9223372036854775808","mood":"MOOD_FINE","numbers":\{"a":\{"value":1\}\}\}\n$/,
  },
  {
    args: "call TARGET Lab/Count",
    data: '{"value":3}',
    stdout: /^\{"value":1\}\n\{"value":2\}\n\{"value":3\}\n$/,
  },
  { args: "call TARGET Lab/Sum", input: '{"value":1}\n{"value":2}\n', stdout: /^\{"value":3\}\n$/ },
  {
    args: "call TARGET Lab/Chat",
    input: '{"name":"a"}{"name":"b"}',
    stdout: /^\{"name":"a\?"\}\n\{"name":"b\?"\}\n$/,
  },
  {
    args: "call TARGET Lab/Fail",
    code: 105,
    stderr:
      /^redoubt: NOT_FOUND: no such thing\n {2}detail: \{"@type":"type\.googleapis\.com\/google\.rpc\.ErrorInfo","reason":"LAB"/,
  },
  { args: "call TARGET Lab/Echo", data: '{"nam":"x"}', code: 2, stderr: /hint: did you mean `name`\?/ },
  { args: "call TARGET Lab/Chat --timeout 200ms", data: "{}", stdout: /^\{"name":"\?"\}\n$/ },
  { args: "health TARGET", stdout: /^SERVING\n$/ },
  { args: "health TARGET lab.v1.Lab", code: 1, stdout: /^NOT_SERVING\n$/ },
  { args: "health TARGET nobody", code: 105, stderr: /^redoubt: NOT_FOUND/ },
  { args: "connections TARGET", stdout: CONNECTION },
  { args: "__complete -- call TARGET lab.v1.Lab/Ec", stdout: /^lab\.v1\.Lab\/Echo\t/ },
];

/** On grpc-go's implementation of grpc.testing.TestService. */
export const TEST_SERVICE_CHECKS: readonly CommandCheck[] = [
  { args: "ls TARGET", stdout: /^grpc\.testing\.TestService$/m },
  {
    args: "ls TARGET TestService",
    stdout: /^FullDuplexCall +bidirectional +grpc\.testing\.StreamingOutputCallRequest /m,
  },
  { args: "describe TARGET TestService/UnaryCall", stdout: /^ {2}grpc\.testing\.Payload payload = 3;$/m },
  { args: "describe TARGET grpc.testing.PayloadType", stdout: /^ {2}COMPRESSABLE = 0;$/m },
  { args: "call TARGET TestService/EmptyCall", stdout: /^\{\}\n$/ },
  {
    args: "call TARGET TestService/UnaryCall",
    data: '{"responseSize":4}',
    stdout: /^\{"payload":\{"body":"AAAAAA=="\}\}\n$/,
  },
  {
    args: "call TARGET TestService/UnaryCall",
    data: '{"responseStatus":{"code":5,"message":"no such thing"}}',
    code: 105,
    stderr: /^redoubt: NOT_FOUND: no such thing\n {2}outcome: unknown\n$/,
  },
  {
    args: "call TARGET TestService/UnaryCall -v -H x-grpc-test-echo-initial:here -H x-grpc-test-echo-trailing-bin:AQI",
    stdout: /^\{"payload":\{\}\}\n$/,
    stderr:
      /^headers:\n(.*\n)* {2}x-grpc-test-echo-initial: here\n(.*\n)*trailers:\n {2}x-grpc-test-echo-trailing-bin: AQI=\n$/,
  },
  {
    args: "call TARGET TestService/StreamingOutputCall",
    data: '{"responseParameters":[{"size":1},{"size":2}]}',
    stdout: /^\{"payload":\{"body":"AA=="\}\}\n\{"payload":\{"body":"AAA="\}\}\n$/,
  },
  {
    args: "call TARGET TestService/StreamingInputCall",
    input: '{"payload":{"body":"AA=="}}\n{"payload":{"body":"AAAA"}}',
    stdout: /^\{"aggregatedPayloadSize":4\}\n$/,
  },
  {
    args: "call TARGET TestService/FullDuplexCall",
    input: '{"responseParameters":[{"size":1}]}{"responseParameters":[{"size":2}]}',
    stdout: /^\{"payload":\{"body":"AA=="\}\}\n\{"payload":\{"body":"AAA="\}\}\n$/,
  },
  { args: "call TARGET TestService/UnaryCal", code: 2, stderr: /hint: did you mean `UnaryCall`\?/ },
  { args: "call TARGET TestService/UnimplementedCall", code: 112, stderr: /^redoubt: UNIMPLEMENTED/ },
  { args: "health TARGET", stdout: /^SERVING\n$/ },
  { args: "health TARGET grpc.testing.TestService", code: 1, stdout: /^NOT_SERVING\n$/ },
  { args: "health TARGET nobody", code: 105, stderr: /^redoubt: NOT_FOUND/ },
  { args: "connections TARGET", stdout: CONNECTION },
];
