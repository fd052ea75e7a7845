// One number of up to 64 bits, to be seen as bits: typed arrays over the same eight bytes.

const memory = new ArrayBuffer(8);

export const asInt32 = new Int32Array(memory);
export const asFloat32 = new Float32Array(memory);
export const asFloat64 = new Float64Array(memory);
export const asInt64 = new BigInt64Array(memory);
export const asUint64 = new BigUint64Array(memory);

/** Where the lower half of 64 bits is in the arrays of 32 bits: the machine's byte order decides. */
export const LOW = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;

/** Where the upper half is. */
export const HIGH = 1 - LOW;
