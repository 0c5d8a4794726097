/**
 * Runs in a page from before its first script: notes when the prompt is painted, types a command, notes when its answer is there.
 * It says so on the console: to be asked, a page would have to run more of the test's own scripts while it starts.
 */
const marks = (window.marks = {});

function mark(name) {
  marks[name] = performance.now();
  console.debug(`painted: ${name}`);
}

function look() {
  const text = document.querySelector(".xterm-rows")?.textContent ?? "";
  if (marks.prompt === undefined && /~\]\$\s*$/.test(text)) {
    mark("prompt");
    const input = document.querySelector(".xterm-helper-textarea");
    input?.dispatchEvent(
      new InputEvent("input", { inputType: "insertText", data: "cat /etc/os-release\r", bubbles: true, composed: true }),
    );
  }
  if (marks.answer === undefined && text.includes("VERSION_ID=")) mark("answer");
  if (marks.answer === undefined) requestAnimationFrame(look);
}

requestAnimationFrame(look);
