/**
 * The one script on a customer's page: a launcher, and after intent the frame. It keeps what a cross-site frame may not keep
 * (token, open state, unsent messages) and elects the tab that reads the stream, because browsers deny such frames storage and locks.
 */

export {};

type Command = (...values: any[]) => void;

const script = document.currentScript as HTMLScriptElement;
const { inbox = "", label = "Chat with us", theme = "" } = script.dataset;
/** The site's signed token of who is signed in there; empty: nobody. */
let { identity = "" } = script.dataset;
const { origin } = new URL(script.src);
const name = `warmline:${inbox}:`;
const global = window as unknown as { warmline?: { (command: string, ...values: unknown[]): void; q?: IArguments[] } };

const shape = document.createElement("div");
const root = shape.attachShadow({ mode: "open" });
const launcher = document.createElement("button");
const gone = new AbortController();
const badge = document.createElement("b");
let frame: HTMLIFrameElement | undefined;
/** What the frame may not store itself; written to localStorage only after intent. */
const kept: Record<string, string> = {};
let ready = 0;
let pending: object[] = [];
let opened = false;
let intent = false;
let storage = true;
let unread = 0;
let release: (() => void) | undefined;
let given: [url?: string, page?: object] = [];

const bare = (key: string) => key.slice(name.length);
/** Storage may throw on any touch; then everything lives as long as the page. */
const touch = (work: () => void) => {
  try {
    work();
  } catch {
    storage = false;
  }
};
const save = (key: string, value?: string) => {
  if (value) kept[key] = value;
  else delete kept[key];
  if (intent) touch(() => (value ? (localStorage[name + key] = value) : delete localStorage[name + key]));
};
const meant = () => {
  intent = true;
  for (const key in kept) save(key, kept[key]);
};

/** What is said before the frame can hear is kept for it. */
const post = (type: string, more: object) => {
  pending.push({ warmline: type, ...more });
  if (ready) for (const message of pending.splice(0)) frame!.contentWindow!.postMessage(message, origin);
};
const tell = (event: string, detail?: unknown) => dispatchEvent(new CustomEvent("warmline:" + event, { detail }));

/** Name of the first Product in the page's JSON-LD. */
const linked = () => {
  for (const block of document.querySelectorAll("[type*=ld]"))
    try {
      const data = JSON.parse(block.textContent!);
      for (const thing of [data["@graph"] || data].flat()) if (/Product/.test(thing["@type"])) return thing.name;
    } catch {
      // Somebody else's broken data is no reason to fail.
    }
};
const page = () => ({
  url: location.href,
  title: document.title,
  product: document.querySelector<HTMLElement>("[data-product]")?.dataset.product || linked() || document.querySelector<HTMLMetaElement>("head:has([content^=product]) [property$=title]")?.content,
  ...(given[0] === location.href && given[1]),
});

/** Whoever holds the lock reads the stream for all tabs of this site. */
const lead = () => {
  const asked = new AbortController();
  release = () => asked.abort();
  if (!navigator.locks) post("lead", { on: true });
  // Denied or given back: the frame notices that nobody leads and reads for itself.
  navigator.locks?.request(name, asked, () => {
      post("lead", { on: true });
      return new Promise<void>((done) => (release = done));
    }).catch(() => {});
};
/** A held lock would keep the page out of the back/forward cache. */
const rest = () => {
  release?.();
  post("lead", { on: false });
};

const build = () => {
  if (frame) return;
  frame = document.createElement("iframe");
  frame.title = label;
  frame.src = `${origin}/widget?inbox=${inbox}&theme=${theme}`;
  root.append(frame);
  draw();
  lead();
};
const draw = () => {
  if (frame) frame.hidden = !opened;
  launcher.ariaExpanded = opened as any;
  launcher.ariaLabel = unread ? `${label} (${unread})` : label;
  badge.textContent = (unread || "") as string;
};
const show = (on: boolean) => {
  if (on) build();
  if (on === opened) return;
  opened = on;
  draw();
  save("open", on ? "1" : "");
  post("open", { on });
  (on ? frame! : launcher).focus();
  tell(on ? "open" : "close");
};

const said: Record<string, (data: any) => void> = {
  ready() {
    ready = 1;
    pending = [{ warmline: "hello", kept, storage, identity }, ...pending];
    post("open", { on: opened });
  },
  meant,
  save: ({ key, value }) => save(key, value),
  page: () => post("page", { page: page() }),
  close: () => show(false),
  unread({ count }) {
    tell("unread", (unread = count));
    draw();
  },
  event: ({ event, detail }) => tell(event, detail),
};

const listeners: Record<string, (event: any) => void> = {
  message({ source, origin: from, data }: MessageEvent) {
    if (source === frame?.contentWindow && from === origin) said[data.warmline]?.(data);
  },
  storage({ key, newValue }: StorageEvent) {
    if (key?.startsWith(name)) post("changed", { key: (key = bare(key)), value: (kept[key] = newValue!) });
  },
  pagehide: rest,
  pageshow: ({ persisted }: PageTransitionEvent) => persisted && frame && lead(),
};

const commands: Record<string, Command> = {
  open: () => show(true),
  close: () => show(false),
  toggle: () => show(!opened),
  ask(text: string) {
    show(true);
    post("ask", { text });
  },
  page: (page: object) => (given = [location.href, page]),
  identify(token = "") {
    identity = token;
    if (frame) post("identity", { token });
  },
  on: (event: string, listener: (detail: unknown) => void) => addEventListener("warmline:" + event, (fired) => listener((fired as CustomEvent).detail)),
  destroy() {
    rest();
    gone.abort();
    shape.remove();
    frame = undefined;
  },
};

const run = (command: string, ...values: unknown[]) => commands[command]?.(...values);

const sheet = new CSSStyleSheet();
sheet.replaceSync(__CSS__);
root.adoptedStyleSheets = [sheet];
launcher.append(badge);
launcher.onclick = (event) => {
  if (event.isTrusted) meant();
  show(!opened);
};
root.append(launcher);
shape.id = "warmline";
shape.style.colorScheme = theme || "light dark";
// Not in body: the script may run before there is one.
document.documentElement.append(shape);
touch(() => {
  for (const key in localStorage) if (key.startsWith(name)) kept[bare(key)] = localStorage[key];
});
intent = kept.visitor as any;
draw();
for (const type in listeners) addEventListener(type, listeners[type]!, gone);
if (kept.open && innerWidth > 480) show(true);
else if (kept.conversation) build();
for (const values of global.warmline?.q ?? []) run(...(values as unknown as [string]));
global.warmline = run;
