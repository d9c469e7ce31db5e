import { useMemo } from "preact/hooks";
import { t } from "../kit/t";
import { diff, type Piece } from "./diff";

/** Long stretches without a change are cut to their ends. */
function short(piece: Piece): string {
  if (piece.kind !== "same" || piece.text.length < 400) return piece.text;
  return `${piece.text.slice(0, 150)}\n⋯\n${piece.text.slice(-150)}`;
}

export function DiffView({ from, to }: { from: string; to: string }) {
  const pieces = useMemo(() => diff(from, to), [from, to]);
  if (pieces.every((one) => one.kind === "same")) return <p class="mut">{t("diff.same")}</p>;
  return (
    <pre class="diff" dir="auto" tabIndex={0} aria-label={t("diff")}>
      {pieces.map((piece, i) => (piece.kind === "added" ? <ins key={i}>{piece.text}</ins> : piece.kind === "gone" ? <del key={i}>{piece.text}</del> : <span key={i}>{short(piece)}</span>))}
    </pre>
  );
}
