/**
 * The known names closest to an unknown one, best first, at most three: for "did you mean". The distance is Damerau-Levenshtein (optimal
 * string alignment) on lower-cased text; names further away than a third of their length are left out, unless one contains the other.
 */
export function closest(text: string, known: Iterable<string>): readonly string[] {
  const target = text.toLowerCase();
  const ranked: { readonly name: string; readonly distance: number }[] = [];
  for (const name of known) {
    const candidate = name.toLowerCase();
    const contained = candidate !== '' && target !== '' && (candidate.includes(target) || target.includes(candidate));
    // A small misspelling comes before a substring.
    const distance = contained ? Math.min(1.5, editDistance(target, candidate)) : editDistance(target, candidate);
    if (distance <= Math.max(contained ? 1.5 : 1, Math.max(target.length, candidate.length) / 3)) ranked.push({ name, distance });
  }
  ranked.sort((left, right) => left.distance - right.distance || left.name.localeCompare(right.name, 'en'));
  return ranked.slice(0, 3).map(({ name }) => name);
}

function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let best = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? 0;
}
