// How messages name a bucket and a key, and other names that somebody else chose. They may hold any character: one that could begin a new line of a log,
// or move a terminal's cursor, is shown by its number.

export function s3Uri(bucket: string, key: string): string {
  return `s3://${visible(bucket)}/${visible(key)}`;
}

export function visible(name: string): string {
  return name.replaceAll(
    /[\p{Cc}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
