import { describe, expect, it } from "vitest";
import { TOOLS } from "../distros/offers.ts";
import { DEEDS } from "./counterparts.ts";
import { isWay, translate } from "./translate.ts";

describe("translate", () => {
  it.each([
    ["rpm-ostree install htop", "rpm-ostree", "transactional-update", ["sudo transactional-update pkg install htop"]],
    ["sudo transactional-update pkg in htop git", "transactional-update", "rpm-ostree", ["rpm-ostree install htop git"]],
    ["rpm-ostree install htop", "rpm-ostree", "abroot", ["sudo abroot pkg add htop", "sudo abroot pkg apply"]],
    ["sudo abroot pkg remove htop", "abroot", "apt", ["sudo apt remove htop"]],
    ["apt-get dist-upgrade", "apt", "bootc", ["sudo bootc upgrade"]],
    ["rpm-ostree update", "rpm-ostree", "apt", ["sudo apt update", "sudo apt upgrade"]],
    ["sudo bootc switch quay.io/fedora/fedora-bootc:44", "bootc", "rpm-ostree", ["rpm-ostree rebase quay.io/fedora/fedora-bootc:44"]],
    ['sudo snapper modify -c "" 3', "transactional-update", "rpm-ostree", ["sudo ostree admin pin 3"]],
    ['rpm-ostree search "two words"', "rpm-ostree", "apt", ["apt search two words"]],
  ] as const)("%s", (line, from, to, lines) => {
    expect(translate(line, from, to)?.lines).toEqual(lines);
  });

  it("says which options it leaves out", () => {
    expect(translate("rpm-ostree install -y --idempotent htop", "rpm-ostree", "apt")).toMatchObject({
      lines: ["sudo apt install htop"],
      leftOut: ["-y", "--idempotent"],
    });
  });

  it("prefers the line that has the option", () => {
    expect(translate("rpm-ostree upgrade --check", "rpm-ostree", "bootc")).toMatchObject({
      lines: ["sudo bootc upgrade --check"],
      leftOut: [],
    });
  });

  it("tells why there is no way", () => {
    expect(translate("rpm-ostree rollback", "rpm-ostree", "apt")).toMatchObject({
      lines: [],
      note: expect.stringContaining("no older version") as string,
    });
  });

  it.each([
    "ls /usr",
    "",
    "rpm-ostree",
    "rpm-ostree install",
    "for x in 1; do :; done",
    "rpm-ostree status | cat",
    "rpm-ostree status; ls",
    "'",
  ])("knows nothing of %j", (line) => {
    expect(translate(line, "rpm-ostree", "apt")).toBeUndefined();
  });

  it("recognises every line of the table as what it is", () => {
    for (const { name, ways } of DEEDS)
      for (const tools of TOOLS) {
        const way = ways[tools];
        if (!isWay(way)) continue;
        for (const line of [way.lines[0], ...(way.also ?? [])]) {
          const typed = line.replaceAll(/<[^>]+>/g, "word");
          expect
            .soft(translate(typed, tools, tools)?.lines[0]?.replaceAll("word", ""), `${tools}: ${typed}, ${name}`)
            .toBe(way.lines[0].replaceAll(/<[^>]+>/g, (place) => (line.includes(place) ? "" : place)));
        }
      }
  });
});
