// Counts line breaks, four bytes at a time: every byte of a COPY block passes here, and a loop over single bytes would be the reader's
// slowest part.

const newline = 10;
const newlines = 0x0a0a0a0a;
const low = 0x7f7f7f7f;
/** A chunk's words are read in place, so the first one must begin at a multiple of four. */
const wordBytes = 4;

export function countLines(bytes: Buffer): number {
  const misaligned = (wordBytes - (bytes.byteOffset % wordBytes)) % wordBytes;
  const head = Math.min(bytes.length, misaligned);
  const words = Math.floor((bytes.length - head) / wordBytes);
  const tail = head + words * wordBytes;
  return (
    countInBytes(bytes, 0, head) +
    (words === 0 ? 0 : countInWords(new Int32Array(bytes.buffer, bytes.byteOffset + head, words))) +
    countInBytes(bytes, tail, bytes.length)
  );
}

function countInBytes(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let place = from; place < to; place++) if (bytes[place] === newline) count += 1;
  return count;
}

/** A byte that equals the line break is zero after the xor; only such a byte keeps its high bit clear in `marks`. */
function countInWords(words: Int32Array): number {
  let count = 0;
  for (let place = 0; place < words.length; place++) {
    const word = words[place]! ^ newlines;
    const marks = ((word & low) + low) | word | low;
    if (marks !== -1) count += zeroBytes(marks);
  }
  return count;
}

function zeroBytes(marks: number): number {
  const bits = (~marks >>> 7) & 0x01010101;
  return (bits + (bits >>> 8) + (bits >>> 16) + (bits >>> 24)) & 0xff;
}
