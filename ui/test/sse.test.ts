import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { backoff, Parser, Stream, type StreamFrame, type StreamState } from "../shared/sse";

const parsed = (...pieces: string[]) => {
  const blocks: object[] = [];
  const parser = new Parser((block) => blocks.push(block));
  for (const piece of pieces) parser.push(piece);
  return blocks;
};

describe("parser", () => {
  it("reads blocks however they are cut", () => {
    const text = ': hi\n\nid: 7\nevent: a\ndata: {"x":\ndata: 1}\n\n';
    const whole = [{ id: "7", event: "a", data: '{"x":\n1}' }];
    for (let cut = 0; cut <= text.length; cut += 1) expect(parsed(text.slice(0, cut), text.slice(cut))).toEqual(whole);
  });

  it("takes CRLF, a value without space and a block with an id alone", () => {
    expect(parsed("id:9\r\n\r\ndata:x\r\n\r\n")).toEqual([
      { id: "9", event: "", data: "" },
      { id: null, event: "", data: "x" },
    ]);
  });

  it("hands on no half block", () => {
    expect(parsed("id: 1\nevent: a\ndata: x\n")).toEqual([]);
  });
});

describe("backoff", () => {
  it("lies between half a second and thirty", () => {
    for (const random of [0, 0.5, 0.999])
      for (let attempt = 0; attempt < 20; attempt += 1) {
        const wait = backoff(attempt, () => random);
        expect(wait).toBeGreaterThanOrEqual(500);
        expect(wait).toBeLessThanOrEqual(30_000);
      }
  });
});

interface Ask {
  after: string | null;
  last: string | undefined;
  token: string | undefined;
}

describe("stream", () => {
  let server: Server | undefined;
  let stream: Stream | undefined;
  afterEach(() => {
    stream?.stop();
    server?.closeAllConnections();
    server?.close();
  });

  /** Each connection gets the next script; asked for is what the client sent. */
  async function serve(...scripts: ((answer: ServerResponse) => void)[]): Promise<{ url: string; asked: Ask[] }> {
    const asked: Ask[] = [];
    server = createServer((request, response) => {
      const { headers, url } = request;
      asked.push({
        after: new URL(url!, "http://x").searchParams.get("after"),
        last: headers["last-event-id"] as string | undefined,
        token: headers.authorization,
      });
      const script = scripts[asked.length - 1] ?? scripts.at(-1)!;
      script(response);
    });
    await new Promise<void>((done) => server!.listen(0, "127.0.0.1", done));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`, asked };
  }

  const sends =
    (text: string, open = false) =>
    (answer: ServerResponse) => {
      answer.writeHead(200, { "Content-Type": "text/event-stream" });
      answer.write(text);
      if (!open) answer.end();
    };

  function follow(url: string, after = 0, reset = async () => 0) {
    const frames: StreamFrame[] = [];
    const states: StreamState[] = [];
    const waiting: { want: () => boolean; done: () => void }[] = [];
    const look = () => {
      for (const one of waiting) if (one.want()) one.done();
    };
    const until = (want: () => boolean) => new Promise<void>((done) => (want() ? done() : waiting.push({ want, done })));
    stream = new Stream({
      url,
      after,
      token: "vst_1",
      reset,
      frame(frame) {
        frames.push(frame);
        look();
      },
      state(state) {
        states.push(state);
        look();
      },
    });
    stream.start();
    return { frames, states, until };
  }

  it("comes back after a cut with its cursor and sees nothing twice", async () => {
    const { url, asked } = await serve(
      sends('id: 1\nevent: a\ndata: {"n":1}\n\nid: 2\n\nid: 3\nevent: a\ndata: {"n"'),
      sends('id: 2\nevent: a\ndata: {"n":2}\n\nid: 3\nevent: a\ndata: {"n":3}\n\n', true),
    );
    const { frames, until } = follow(url);
    await until(() => frames.length === 2);
    expect(frames.map((frame) => frame.id)).toEqual([1, 3]);
    expect(asked[1]).toEqual({ after: "2", last: "2", token: "Bearer vst_1" });
  });

  it("survives an answer that is not 200", async () => {
    const { url } = await serve((answer) => answer.writeHead(503).end(), sends("event: delta\ndata: {}\n\n", true));
    const { frames, states, until } = follow(url);
    await until(() => frames.length === 1);
    expect(states).toEqual(["connecting", "waiting", "connecting", "online"]);
    expect(frames[0]!.id).toBeNull();
  });

  it("fetches the snapshot on reset and goes on from there", async () => {
    const { url, asked } = await serve(sends("event: reset\ndata: {}\n\n", true), sends('id: 42\nevent: a\ndata: {}\n\n', true));
    const { frames, until } = follow(url, 99, async () => 41);
    await until(() => frames.length === 1);
    expect(asked.map((ask) => ask.after)).toEqual(["99", "41"]);
  });

  it("does not come back once closed", async () => {
    const { url, asked } = await serve(sends("event: closed\ndata: {}\n\n"));
    const { states, until } = follow(url);
    await until(() => states.at(-1) === "closed");
    expect(asked).toHaveLength(1);
  });

  it("comes back when the server says", async () => {
    const { url, asked } = await serve(sends('event: reconnect\ndata: {"retry": 1}\n\n'), sends("id: 1\nevent: a\ndata: {}\n\n", true));
    const { frames, until } = follow(url);
    await until(() => frames.length === 1);
    expect(asked).toHaveLength(2);
  });

  it("gives up on a refused token", async () => {
    const { url } = await serve((answer) => answer.writeHead(401).end());
    const { states, until } = follow(url);
    await until(() => states.at(-1) === "closed");
    expect(states).toEqual(["connecting", "closed"]);
  });
});
