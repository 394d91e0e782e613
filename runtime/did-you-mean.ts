// Finds the accepted word that a mistyped one is nearest to.

/** The nearest of `accepted`, or undefined when none is near: at most a third of its letters differ. */
export function findNearest(found: string, accepted: readonly string[]): string | undefined {
  const ranked = accepted
    .map((word) => ({ word, distance: editDistance(found.toLowerCase(), word.toLowerCase()) }))
    .filter(({ word, distance }) => distance <= Math.max(1, Math.floor(word.length / 3)))
    .sort((left, right) => left.distance - right.distance);
  return ranked[0]?.word;
}

/** A sentence to end a remedy with: `Did you mean "x"?`, or the accepted words when none is near. */
export function suggest(found: string, accepted: readonly string[]): string {
  const nearest = findNearest(found, accepted);
  return nearest === undefined ? `Accepted: ${accepted.join(", ")}` : `Did you mean ${nearest}?`;
}

/** A remark in the middle of a sentence: ` (did you mean "sslmode"?)`, or nothing when none is near. */
export function didYouMean(found: string, accepted: readonly string[]): string {
  const nearest = findNearest(found, accepted);
  return nearest === undefined ? "" : ` (did you mean ${JSON.stringify(nearest)}?)`;
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function editDistance(left: string, right: string): number {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current[column] = Math.min(
        rows[row - 1]![column]! + 1,
        current[column - 1]! + 1,
        rows[row - 1]![column - 1]! + (isSame ? 0 : 1),
        isSwapped && row > 1 && column > 1 ? rows[row - 2]![column - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
    rows.push(current);
  }
  return rows[left.length]![right.length]!;
}
