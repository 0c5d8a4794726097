/** Several labs of one page that share a machine: `session=NAME`. */
import type { Page } from "@playwright/test";
import { screen } from "../terminal.ts";
import { complaintsOf, expect, SANDBOX, test } from "./host.ts";

const script = (site: string): string => `<script defer src="${site}immutable-lab.js"></script>`;

/** Types into the lab of an element, as the page's own script. */
function run(page: Page, selector: string, line: string): Promise<unknown> {
  return page.evaluate(([at, text]) => (document.querySelector(at) as unknown as { run(line: string): Promise<unknown> }).run(text), [
    selector,
    line,
  ] as const);
}

test("what is typed in one is there in the other, by element and by frame, and the machine outlives who started it", async ({
  page,
  site,
  host,
}) => {
  test.setTimeout(90_000);
  const complaints = complaintsOf(page);
  await page.goto(
    host.show(`${script(site)}
      <immutable-lab id="one" session="chapter" view="terminal" height="300" run="echo first > note"><pre>$ echo</pre></immutable-lab>
      <iframe id="two" src="${site}embed/?session=chapter&view=terminal&run=cat%20note" title="b" width="900" height="300" ${SANDBOX}></iframe>
      <immutable-lab id="three" session="chapter" view="terminal" height="300" run="ls"><pre>$ ls</pre></immutable-lab>
      <immutable-lab id="other" session="another" view="terminal" height="300" run="ls"><pre>$ ls</pre></immutable-lab>`),
  );
  const one = page.frameLocator("#one iframe");
  const two = page.frameLocator("#two");
  const three = page.frameLocator("#three iframe");
  await page.locator("#one").getByRole("button").click();
  await expect(screen(one)).toContainText("echo first > note");

  // A block further down goes on with the same machine.
  await two.getByRole("button", { name: "Start the machine" }).click();
  await expect(screen(two)).toContainText(/echo first > note.*cat note\s*first/);
  await expect(screen(one)).toContainText(/cat note\s*first/);

  // By hand, in both directions.
  await two.locator(".xterm-helper-textarea").focus();
  await page.keyboard.type("echo by hand > hand\n");
  await expect(screen(one)).toContainText("echo by hand > hand");
  expect(await run(page, "#one", "cat hand; false")).toEqual({ exit: 1, text: "by hand\n" });
  await expect(screen(two)).toContainText("cat hand; false");

  // Who started the machine leaves: the next one goes on with it, and the others with that.
  await page.locator("#three").getByRole("button").click();
  await expect(screen(three)).toContainText(/ls\s*Desktop.*hand\s+note/);
  await page.evaluate(() => document.querySelector("#one")?.remove());
  await page.waitForTimeout(1000);
  expect(await run(page, "#three", "echo on > third")).toEqual({ exit: 0, text: "" });
  await two.locator(".xterm-helper-textarea").focus();
  await page.keyboard.type("cat third note\n");
  await expect(screen(two)).toContainText(/cat third note\s*on\s*first/);
  await expect(screen(three)).toContainText(/cat third note\s*on\s*first/);

  // Another name, another machine; and one that is out of sight answers, too.
  expect(await run(page, "#other", "ls note")).toEqual({ exit: 2, text: "ls: cannot access 'note': No such file or directory\n" });
  expect(complaints).toEqual([]);
});

test("labs that start together take turns, and a machine of another kind is refused", async ({ page, site, host }) => {
  test.setTimeout(120_000);
  const block = (id: string, more: string): string =>
    `<immutable-lab id="${id}" session="s" view="terminal" height="220" load="eager" ${more}></immutable-lab>`;
  await page.goto(host.show(`${script(site)}${block("a", "")}${block("b", "")}`));
  const answers = await Promise.all(
    ["a", "b"].map((name) =>
      page.evaluate(
        async (id) =>
          (document.querySelector(`#${id}`) as unknown as { run(lines: string[]): Promise<unknown> }).run([
            `echo ${id}1`,
            "sleep 1",
            `echo ${id}2`,
          ]),
        name,
      ),
    ),
  );
  expect(answers).toEqual([
    { exit: 0, text: "a1\na2\n" },
    { exit: 0, text: "b1\nb2\n" },
  ]);
  await page.evaluate(() => {
    const other = document.createElement("immutable-lab");
    for (const [name, value] of Object.entries({ id: "c", session: "s", machine: "debian", load: "eager" }))
      other.setAttribute(name, value);
    document.body.append(other);
  });
  await expect(page.frameLocator("#c iframe").getByText("Silverblue")).toContainText("session=s");
});

test("without the page's script it stands alone and says so; what is no seat of the page is not taken", async ({ page, site, host }) => {
  test.setTimeout(90_000);
  await page.goto(
    host.show(`<iframe id="lab" src="${site}embed/?session=s&view=terminal&load=eager" title="a" width="900" height="400" ${SANDBOX}></iframe>
      <iframe id="stranger" srcdoc="<p>ad</p>" sandbox="allow-scripts"></iframe>
      <script nonce="host">
        window.heard = [];
        const lab = document.querySelector("#lab");
        addEventListener("message", ({ source, data }) => {
          if (source !== lab.contentWindow || data.t !== "join") return;
          heard.push(Object.keys(data).sort().join());
          for (const seat of [{}, { imm: 1, t: "seat" }, { imm: 1, t: "seat", id: data.id, holds: 1, machine: "x" },
            { imm: 1, t: "seat", id: "another", holds: true, machine: "silverblue" }, { imm: 2, t: "seat", id: data.id, holds: true, machine: "silverblue" },
            { imm: 1, t: "guest", id: data.id }, "seat", null]) lab.contentWindow.postMessage(seat, "*");
        });
      </script>`),
  );
  const lab = page.frameLocator("#lab");
  await expect(lab.getByText("this machine stands alone")).toBeVisible({ timeout: 30_000 });
  expect(new Set(await page.evaluate(() => (window as unknown as { heard: string[] }).heard))).toEqual(
    new Set(["id,imm,machine,session,t"]),
  );
  await lab.locator(".xterm-helper-textarea").focus();
  await page.keyboard.type("echo alone\n");
  await expect(screen(lab)).toContainText(/echo alone\s*alone/);
});
