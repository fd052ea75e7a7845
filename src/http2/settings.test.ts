import { describe, expect, it } from "vitest";
import { ErrorCode } from "./error.js";
import { applySetting, initialSettings, SettingId } from "./settings.js";

const { PROTOCOL_ERROR, FLOW_CONTROL_ERROR } = ErrorCode;
const UINT32_MAX = 0xffff_ffff;

describe("RFC 9113 §6.5.2, the value of a setting", () => {
  const cases: [keyof typeof SettingId, number, number | undefined][] = [
    ["HEADER_TABLE_SIZE", 0, undefined],
    ["HEADER_TABLE_SIZE", UINT32_MAX, undefined],
    ["ENABLE_PUSH", 0, undefined],
    ["ENABLE_PUSH", 1, undefined],
    ["ENABLE_PUSH", 2, PROTOCOL_ERROR],
    ["MAX_CONCURRENT_STREAMS", 0, undefined],
    ["MAX_CONCURRENT_STREAMS", UINT32_MAX, undefined],
    ["INITIAL_WINDOW_SIZE", 0, undefined],
    ["INITIAL_WINDOW_SIZE", 0x7fff_ffff, undefined],
    ["INITIAL_WINDOW_SIZE", 0x8000_0000, FLOW_CONTROL_ERROR],
    ["INITIAL_WINDOW_SIZE", UINT32_MAX, FLOW_CONTROL_ERROR],
    ["MAX_FRAME_SIZE", 16_383, PROTOCOL_ERROR],
    ["MAX_FRAME_SIZE", 16_384, undefined],
    ["MAX_FRAME_SIZE", 16_777_215, undefined],
    ["MAX_FRAME_SIZE", 16_777_216, PROTOCOL_ERROR],
    ["MAX_HEADER_LIST_SIZE", 0, undefined],
    ["MAX_HEADER_LIST_SIZE", UINT32_MAX, undefined],
  ];
  it.each(cases)("%s = %i", (name, value, code) => {
    const settings = initialSettings();
    const before = initialSettings();
    expect(applySetting(settings, SettingId[name], value)?.code).toBe(code);
    const changed = (Object.keys(before) as (keyof typeof before)[]).filter(
      (key) => settings[key] !== before[key],
    );
    expect(changed.length).toBeLessThanOrEqual(code === undefined ? 1 : 0);
    if (changed.length === 1) expect(Number(settings[changed[0]])).toBe(value);
  });

  it("unknown ones are ignored", () => {
    const settings = initialSettings();
    for (const id of [0, 7, 8, 0xffff]) expect(applySetting(settings, id, UINT32_MAX)).toBeUndefined();
    expect(settings).toEqual(initialSettings());
  });
});
