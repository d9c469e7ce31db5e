import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { plainText } from "../../../shared/markdown";
import { day } from "../../kit/clock";
import { Icon } from "../../kit/icon";
import { t } from "../../kit/t";
import type { Frame } from "../../kit/wire";
import { pending } from "../outbox";
import type { Talk } from "../talks";
import { EventRow } from "./event";
import { LiveEntry } from "./live";
import { AgentMessage, BotMessage, CustomerMessage, NoteEntry } from "./message";
import { PendingEntry } from "./pending";
import { verdictsOn } from "./verdict";

function Entry({ frame, talk, name }: { frame: Frame; talk: Talk; name: string }) {
  if (frame.kind === "message.scored" || frame.kind === "answer.judged") return null;
  if (frame.kind === "note.added") return <NoteEntry frame={frame} />;
  if (frame.kind !== "message.added") return <EventRow frame={frame} />;
  if (frame.author.kind === "customer") return <CustomerMessage frame={frame} name={name} mood={talk.scored[frame.seq]} />;
  return frame.author.kind === "bot" ? <BotMessage frame={frame} conversation={talk.id} verdicts={verdictsOn(talk.events, frame.seq)} /> : <AgentMessage frame={frame} />;
}

function entries(talk: Talk, name: string) {
  let last = "";
  return talk.events.flatMap((frame, i) => {
    // Of a run of offers only the last one says something: the others went unanswered.
    if (frame.kind === "conversation.offered" && talk.events[i + 1]?.kind === "conversation.offered") return [];
    const today = day(frame.at);
    const divider = today === last ? [] : [<li key={`day-${today}`} class="day"><span>{today}</span></li>];
    last = today;
    return [...divider, <Entry key={frame.seq} frame={frame} talk={talk} name={name} />];
  });
}

function sentence(frame: Frame | undefined, name: string): string {
  if (!frame || frame.kind !== "message.added" || frame.author.kind === "agent") return "";
  return `${frame.author.kind === "customer" ? name : frame.author.name ?? t("bot")}: ${plainText(frame.text ?? "")}`;
}

/** The conversation's log. It sticks to the end only while the reader is there; a new message never moves the focus. */
export function Log({ talk, name }: { talk: Talk; name: string }) {
  const box = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const stick = useRef(true);
  const mine = pending.value.filter((one) => one.body.conversation === talk.id);
  const [said, say] = useState("");
  const newest = talk.events.findLast((one) => one.kind === "message.added");
  const began = useRef(newest?.seq ?? 0);

  const toEnd = () => {
    const log = box.current;
    if (log) log.scrollTop = log.scrollHeight;
  };
  const look = () => {
    const log = box.current!;
    const end = log.scrollHeight - log.scrollTop - log.clientHeight < 100;
    stick.current = end;
    setAtEnd(end);
  };
  useLayoutEffect(() => {
    if (stick.current) toEnd();
  });
  useLayoutEffect(() => {
    if (mine.length) toEnd();
  }, [mine.length]);
  useEffect(() => {
    const watch = new ResizeObserver(() => stick.current && toEnd());
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (newest && newest.seq > began.current) say(sentence(newest, name));
  }, [newest?.seq]);

  return (
    <div class="log-frame">
      <div class="log" role="log" aria-live="off" aria-label={t("log")} tabIndex={0} ref={box} onScroll={look}>
        <ol>
          {entries(talk, name)}
          {mine.map((item) => <PendingEntry key={item.key} item={item} />)}
          <LiveEntry talk={talk} name={name} />
        </ol>
      </div>
      <div class="hidden" role="status" aria-live="polite">{said}</div>
      {!atEnd && <button type="button" class="to-end" onClick={toEnd}><Icon name="down" size={16} />{t("to_end")}</button>}
    </div>
  );
}
