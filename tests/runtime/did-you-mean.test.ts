import { expect, test } from "vitest";
import { didYouMean, findNearest, suggest } from "../../runtime/did-you-mean.ts";

test.each([
  ["lnt", ["lint", "build"], "lint"],
  ["LINT", ["lint", "build"], "lint"],
  ["biuld", ["lint", "build"], "build"],
  ["deploy", ["lint", "build"], undefined],
  ["", ["lint"], undefined],
])("the nearest to %j among %j is %s", (found, accepted, nearest) => {
  expect(findNearest(found, accepted)).toBe(nearest);
});

test("without a near word all are listed", () => {
  expect(suggest("deploy", ["lint", "build"])).toBe("Accepted: lint, build");
});

test.each([
  ["sslmod", ["sslmode", "sslkey"], ' (did you mean "sslmode"?)'],
  ["pagial", ["pagila"], ' (did you mean "pagila"?)'],
  ["PAGILA", ["pagila"], ' (did you mean "pagila"?)'],
  ["x", ["pagila"], ""],
  ["warehouse", ["pagila"], ""],
  ["anything", [], ""],
])("in a sentence, %s among %j is remarked on with %j", (given, accepted, expected) => {
  expect(didYouMean(given, accepted)).toBe(expected);
});
