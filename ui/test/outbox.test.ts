import { describe, expect, it } from "vitest";
import { Problem } from "../shared/api";
import { Outbox, type OutboxItem } from "../shared/outbox";

const down = () => new Problem(0, "network", "");

function outbox(answer: (item: OutboxItem<string>) => Promise<void>) {
  const sent: string[] = [];
  let shown: OutboxItem<string>[] = [];
  const box = new Outbox<string>(
    async (item) => {
      await answer(item);
      sent.push(item.body);
    },
    (items) => (shown = items),
  );
  return { box, sent, states: () => shown.map((item) => item.state) };
}

const settled = () => new Promise<void>((done) => setTimeout(done));

describe("outbox", () => {
  it("sends in order, also what is written while it sends", async () => {
    let open = () => {};
    const gate = new Promise<void>((done) => (open = done));
    const { box, sent } = outbox(() => gate);
    box.add("one");
    await settled();
    box.add("two");
    box.add("three");
    open();
    await settled();
    expect(sent).toEqual(["one", "two", "three"]);
  });

  it("stops the line on a passing failure and sends all of it later, once", async () => {
    let up = false;
    const { box, sent, states } = outbox(async () => {
      if (!up) throw down();
    });
    box.add("one");
    box.add("two");
    await settled();
    expect(states()).toEqual(["failed", "waiting"]);
    up = true;
    await box.flush();
    await box.flush();
    expect(sent).toEqual(["one", "two"]);
  });

  it("steps over a refusal", async () => {
    const { box, sent, states } = outbox(async (item) => {
      if (item.body === "bad") throw new Problem(422, "invalid", "no");
    });
    box.add("bad");
    box.add("good");
    await settled();
    expect(sent).toEqual(["good"]);
    expect(states()).toEqual(["refused", "sending"]);
  });

  it("keeps what was sent until the log has it", async () => {
    const { box } = outbox(async () => {});
    const key = box.add("one");
    await settled();
    expect(box.isSent(key)).toBe(true);
    expect(box.items).toHaveLength(1);
    expect(box.settle(key)).toBe(true);
    expect(box.settle(key)).toBe(false);
    expect(box.items).toHaveLength(0);
  });

  it("restores under the same keys and doubles nothing", async () => {
    const keys: string[] = [];
    const { box } = outbox(async (item) => void keys.push(item.key));
    box.restore([{ key: "k1", body: "one" }]);
    box.restore([{ key: "k1", body: "one" }]);
    await settled();
    expect(keys).toEqual(["k1"]);
  });
});
