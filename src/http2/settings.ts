import { ErrorCode } from "./error.js";
import { UINT31_MAX } from "./frame.js";

/** Ids of SETTINGS parameters, RFC 9113 §6.5.2. */
export const SettingId = {
  HEADER_TABLE_SIZE: 0x1,
  ENABLE_PUSH: 0x2,
  MAX_CONCURRENT_STREAMS: 0x3,
  INITIAL_WINDOW_SIZE: 0x4,
  MAX_FRAME_SIZE: 0x5,
  MAX_HEADER_LIST_SIZE: 0x6,
} as const;

/** What one side has declared, with the RFC's initial values where it has said nothing. */
export interface Settings {
  headerTableBytes: number;
  enablePush: boolean;
  maxConcurrentStreams: number;
  /** 0 … 2^31-1. */
  initialWindowBytes: number;
  /** 16,384 … 16,777,215. */
  maxFrameBytes: number;
  maxHeaderListBytes: number;
}

/** A frame payload of this size is always allowed, §4.2. */
export const MIN_MAX_FRAME_BYTES = 16_384;
const MAX_MAX_FRAME_BYTES = 16_777_215;

/** The window that every stream and connection starts with, §6.9.2. */
export const DEFAULT_WINDOW_BYTES = 65_535;

export function initialSettings(): Settings {
  return {
    headerTableBytes: 4096,
    enablePush: true,
    maxConcurrentStreams: Number.POSITIVE_INFINITY,
    initialWindowBytes: DEFAULT_WINDOW_BYTES,
    maxFrameBytes: MIN_MAX_FRAME_BYTES,
    maxHeaderListBytes: Number.POSITIVE_INFINITY,
  };
}

/**
 * Takes one parameter of a SETTINGS frame over into `settings`. Unknown ids are ignored (§6.5.2); a value out of
 * range gives the connection error to answer with.
 */
export function applySetting(
  settings: Settings,
  id: number,
  value: number,
): { code: number; detail: string } | undefined {
  switch (id) {
    case SettingId.HEADER_TABLE_SIZE:
      settings.headerTableBytes = value;
      return undefined;
    case SettingId.ENABLE_PUSH:
      if (value > 1) return { code: ErrorCode.PROTOCOL_ERROR, detail: `SETTINGS_ENABLE_PUSH is ${value}` };
      settings.enablePush = value === 1;
      return undefined;
    case SettingId.MAX_CONCURRENT_STREAMS:
      settings.maxConcurrentStreams = value;
      return undefined;
    case SettingId.INITIAL_WINDOW_SIZE:
      if (value > UINT31_MAX)
        return { code: ErrorCode.FLOW_CONTROL_ERROR, detail: `SETTINGS_INITIAL_WINDOW_SIZE is ${value}` };
      settings.initialWindowBytes = value;
      return undefined;
    case SettingId.MAX_FRAME_SIZE:
      if (value < MIN_MAX_FRAME_BYTES || value > MAX_MAX_FRAME_BYTES)
        return { code: ErrorCode.PROTOCOL_ERROR, detail: `SETTINGS_MAX_FRAME_SIZE is ${value}` };
      settings.maxFrameBytes = value;
      return undefined;
    case SettingId.MAX_HEADER_LIST_SIZE:
      settings.maxHeaderListBytes = value;
      return undefined;
    default:
      return undefined;
  }
}
