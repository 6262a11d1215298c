/** More edits than this make another word. */
const MOST_EDITS = 3;

/** The word that a misspelt one stands for, whatever the case of its letters; undefined where none is near: more than two fifths of its letters are wrong. */
export function mostSimilar(misspelt: string, words: readonly string[]): string | undefined {
  const edits = words.map((word) => distance(misspelt.toLowerCase(), word.toLowerCase()));
  const least = Math.min(...edits);
  return least <= Math.min(MOST_EDITS, 0.4 * misspelt.length) ? words[edits.indexOf(least)] : undefined;
}

/** Levenshtein's: letters put in, left out or exchanged. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(row[j + 1] + 1, next[j] + 1, row[j] + (a[i] === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
