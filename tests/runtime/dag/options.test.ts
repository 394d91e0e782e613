import { expect, test } from "vitest";
import { type KnownOptions, readOptions, required } from "../../../runtime/dag/options.ts";
import { number, text } from "../../../runtime/dag/shapes.ts";

interface Made {
  readonly name: string;
  readonly size?: number;
}
type Either = { readonly one: string; readonly both: string } | { readonly two: number; readonly both: string };

const known: KnownOptions<Made> = { name: required(text), size: number };

test("the compiler holds a table against the options' type", () => {
  const tables: readonly object[] = [
    // @ts-expect-error an option is missing
    { name: required(text) } satisfies KnownOptions<Made>,
    // @ts-expect-error there is no such option
    { name: required(text), size: number, sise: number } satisfies KnownOptions<Made>,
    // @ts-expect-error another type
    { name: required(text), size: text } satisfies KnownOptions<Made>,
    // @ts-expect-error it must be given
    { name: text, size: number } satisfies KnownOptions<Made>,
    // @ts-expect-error it need not be given
    { name: required(text), size: required(number) } satisfies KnownOptions<Made>,
    { one: text, two: number, both: required(text) } satisfies KnownOptions<Either>,
  ];
  expect(tables).toHaveLength(6);
});

test("what is sound is read, and everything else is said", () => {
  const { sound, faults } = readOptions<Made>({ name: "a", size: "1", sise: 1 }, known);
  expect(sound).toEqual({ name: "a" });
  expect(faults.map(({ steps, problem }) => `${steps.join(".")} ${problem}`)).toEqual([
    "sise is an unknown option",
    'size is "1", not a number',
  ]);
});

test("names of Object's own are no options", () => {
  const { faults } = readOptions<Made>(JSON.parse('{ "name": "a", "__proto__": 1, "constructor": 1 }'), known);
  expect(faults.map(({ steps }) => steps)).toEqual([["__proto__"], ["constructor"]]);
});
