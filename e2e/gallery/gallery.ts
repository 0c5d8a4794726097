/** The page in any state: `?state=refused&theme=dark`. For looking at, and for the tests that look. */
import { mount } from "svelte";
import "../../src/ui/tokens.css";
import "../../src/ui/base.css";
import { Glass } from "../../src/terminal/terminal.ts";
import type { Actions, Sharer } from "../../src/ui/actions.ts";
import App from "../../src/ui/App.svelte";
import { PageState } from "../../src/ui/page-state.svelte.ts";
import { applyTheme, type Theme } from "../../src/ui/preferences.ts";
import { VIEWS } from "./views.ts";

const query = new URLSearchParams(location.search);
const theme = (query.get("theme") ?? "system") as Theme;
applyTheme(theme);

const page = new PageState("silverblue");
for (const view of VIEWS[query.get("state") ?? "first"] ?? []) page.show(view);
page.tab = query.get("tab") === "picture" ? "picture" : "terminal";
if (query.has("storage")) page.notice = "This browser keeps nothing here: the run ends with the page.";

const SCREEN = [
  "Fedora Linux 42.20250707.0 (Silverblue)",
  "Kernel 6.15.4-200.fc42.x86_64 on an x86_64 (tty1)",
  "",
  "silverblue login: learner (automatic login)",
  "",
  "This is a practice machine. You may use sudo without a password.",
  "\x1b[0m[learner@silverblue ~]$ sudo touch /usr/bin/hello",
  "touch: cannot touch '/usr/bin/hello': Read-only file system",
  "[learner@silverblue ~]$ ls --color /",
  "\x1b[1;36mbin\x1b[0m   \x1b[1;34mdev\x1b[0m  \x1b[1;36mhome\x1b[0m  \x1b[1;36mlib64\x1b[0m  \x1b[1;36mmnt\x1b[0m  \x1b[1;36mostree\x1b[0m  \x1b[1;34mproc\x1b[0m  \x1b[1;34mrun\x1b[0m   \x1b[1;36msrv\x1b[0m  \x1b[1;34msysroot\x1b[0m  \x1b[1;34musr\x1b[0m",
  "[learner@silverblue ~]$ rpm-ostree status",
  "State: idle",
  "Deployments:",
  "● fedora:fedora/42/x86_64/silverblue",
  "                  Version: 42.20250707.0 (2025-07-07T02:41:31Z)",
  "                   Commit: a81f3d92bc51e7f0a4c9d2b8e6f13570a92bd6e8f4c01b7d3e59a6f2c8d40e17",
  "             GPGSignature: Valid signature by B0F4950458F69E1150C6C5EDC8AC4916105EF944",
  "[learner@silverblue ~]$ ",
].join("\r\n");

const actions: Actions & Sharer = {
  ask: () => Promise.reject(new Error("nobody to ask")),
  printed: () => [],
  type: () => {},
  undo: () => {},
  redo: () => {},
  reboot: () => {},
  pullPlug: () => {},
  setFault: () => {},
  powerOn: () => {},
  startOver: () => {},
  openTty: (tty) => {
    page.secondOpen = true;
    page.tty = tty;
  },
  attach: (_tty, element) => {
    const glass = new Glass(element, { label: "Terminal", onKeys: () => {}, onResize: () => {}, screenReader: false });
    void glass.write(new TextEncoder().encode(SCREEN));
    return () => glass.dispose();
  },
  focusTerminal: () => {},
  prefer: () => {},
  hold: (modifier, on) => {
    page.held[modifier] = on;
  },
};

const target = document.getElementById("page");
if (target !== null) mount(App, { target, props: { page, actions, preferences: { theme, screenReader: false }, fidelity: "#" } });
