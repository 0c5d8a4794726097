/** Runs in a page from before its first script: notes when the prompt is painted, types a command, notes when its answer is there. */
const marks = (window.marks = {});

function look() {
  const text = document.querySelector(".xterm-rows")?.textContent ?? "";
  if (marks.prompt === undefined && /~\]\$\s*$/.test(text)) {
    marks.prompt = performance.now();
    const input = document.querySelector(".xterm-helper-textarea");
    input?.dispatchEvent(
      new InputEvent("input", { inputType: "insertText", data: "cat /etc/os-release\r", bubbles: true, composed: true }),
    );
  }
  if (marks.answer === undefined && text.includes("VERSION_ID=")) marks.answer = performance.now();
  if (marks.answer === undefined) requestAnimationFrame(look);
}

requestAnimationFrame(look);
