/**
 * Whether an image may be used: /etc/containers/policy.json, and where registries.d says that signatures are to be looked for.
 * Source: containers-policy.json(5), containers-registries.d(5); the words are those of the library that skopeo shares.
 *
 * @simplified A signature is good when the file of the key has the text of the key that signed; nothing is computed.
 */
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";
import { OstreeError } from "./errors.ts";
import { listDirectory } from "./files.ts";
import { registryName, transportName, type ImageReference } from "./image-reference.ts";

const POLICIES = ["/etc/containers/policy.json", "/usr/share/containers/policy.json"];
const REGISTRIES = "/etc/containers/registries.d";

interface Requirement {
  readonly type: string;
  readonly keyPath?: string;
  /** Any of them will do. */
  readonly keyPaths?: readonly string[];
}

interface Policy {
  readonly default?: readonly Requirement[];
  readonly transports?: { readonly [transport: string]: { readonly [scope: string]: readonly Requirement[] } };
}

/** Throws `OstreeError` when there is none, or none that can be read. */
function readPolicy(sys: Sys): Policy {
  for (const path of POLICIES) {
    const text = readTextIfThere(sys, path);
    if (text === undefined) continue;
    try {
      return JSON.parse(text) as Policy;
    } catch (error) {
      if (error instanceof SyntaxError) throw new OstreeError(`invalid policy in "${path}": ${error.message}`);
      throw error;
    }
  }
  throw new OstreeError(`open ${POLICIES[0] ?? ""}: no such file or directory`);
}

/** `ostree-image-signed:` refuses where anything is accepted unless said otherwise. */
export function acceptsAnything(sys: Sys): boolean {
  return readPolicy(sys).default?.some(({ type }) => type === "insecureAcceptAnything") ?? false;
}

/** Throws `OstreeError` when the policy does not let `reference` be used. `signedBy`: the key of its signature, if it has one. */
export function requireAllowed(sys: Sys, reference: ImageReference, signedBy: string | undefined): void {
  const requirements = requirementsFor(readPolicy(sys), reference);
  for (const { type, keyPath = "", keyPaths = [keyPath] } of requirements) {
    if (type === "insecureAcceptAnything") continue;
    if (type === "reject") throw new OstreeError(`Running image ${transportName(reference)} is rejected by policy.`);
    if (type !== "sigstoreSigned" && type !== "signedBy") throw new OstreeError(`Unknown policy requirement type "${type}"`);
    // signedBy asks for an old kind of signature, which none of these images has.
    const found = type === "sigstoreSigned" && looksForAttachments(sys, reference) ? signedBy : undefined;
    if (found === undefined) throw new OstreeError("A signature was required, but no signature exists");
    const keys = keyPaths.map((path) => {
      const key = readTextIfThere(sys, path);
      if (key === undefined) throw new OstreeError(`open ${path}: no such file or directory`);
      return key.trim();
    });
    if (!keys.includes(found.trim()))
      throw new OstreeError("cryptographic signature verification failed: invalid signature when validating ASN.1 encoded signature");
  }
}

/** Those of the narrowest scope that the image is in. */
function requirementsFor(policy: Policy, reference: ImageReference): readonly Requirement[] {
  const transport = reference.transport === "registry" ? "docker" : reference.transport;
  const scopes = policy.transports?.[transport];
  const found = scopes && narrowest(reference, (scope) => scopes[scope]);
  const requirements = found ?? scopes?.[""] ?? policy.default;
  if (requirements === undefined) throw new OstreeError("Default policy is missing");
  return requirements;
}

/** The first answer for the image itself, its repository, what that is below of, and its host's domains. */
function narrowest<T>({ image }: ImageReference, at: (scope: string) => T | undefined): T | undefined {
  const { registry, repository, at: tag } = registryName(image);
  const name = `${registry}/${repository}`;
  const scopes = [`${name}${tag.startsWith("sha256:") ? "@" : ":"}${tag}`];
  for (let rest = name; rest !== ""; rest = rest.includes("/") ? rest.slice(0, rest.lastIndexOf("/")) : "") scopes.push(rest);
  for (let dot = registry.indexOf("."); dot >= 0; dot = registry.indexOf(".", dot + 1)) scopes.push(`*${registry.slice(dot)}`);
  for (const scope of scopes) {
    const found = at(scope);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `use-sigstore-attachments` for the image in one of the files of registries.d. */
function looksForAttachments(sys: Sys, reference: ImageReference): boolean {
  const scopes = new Map<string, boolean>();
  let byDefault = false;
  for (const { name } of listDirectory(sys, REGISTRIES)) {
    if (!name.endsWith(".yaml")) continue;
    let scope: string | undefined;
    for (const line of (readTextIfThere(sys, `${REGISTRIES}/${name}`) ?? "").split("\n")) {
      const [, indent = "", key = "", value = ""] = /^( *)([^#\s][^#]*?):(?:\s+(.*?))?\s*$/.exec(line) ?? [];
      if (key === "use-sigstore-attachments") {
        if (scope === undefined) byDefault = value === "true";
        else scopes.set(scope, value === "true");
      } else if (indent === "") scope = undefined;
      else if (value === "" && key !== "") scope = key;
    }
  }
  return narrowest(reference, (scope) => scopes.get(scope)) ?? byDefault;
}
