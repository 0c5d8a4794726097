import { describe, expect, test } from "vitest";
import type { Command } from "./command.ts";
import { parseOptions, UsageError } from "./options.ts";

/** Options of touch(1) and, for what it lacks, of ls(1). */
const TOUCH: Pick<Command, "options" | "style"> = {
  style: "gnu",
  options: [
    { name: "access", short: "a", long: false, help: "" },
    { name: "no-create", short: "c", help: "" },
    { name: "date", short: "d", argument: "STRING", help: "" },
    { name: "reference", short: "r", argument: "FILE", help: "" },
    { name: "recursive", short: "R", help: "" },
    { name: "color", argument: "WHEN", optional: true, help: "" },
  ],
};

function message(style: Command["style"], ...args: string[]): string {
  try {
    parseOptions({ ...TOUCH, style }, args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("getopt_long(3)", () => {
  test("words of glibc 2.36", () => {
    expect(message("gnu", "-z")).toBe("invalid option -- 'z'");
    expect(message("gnu", "--zz")).toBe("unrecognized option '--zz'");
    expect(message("gnu", "--zz=1")).toBe("unrecognized option '--zz=1'");
    expect(message("gnu", "-d")).toBe("option requires an argument -- 'd'");
    expect(message("gnu", "--date")).toBe("option '--date' requires an argument");
    expect(message("gnu", "--no-create=3")).toBe("option '--no-create' doesn't allow an argument");
    expect(message("gnu", "--re")).toBe("option '--re' is ambiguous; possibilities: '--reference' '--recursive'");
  });

  test("clusters, attached arguments, permutation, --, unique prefixes", () => {
    const parsed = parseOptions(TOUCH, ["x", "-acdnow", "--ref", "f", "--color", "y", "--", "-R"]);
    expect(parsed.order).toEqual([
      { name: "access", value: undefined },
      { name: "no-create", value: undefined },
      { name: "date", value: "now" },
      { name: "reference", value: "f" },
      { name: "color", value: undefined },
    ]);
    expect(parsed.operands).toEqual(["x", "y", "-R"]);
  });

  test("POSIX order stops at the first operand", () => {
    const parsed = parseOptions({ ...TOUCH, style: "gnu-posix" }, ["-a", "cmd", "-z"]);
    expect(parsed.operands).toEqual(["cmd", "-z"]);
  });
});

test("GOption's words", () => {
  expect(message("glib", "--frob")).toBe("Unknown option --frob");
  expect(message("glib", "-z")).toBe("Unknown option -z");
  expect(message("glib", "--date")).toBe("Missing argument for --date");
});
