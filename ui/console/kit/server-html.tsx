import { useEffect, useRef } from "preact/hooks";

type Policy = { createHTML: (html: string) => unknown };
const types = (window as { trustedTypes?: { createPolicy: (name: string, rules: Policy) => Policy } }).trustedTypes;
const policy: Policy = types ? types.createPolicy("server-html", { createHTML: (html) => html }) : { createHTML: (html) => html };

/** The only place that puts markup into the page: HTML from POST /v1/preview, which the server's policy renderer made. */
export function ServerHtml({ html }: { html: string }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    ref.current!.innerHTML = policy.createHTML(html) as string;
    for (const link of ref.current!.querySelectorAll("a")) {
      link.target = "_blank";
      link.rel = "noopener noreferrer nofollow";
    }
  }, [html]);
  return <div class="article" ref={ref} dir="auto" />;
}
