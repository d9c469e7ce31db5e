import { Icon, type IconName } from "./icon";
import { word } from "./t";

const icons: Record<string, IconName> = { upset: "moodUpset", tense: "moodTense", calm: "moodCalm", happy: "moodHappy" };

/** A mood always has its word; colour and face only help. */
export function MoodWord({ mood }: { mood: string }) {
  return <span class={`mood mood-${mood}`}><Icon name={icons[mood] ?? "moodCalm"} size={16} />{word("mood", mood)}</span>;
}
