export interface Piece { kind: "same" | "added" | "gone"; text: string }

const words = (text: string) => text.match(/\n|[^\S\n]+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
const lines = (text: string) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Longest common subsequence by dynamic programming: O(n·m) time and 2 bytes a cell. */
function common(a: string[], b: string[]): Piece[] {
  const width = b.length + 1;
  const best = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i * width + j] = a[i] === b[j] ? best[(i + 1) * width + j + 1]! + 1 : Math.max(best[(i + 1) * width + j]!, best[i * width + j + 1]!);
    }
  }
  const out: Piece[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) out.push({ kind: "same", text: (i++, b[j++]!) });
    else if (j >= b.length || (i < a.length && best[(i + 1) * width + j]! >= best[i * width + j + 1]!)) out.push({ kind: "gone", text: a[i++]! });
    else out.push({ kind: "added", text: b[j++]! });
  }
  return out;
}

function join(pieces: Piece[]): Piece[] {
  const out: Piece[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    if (last?.kind === piece.kind) last.text += piece.text;
    else out.push({ ...piece });
  }
  return out;
}

function compare(a: string[], b: string[]): Piece[] | null {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [mine, theirs] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (mine.length * theirs.length > 4_000_000 || Math.max(mine.length, theirs.length) > 60_000) return null;
  const same = (text: string[]): Piece[] => (text.length ? [{ kind: "same", text: text.join("") }] : []);
  return join([...same(a.slice(0, start)), ...common(mine, theirs), ...same(a.slice(a.length - end))]);
}

/** From one text to another, by words; by lines where the texts are long, whole where even that is too much. */
export function diff(from: string, to: string): Piece[] {
  return compare(words(from), words(to)) ?? compare(lines(from), lines(to)) ?? [{ kind: "gone", text: from }, { kind: "added", text: to }];
}
