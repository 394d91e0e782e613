// How messages name a bucket and a key. Keys may hold any character: one that could begin a new line of a log, or move a terminal's cursor, is
// shown by its number.

export function s3Uri(bucket: string, key: string): string {
  return `s3://${bucket}/${visible(key)}`;
}

export function visible(key: string): string {
  return key.replaceAll(
    /[\p{Cc}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
