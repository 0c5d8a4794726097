import { Extensions, convert } from "@asciidoctor/core";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { register } from "PLUGINS/asciidoctor.ts";

const registry = Extensions.create();
register(registry);
const body = await convert(readFileSync("index.adoc", "utf8"), { extension_registry: registry, safe: "safe" });
mkdirSync("out");
writeFileSync("out/index.html", `<!doctype html><meta charset="utf-8"><script defer src="SCRIPT"></script>${body}`);
