import { CopyText } from "./copy";
import { t } from "./t";

function snippetFor(key: string): string {
  return `<script async src="${location.origin}/warmline.js" data-inbox="${key}"></script>`;
}

/** The line that puts the widget on a page. */
export function Snippet({ inboxKey }: { inboxKey: string }) {
  return <CopyText label={t("snippet")} text={snippetFor(inboxKey)} />;
}
