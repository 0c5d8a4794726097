import { expect, test } from "vitest";
import { hashOrder } from "./hash-order.ts";

// What `ostree refs` of 2022.7 listed, its directory having been in the order given here.
test.each([
  ["main keep", "main keep"],
  ["main alpha keep", "alpha main keep"],
  ["beta alpha main gamma keep", "keep beta alpha main gamma"],
  ["beta alpha delta main gamma keep", "gamma beta alpha keep delta main"],
  ["beta alpha lab/stable delta main gamma keep", "keep gamma beta alpha lab/stable delta main"],
])("the refs %s are listed as %s", (keys, listed) => {
  expect(hashOrder(keys.split(" ")).join(" ")).toBe(listed);
});
