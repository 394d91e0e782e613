// Schedulers that die at every possible instant, over simulated time, against a real store in memory: the lives of even seeds.

import { it } from "vitest";
import { liveManyLives, seedsOfHalf } from "./many-lives.ts";

it(`${seedsOfHalf} lives hold every promise, whatever dies when`, () => liveManyLives(0), 5_000_000);
