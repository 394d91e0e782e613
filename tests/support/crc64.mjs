// CRC-64 with the ECMA polynomial, reflected, as Go's hash/crc64 has it: the checksum of each collection in an archive of mongodump.

const polynomial = 0xc96c5795d7870f42n;

// In halves of 32 bits: BigInt is a hundred times slower.
const low = new Uint32Array(256);
const high = new Uint32Array(256);
for (let byte = 0; byte < 256; byte += 1) {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
  low[byte] = Number(value & 0xffffffffn);
  high[byte] = Number(value >> 32n);
}

/**
 * @param {Uint8Array} bytes
 * @param {bigint} [before] the checksum of what came before
 */
export function crc64(bytes, before = 0n) {
  const start = ~before;
  let [l, h] = [Number(BigInt.asUintN(32, start)), Number(BigInt.asUintN(32, start >> 32n))];
  for (const byte of bytes) {
    const index = (l ^ byte) & 0xff;
    l = ((l >>> 8) | (h << 24)) ^ /** @type {number} */ (low[index]);
    h = (h >>> 8) ^ /** @type {number} */ (high[index]);
  }
  return BigInt.asUintN(64, ~((BigInt(h >>> 0) << 32n) | BigInt(l >>> 0)));
}
