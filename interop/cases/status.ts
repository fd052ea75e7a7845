import assert from "node:assert/strict";
import { Status } from "@redoubt/rpc";
import { type Case, expectStatus } from "./case.js";

const PLAIN = "test status message";
const SPECIAL = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";

export const statusCodeAndMessage: Case = async ({ client }) => {
  const responseStatus = { code: Status.UNKNOWN, message: PLAIN };
  const unary = await expectStatus(client.service.unaryCall({ responseStatus }), Status.UNKNOWN);
  assert.equal(unary.message, PLAIN);

  const call = client.service.fullDuplexCall();
  await call.send({ responseStatus });
  call.end();
  const duplex = await expectStatus(call.next(), Status.UNKNOWN);
  assert.equal(duplex.message, PLAIN);
};

export const specialStatusMessage: Case = async ({ client }) => {
  const responseStatus = { code: Status.UNKNOWN, message: SPECIAL };
  const { message } = await expectStatus(client.service.unaryCall({ responseStatus }), Status.UNKNOWN);
  assert.equal(message, SPECIAL);
};

export const unimplementedMethod: Case = async ({ client }) => {
  await expectStatus(client.service.unimplementedCall({}), Status.UNIMPLEMENTED);
};

export const unimplementedService: Case = async ({ client }) => {
  await expectStatus(client.unimplemented.unimplementedCall({}), Status.UNIMPLEMENTED);
};
