import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { memory } from "./scroll";

interface Props { name: string; ids: string[]; height: number; active: string | undefined; render: (id: string) => ComponentChildren; onEnd: () => void }

/** A list that draws only the rows near the window; each row is `height` px. */
export function Virtual({ name, ids, height, active, render, onEnd }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const [[top, size], set] = useState<[number, number]>([0, 900]);
  const look = () => {
    const box = ref.current;
    if (!box) return;
    memory.set(name, box.scrollTop);
    set([box.scrollTop, box.clientHeight]);
    if (box.scrollTop + box.clientHeight > ids.length * height - 400) onEnd();
  };
  useLayoutEffect(() => {
    ref.current!.scrollTop = memory.get(name) ?? 0;
    look();
  }, [name]);
  useEffect(() => {
    const watch = new ResizeObserver(look);
    watch.observe(ref.current!);
    return () => watch.disconnect();
  }, [ids.length]);
  useEffect(() => {
    const at = active ? ids.indexOf(active) : -1;
    const box = ref.current!;
    if (at < 0) return;
    if (at * height < box.scrollTop) box.scrollTop = at * height;
    else if ((at + 1) * height > box.scrollTop + box.clientHeight) box.scrollTop = (at + 1) * height - box.clientHeight;
  }, [active]);
  const first = Math.max(0, Math.floor(top / height) - 4);
  const shown = ids.slice(first, Math.ceil((top + size) / height) + 4);
  return (
    <div class="virtual" ref={ref} onScroll={look}>
      <ul style={{ blockSize: `${ids.length * height}px` }}>
        {shown.map((id, i) => (
          <li key={id} aria-posinset={first + i + 1} aria-setsize={ids.length} style={{ transform: `translateY(${(first + i) * height}px)`, blockSize: `${height}px` }}>
            {render(id)}
          </li>
        ))}
      </ul>
    </div>
  );
}
