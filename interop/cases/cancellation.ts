import { Status } from "@redoubt/rpc";
import { payload } from "../test-service/payload.js";
import { type Case, expectStatus, expectZeros, nextOf } from "./case.js";

const REQUEST_BYTES = 27_182;
const RESPONSE_BYTES = 31_415;

export const cancelAfterBegin: Case = async ({ client }) => {
  const call = client.service.streamingInputCall();
  call.cancel();
  await expectStatus(call.reply, Status.CANCELLED);
};

export const cancelAfterFirstResponse: Case = async ({ client }) => {
  const call = client.service.fullDuplexCall();
  await call.send({ responseParameters: [{ size: RESPONSE_BYTES }], payload: payload(REQUEST_BYTES) });
  expectZeros((await nextOf(call)).payload, RESPONSE_BYTES);
  call.cancel();
  await expectStatus(call.next(), Status.CANCELLED);
};

export const timeoutOnSleepingServer: Case = async ({ client }) => {
  const call = client.service.fullDuplexCall({ timeoutMs: 1 });
  const sent = call.send({ payload: payload(REQUEST_BYTES) });
  await expectStatus(call.next(), Status.DEADLINE_EXCEEDED);
  await sent;
};
