import { describe, expect, it } from "vitest";
import { readDateText } from "./date-text";

const iso = (line: string) => readDateText(line)?.iso;

describe("a date in text", () => {
  it.each([
    ["Thu Feb 10 16:19:17 UTC 2022", "2022-02-10T16:19:17Z"],
    ["Thu Feb 10 16:19:17 +0100 2022", "2022-02-10T15:19:17Z"],
    ["Thu Feb 10 16:19:17 CET 2022", "2022-02-10T15:19:17Z"],
    ["Tue Feb  1 06:19:17 EST 2022", "2022-02-01T11:19:17Z"],
    ["Thu 10 Feb 2022 04:19:17 PM UTC", "2022-02-10T16:19:17Z"],
    ["Thu Feb 10 12:19:17 AM UTC 2022", "2022-02-10T00:19:17Z"],
    ["Thu, 10 Feb 2022 16:19:17 -0330", "2022-02-10T19:49:17Z"],
    ["Thu Feb 10 16:19:17 -03 2022", "2022-02-10T19:19:17Z"],
    ["2022-02-10T16:19:17Z", "2022-02-10T16:19:17Z"],
    ["2022-02-10T16:19:17,123456+01:00", "2022-02-10T15:19:17Z"],
    ["2022-02-11 19:23:40.393733+00:00", "2022-02-11T19:23:40Z"],
    ["Local time: Thu 2022-02-10 16:19:17 CET", "2022-02-10T15:19:17Z"],
    ["Wed Dec 31 23:30:00 EST 2025", "2026-01-01T04:30:00Z"],
  ])("%s", (line, expected) => {
    expect(readDateText(line)).toEqual({ iso: expected, isZoneKnown: true });
  });

  it.each([
    "Thu Feb 10 16:19:17 CST 2022",
    "Thu Feb 10 16:19:17 XYZT 2022",
    "Thu Feb 10 16:19:17 2022",
    "2022-02-10 16:19:17",
  ])("is taken as UTC, and says so, where the zone is not certain: %s", (line) => {
    expect(readDateText(line)).toEqual({ iso: "2022-02-10T16:19:17Z", isZoneKnown: false });
  });

  it.each([
    "Feb 10 16:19:17",
    "2022-02-30 16:19:17",
    "2022-02-10 25:19:17",
    "2022-13-10 16:19:17",
    "RTC in local TZ: no",
    "",
  ])("is none without a day and a time that exist: %s", (line) => {
    expect(iso(line)).toBeUndefined();
  });
});
