import { expect, test } from "vitest";
import { isoTime, secondsOf } from "../../base/calendar.ts";
import { nextElapse } from "./calendar.ts";

/** A Monday. */
const NOW = { sec: secondsOf(2026, 1, 12, 9, 30, 0), nsec: 0 };

// As `systemd-analyze calendar --base-time='2026-01-12 09:30:00'` of systemd 252 says.
test.each([
  ["daily", "2026-01-13T00:00:00Z"],
  ["weekly", "2026-01-19T00:00:00Z"],
  ["monthly", "2026-02-01T00:00:00Z"],
  ["yearly", "2027-01-01T00:00:00Z"],
  ["hourly", "2026-01-12T10:00:00Z"],
  ["23:00", "2026-01-12T23:00:00Z"],
  ["09:30", "2026-01-13T09:30:00Z"],
  ["*:0/15", "2026-01-12T09:45:00Z"],
  ["Mon..Fri 06:30:10", "2026-01-13T06:30:10Z"],
  ["Sat,Sun *-*-* 08:00", "2026-01-17T08:00:00Z"],
  ["*-02-29", "2028-02-29T00:00:00Z"],
  ["2025-01-01", undefined],
  ["frob", undefined],
])("OnCalendar=%s", (expression, expected) => {
  const next = nextElapse(expression, NOW);
  expect(next === undefined ? undefined : isoTime(next)).toBe(expected);
});
