import { expect, test } from "vitest";
import { runUntilBlocked, TerminalProcess } from "../../../e2e/harness/terminal-process.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import { programOf } from "../program.ts";
import { stty } from "./stty.ts";

/** A terminal as Linux makes a pty. */
function pty(): { run: (...args: string[]) => string } {
  const terminal = new TerminalProcess(80, 24);
  terminal.tty.setAttributes({ ...terminal.tty.getAttributes(), imaxbel: false, iutf8: false });
  terminal.env.set("LANG", "C.UTF-8");
  return {
    run(...args) {
      terminal.argv = ["stty", ...args];
      const before = terminal.tty.getAttributes();
      const { value } = runUntilBlocked(programOf(stty)(terminal.process));
      const after = terminal.tty.getAttributes();
      // Read with the usual output processing, whatever was just set.
      terminal.tty.setAttributes(before);
      const output = decodeUtf8(terminal.takeOutput()).replaceAll("\r\n", "\n");
      terminal.tty.setAttributes(after);
      return output + (value === 0 ? "" : `[${value}]`);
    },
  };
}

const SPEED = "speed 38400 baud; line = 0;\n";
const HINT = "Try 'stty --help' for more information.\n[1]";

/** From coreutils 9.1 on a pty. */
test.each<[string[][], string]>([
  [[[]], `${SPEED}-brkint -imaxbel\n`],
  [[["-g"]], "500:5:bf:8a3b:3:1c:7f:15:4:0:1:0:11:13:1a:0:12:f:17:16:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0\n"],
  [[["size"]], "24 80\n"],
  [[["speed"]], "38400\n"],
  [[["foo"]], `stty: invalid argument ‘foo’\n${HINT}`],
  [[["-foo"]], `stty: invalid argument ‘-foo’\n${HINT}`],
  [[["-size"]], `stty: invalid argument ‘-size’\n${HINT}`],
  [[["rows"]], `stty: missing argument to ‘rows’\n${HINT}`],
  [[["rows", "x"]], "stty: invalid integer argument: ‘x’\n[1]"],
  [[["erase", "abc"]], "stty: invalid integer argument: ‘abc’\n[1]"],
  [[["rows", "10", "cols", "40"], ["size"]], "10 40\n"],
  [[["intr", "^K"], []], `${SPEED}intr = ^K;\n-brkint -imaxbel\n`],
  [[["-echo"], []], `${SPEED}-brkint -imaxbel\n-echo\n`],
  [[["sane"], []], SPEED],
  [[["sane"], ["-icrnl", "-onlcr"], []], `${SPEED}-icrnl\n-onlcr\n`],
  [[["sane"], ["min", "3", "-icanon"], []], `${SPEED}min = 3; time = 0;\n-icanon\n`],
  [[["-a", "-g"]], "stty: the options for verbose and stty-readable output styles are\nmutually exclusive\n[1]"],
  [
    [["-a"]],
    `speed 38400 baud; rows 24; columns 80; line = 0;
intr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; eol = <undef>;
eol2 = <undef>; swtch = <undef>; start = ^Q; stop = ^S; susp = ^Z; rprnt = ^R;
werase = ^W; lnext = ^V; discard = ^O; min = 1; time = 0;
-parenb -parodd -cmspar cs8 -hupcl -cstopb cread -clocal -crtscts
-ignbrk -brkint -ignpar -parmrk -inpck -istrip -inlcr -igncr icrnl ixon -ixoff
-iuclc -ixany -imaxbel -iutf8
opost -olcuc -ocrnl onlcr -onocr -onlret -ofill -ofdel nl0 cr0 tab0 bs0 vt0 ff0
isig icanon iexten echo echoe echok -echonl -noflsh -xcase -tostop -echoprt
echoctl echoke -flusho -extproc
`,
  ],
])("%j", (commands, expected) => {
  const { run } = pty();
  let output = "";
  for (const command of commands) output = run(...command);
  expect(output).toBe(expected);
});

test("raw", () => {
  const { run } = pty();
  run("intr", "k", "-echo");
  run("raw");
  run("opost"); // so that what follows can be read
  expect(run()).toBe(`${SPEED}intr = k; min = 1; time = 0;\n-brkint -icrnl -imaxbel\n-isig -icanon -echo\n`);
});

test("what -g prints brings the settings back", () => {
  const { run } = pty();
  run("-echo", "erase", "^H", "min", "7");
  const before = run("-a");
  const saved = run("-g").trim();
  run("sane", "raw", "opost");
  run(saved);
  expect(run("-a")).toBe(before);
});
