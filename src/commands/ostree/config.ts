import { OstreeError } from "../../engines/ostree/errors.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";
import { openRepository, REPO } from "./repository.ts";

export const config: Verb = {
  name: "config",
  operands: "(get KEY|set KEY VALUE|unset KEY)",
  about: "Change repo configuration settings",
  options: [REPO, { name: "group", argument: "", help: "Group name" }, VERBOSE, VERSION],
  *run(call) {
    const { proc, options } = call;
    const repo = yield* openRepository(call);
    const [operation, name, value] = options.operands;
    if (operation === undefined) throw new Misuse("OPERATION must be specified");
    if (operation !== "get" && operation !== "set" && operation !== "unset") throw new OstreeError(`Unknown operation ${operation}`);
    const named = options.value("group");
    if (options.operands.length > (operation === "set" ? 3 : 2)) throw new Misuse("Too many arguments given");
    const isIncomplete = name === undefined || (operation === "set" && value === undefined);
    if (isIncomplete && named !== undefined)
      throw new OstreeError(operation === "set" ? "GROUP name, KEY and VALUE must be specified" : "Group name and key must be specified");
    if (isIncomplete) throw new OstreeError(operation === "set" ? "KEY and VALUE must be specified" : "KEY must be specified");
    const at = name.indexOf(".");
    if (named === undefined && at < 0) throw new OstreeError(`Key must be of the form "sectionname.keyname"`);
    const group = named ?? name.slice(0, at);
    const key = named === undefined ? name.slice(at + 1) : name;
    const file = repo.config;
    if (operation === "get") {
      const found = file.get(group, key);
      if (found === undefined)
        throw new OstreeError(
          file.has(group) ? `Key file does not have key “${key}” in group “${group}”` : `Key file does not have group “${group}”`,
        );
      yield* proc.print(`${found}\n`);
      return 0;
    }
    if (operation === "set") file.set(group, key, value ?? "");
    else if (file.get(group, key) === undefined) return 0;
    else file.remove(group, key);
    repo.writeConfig(file);
    return 0;
  },
};
