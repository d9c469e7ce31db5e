import { describe, expect, it } from "vitest";
import { read, written } from "../console/settings/hours";

describe("office hours", () => {
  it("are read as they are written", () => {
    const hours = { mon: [["09:00", "12:00"], ["13:00", "17:00"]], fri: [["09:00", "12:00"]] };
    expect(written(hours)).toBe("mon 09:00-12:00, 13:00-17:00\nfri 09:00-12:00");
    expect(read(written(hours))).toEqual(hours);
    expect(read(" Mon: 09:00 – 12:00 ;13:00-17:00\n\nfri 09:00-12:00")).toEqual(hours);
  });
  it("that make no sense are left to the server", () => {
    expect(read("9 to 5\nmonday")).toEqual({ "9 to 5": [], monday: [] });
    expect(read("")).toEqual({});
  });
});
