import immutableLab from "PLUGINS/markdown-it.ts";

export default {
  title: "A handbook",
  head: [["script", { defer: "", src: "SCRIPT" }]],
  markdown: { config: (md) => md.use(immutableLab) },
  vue: { template: { compilerOptions: { isCustomElement: (name) => name === "immutable-lab" } } },
};
