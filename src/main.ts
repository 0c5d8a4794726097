import { LabClient } from "./ui/lab-client.ts";
const page = document.getElementById("page")!;
const pre = document.createElement("pre");
page.append(pre);
const client = new LabClient(
  () => new Worker(new URL("./ui/lab-worker.ts", import.meta.url), { type: "module" }),
  async () => (await import("./ui/stand-in-lab.ts")).standIn,
  { machine: "silverblue", flavour: "composefs" },
  {
    deliver: async ({ chunks }) => {
      for (const c of chunks)
        if (c.kind === "output") pre.textContent += new TextDecoder().decode(c.data);
        else pre.textContent += JSON.stringify(c);
    },
    saved() {},
    restored(r) {
      pre.textContent += r;
    },
  },
);
client.start(client.setup, undefined);
client.send({ kind: "keys", tty: 0, text: "hello\r" });
setTimeout(() => {
  pre.textContent += `[${client.place}]`;
}, 500);
