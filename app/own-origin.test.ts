import { expect, it } from "vitest";
import { originFrom } from "./own-origin";

it.each([
  ["localhost:3000", null, "http://localhost:3000"],
  ["mem.example.org", "https", "https://mem.example.org"],
  ["[::1]:3000", null, "http://[::1]:3000"],
  ["mem.example.org", "javascript", "http://mem.example.org"],
  ["x;reboot", null, undefined],
  ["a$(id)", null, undefined],
  ["a, b", null, undefined],
  [null, null, undefined],
])("host %j by %j is shown as %j", (host, protocol, origin) => {
  expect(originFrom({ host, protocol })).toBe(origin);
});
