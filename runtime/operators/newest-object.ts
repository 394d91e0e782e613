// Of many objects the newest, and how many were left out for which reason. Pure: it holds one object and some counts, whatever their number.

import type { ListedObject } from "../connections/s3-session.ts";
import { countNoun } from "../count-noun.ts";

export interface NewestChoice {
  readonly newest: ListedObject | undefined;
  /** How many others have its very time. */
  readonly ties: number;
  readonly seen: number;
  readonly folderMarkers: number;
  readonly unmatched: number;
  readonly empty: number;
}

export const noChoice: NewestChoice = {
  newest: undefined,
  ties: 0,
  seen: 0,
  folderMarkers: 0,
  unmatched: 0,
  empty: 0,
};

/** @param fits whether an object's key is one that is looked for. */
export function chooseNewest(
  before: NewestChoice,
  objects: readonly ListedObject[],
  fits: (key: string) => boolean,
): NewestChoice {
  let { newest, ties, folderMarkers, unmatched, empty } = before;
  for (const object of objects) {
    if (object.key.endsWith("/")) folderMarkers += 1;
    else if (!fits(object.key)) unmatched += 1;
    else if (object.size === 0) empty += 1;
    else {
      const order = newest === undefined ? 1 : object.lastModified.getTime() - newest.lastModified.getTime();
      ties = order > 0 ? 0 : order === 0 ? ties + 1 : ties;
      if (order > 0 || (order === 0 && isGreater(object.key, newest!.key))) newest = object;
    }
  }
  return { newest, ties, seen: before.seen + objects.length, folderMarkers, unmatched, empty };
}

/** `looked at 12 objects: 1 folder marker, 3 that do not match, 2 empty ones`. */
export function describeChoice({ seen, folderMarkers, unmatched, empty }: NewestChoice): string {
  const left = [
    folderMarkers > 0 ? countNoun(folderMarkers, "folder marker") : "",
    unmatched > 0 ? `${unmatched.toLocaleString("en")} not of the pattern` : "",
    empty > 0 ? `${empty.toLocaleString("en")} empty` : "",
  ].filter(Boolean);
  return `looked at ${countNoun(seen, "object")}${left.length === 0 ? "" : `; left out: ${left.join(", ")}`}`;
}

/** As S3 orders keys: by their bytes in UTF-8, where JavaScript compares UTF-16. */
function isGreater(key: string, other: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
}
