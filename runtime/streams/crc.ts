// CRC-32C and CRC-64/NVME, eight bytes at a time: S3's own checksums, which Node has not. A register of 64 bits in two halves serves both;
// of the narrower one the upper half stays zero.

export interface Crc {
  update(bytes: Uint8Array): void;
  /** Big endian, as S3 encodes it. */
  digest(): Buffer;
}

type Halves = readonly [high: number, low: number];

/** The polynomials, reflected; all ones at the start, and all inverted at the end. */
export const createCrc32c = (): Crc => createCrc(tablesOf([0, 0x82f63b78]), 4);
export const createCrc64nvme = (): Crc => createCrc(tablesOf([0x9a6c9329, 0xac4bc9b5]), 8);

/** For each of eight places in a word and each byte: what the byte adds to the register there. */
interface Tables {
  readonly high: Int32Array;
  readonly low: Int32Array;
}

const made = new Map<number, Tables>();

function tablesOf(polynomial: Halves): Tables {
  const known = made.get(polynomial[1]);
  if (known) return known;
  const high = new Int32Array(8 * 256);
  const low = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let [upper, lower]: Halves = [0, byte];
    for (let bit = 0; bit < 8; bit += 1) {
      const isOdd = (lower & 1) === 1;
      lower = (lower >>> 1) | ((upper & 1) << 31);
      upper >>>= 1;
      if (isOdd) [upper, lower] = [upper ^ polynomial[0], lower ^ polynomial[1]];
    }
    [high[byte], low[byte]] = [upper, lower];
  }
  for (let at = 256; at < high.length; at += 1) {
    const [upper, lower] = [high[at - 256]!, low[at - 256]!];
    const next = lower & 255;
    high[at] = (upper >>> 8) ^ high[next]!;
    low[at] = ((lower >>> 8) | (upper << 24)) ^ low[next]!;
  }
  made.set(polynomial[1], { high, low });
  return { high, low };
}

function createCrc({ high, low }: Tables, bytes: 4 | 8): Crc {
  let upper = bytes === 8 ? -1 : 0;
  let lower = -1;
  return {
    update: (chunk) => {
      let at = 0;
      for (const end = chunk.length - 7; at < end; at += 8) {
        const x = lower ^ (chunk[at]! | (chunk[at + 1]! << 8) | (chunk[at + 2]! << 16) | (chunk[at + 3]! << 24));
        const y = upper ^ (chunk[at + 4]! | (chunk[at + 5]! << 8) | (chunk[at + 6]! << 16) | (chunk[at + 7]! << 24));
        const a = 1792 + (x & 255);
        const b = 1536 + ((x >>> 8) & 255);
        const c = 1280 + ((x >>> 16) & 255);
        const d = 1024 + (x >>> 24);
        const e = 768 + (y & 255);
        const f = 512 + ((y >>> 8) & 255);
        const g = 256 + ((y >>> 16) & 255);
        const h = y >>> 24;
        upper = high[a]! ^ high[b]! ^ high[c]! ^ high[d]! ^ high[e]! ^ high[f]! ^ high[g]! ^ high[h]!;
        lower = low[a]! ^ low[b]! ^ low[c]! ^ low[d]! ^ low[e]! ^ low[f]! ^ low[g]! ^ low[h]!;
      }
      for (; at < chunk.length; at += 1) {
        const index = (lower ^ chunk[at]!) & 255;
        lower = ((lower >>> 8) | (upper << 24)) ^ low[index]!;
        upper = (upper >>> 8) ^ high[index]!;
      }
    },
    digest: () => {
      const result = Buffer.alloc(8);
      result.writeInt32BE(~upper, 0);
      result.writeInt32BE(~lower, 4);
      return result.subarray(8 - bytes);
    },
  };
}
