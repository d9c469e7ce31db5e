import "../shared/tokens.css";
import "./widget.css";
import { render } from "preact";
import words from "../i18n/widget.en.json";
import { useMessages } from "../shared/i18n";
import { start } from "./chat";
import { findHost } from "./host";
import { discard, outbox, restore, say } from "./sending";
import { watch } from "./store";
import { App } from "./views/app";
import { focusWhenOpened } from "./views/composer";
import { stick } from "./views/log";

const asked = new URLSearchParams(location.search);
const theme = asked.get("theme");
const root = document.documentElement;
if (theme) root.dataset.theme = theme;

useMessages("en", words);
const host = findHost();
root.dataset.framed = String(host.framed);
addEventListener("keydown", ({ key }) => {
  if (key === "Escape") host.close();
});

const kept = start(host, asked.get("inbox") ?? "", { send: () => void outbox.flush(), ask: say, discard });
const draw = () => render(<App />, document.body);
watch(draw);
watch(stick);
watch(focusWhenOpened);
draw();
void kept.then(restore);
