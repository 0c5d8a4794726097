import { expect, test } from "vitest";
import { crypt, isPassword } from "./password.ts";
import type { Run } from "./program.ts";

function ended<T>(run: Run<T>): T {
  for (;;) {
    const { done, value } = run.next();
    if (done === true) return value;
  }
}

/** From glibc's crypt(3). */
test.each([
  ["Hello world!", "saltstring", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"],
  ["", "abcdefghijklmnop", "$5$abcdefghijklmnop$p99E2fxZB/BTl9j.a2VRY5z71zEP761isnVBuiGlzV3"],
  ["geheim é", "x", "$5$x$eiUCcTcksP4k7p36XCCMbj88.skqKZCTgLH3j9ZRNAD"],
  ["a".repeat(70), "0123456789abcdef", "$5$0123456789abcdef$X6Sxoeo85Sv.Uw1p6PhssXp.SDurT6SG1dRqDVlMDs4"],
])("%s with the salt %s", (password, salt, field) => {
  expect(ended(crypt(password, salt))).toBe(field);
  expect(ended(isPassword(field, password))).toBe(true);
  expect(ended(isPassword(field, `${password} `))).toBe(false);
});

test("a locked account and one without a password match nothing", () => {
  for (const field of ["", "*", "!", "!$5$x$eiUCcTcksP4k7p36XCCMbj88.skqKZCTgLH3j9ZRNAD"])
    expect(ended(isPassword(field, "geheim é"))).toBe(false);
});
