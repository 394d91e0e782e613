// A number and its noun: `1 file`, `2 files`, `1,000 files`.

export function countNoun(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
