// What a file looks like by its first bytes, for the sentence that says what was found in place of what was expected.

const byBytes: readonly (readonly [string, string])[] = [
  ["6de29981", "an archive of mongodump without gzip"],
  ["1f8b", "a gzip"],
  ["504b0304", "a zip"],
  ["425a68", "a bzip2"],
  ["fd377a585a00", "an xz"],
  ["28b52ffd", "a zstd"],
];

const byText: readonly (readonly [RegExp, string])[] = [
  [/^PGDMP/, "a PostgreSQL dump in pg_dump's custom format"],
  [/^[-\s]*PostgreSQL database (cluster )?dump/, "a PostgreSQL dump in plain SQL"],
  [/^SQLite format 3/, "an SQLite database"],
  [/^.{257}ustar/s, "a tar"],
  [/^\s*<(\?xml|!DOCTYPE|html)/i, "a web page or another XML"],
  [/^\s*[[{]\s*["{\]}]/, "JSON"],
];

/** @param head the first 512 bytes, or all that there are. */
export function lookOfFile(head: Uint8Array): string {
  if (head.length === 0) return "nothing: it is empty";
  const bytes = Buffer.from(head);
  const hex = bytes.toString("hex");
  const look = byBytes.find(([start]) => hex.startsWith(start))?.[1];
  const text = look ?? byText.find(([pattern]) => pattern.test(bytes.toString("latin1")))?.[1];
  if (text) return text;
  // A dump of one collection without its archive: the length of its first document, then the type of its first field.
  if (/^.{4}0000(0[1-9a-f]|1[0-3])/.test(hex)) return "BSON, as mongodump writes it without --archive";
  return `something unknown, which begins with ${hex.slice(0, 16).replaceAll(/..(?=.)/g, "$& ")}`;
}
