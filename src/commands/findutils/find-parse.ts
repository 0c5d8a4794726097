/** find's expressions: words to a function of a file. Errors in find's words. */
import { Pattern, PatternError } from "../../base/posix-pattern.ts";
import { compareTimestamps, timestamp, type Timestamp } from "../../base/timestamp.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readAccounts } from "../../machine/users.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { FileType, Stat } from "../../vfs/types.ts";
import { Answers } from "../answers.ts";
import { complain, Failure, orUndefined, ownName, reason } from "../complain.ts";
import { globToPattern } from "../glob.ts";
import { parseMode } from "../modes.ts";
import { stdout } from "../output.ts";
import { curly } from "../quote.ts";
import { parseDate } from "../time-format.ts";
import { ExecBatch, runOnce } from "./find-exec.ts";
import { lsLine, printfFormat } from "./find-print.ts";
import type { Expression, FoundFile, SearchSettings } from "./find-types.ts";

export interface ParsedExpression {
  readonly expression: Expression;
  readonly settings: SearchSettings;
  /** What is left to run when the walk is over; false when it failed. */
  readonly finishers: readonly (() => Run<boolean>)[];
}

export function parseExpression(proc: Process, words: readonly string[], follow: SearchSettings["follow"]): ParsedExpression {
  return new Parser(proc, words, follow).parse();
}

const TYPES: Readonly<Record<string, FileType>> = { f: "file", d: "dir", l: "symlink", c: "char", b: "block", p: "fifo", s: "socket" };
const UNITS: Readonly<Record<string, number>> = { b: 512, c: 1, w: 2, k: 1024, M: 1048576, G: 1073741824 };

/** A test that needs no waiting. */
function simply(holds: (file: FoundFile) => boolean): Expression {
  return function* (file) {
    return holds(file);
  };
}

class Parser {
  readonly #proc: Process;
  readonly #words: readonly string[];
  readonly #follow: SearchSettings["follow"];
  readonly #finishers: (() => Run<boolean>)[] = [];
  readonly #now: Timestamp;
  readonly #answers: Answers;
  #at = 0;
  #minDepth = 0;
  #maxDepth = Infinity;
  #depthFirst = false;
  #oneFileSystem = false;
  #regexSyntax: "basic" | "extended" = "basic";
  /** An action other than -prune: then nothing is printed that was not asked for. */
  #hasAction = false;
  #dayStart = false;

  constructor(proc: Process, words: readonly string[], follow: SearchSettings["follow"]) {
    this.#proc = proc;
    this.#words = words;
    this.#follow = this.#words.includes("-follow") ? "all" : follow;
    this.#now = proc.now();
    this.#answers = new Answers(proc);
  }

  parse(): ParsedExpression {
    let expression: Expression = this.#words.length === 0 ? simply(() => true) : this.#list();
    if (this.#at < this.#words.length) {
      const word = this.#words[this.#at] ?? "";
      if (word === ")") throw new Failure("you have too many ')'");
      throw new Failure(`invalid expression; I was expecting to find a ')' somewhere but did not see one.`);
    }
    if (!this.#hasAction) {
      const asked = expression;
      const out = stdout(this.#proc);
      expression = function* (file, state) {
        if (!(yield* asked(file, state))) return false;
        out.add(`${file.path}\n`);
        return true;
      };
    }
    return {
      expression,
      finishers: this.#finishers,
      settings: {
        follow: this.#follow,
        minDepth: this.#minDepth,
        maxDepth: this.#maxDepth,
        depthFirst: this.#depthFirst,
        oneFileSystem: this.#oneFileSystem,
      },
    };
  }

  #peek(): string | undefined {
    return this.#words[this.#at];
  }

  #accept(...words: readonly string[]): boolean {
    if (!words.includes(this.#peek() ?? "")) return false;
    this.#at++;
    return true;
  }

  #list(): Expression {
    let left = this.#or();
    while (this.#accept(",")) {
      const [first, second] = [left, this.#or()];
      left = function* (file, state) {
        yield* first(file, state);
        return yield* second(file, state);
      };
    }
    return left;
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#peek() === "-o" || this.#peek() === "-or") {
      const operator = this.#words[this.#at++] ?? "";
      if (this.#peek() === undefined || this.#peek() === ")") throw new Failure(`expected an expression after '${operator}'`);
      const [first, second] = [left, this.#and()];
      left = function* (file, state) {
        return (yield* first(file, state)) || (yield* second(file, state));
      };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    for (;;) {
      const word = this.#peek();
      if (word === undefined || word === ")" || word === "," || word === "-o" || word === "-or") return left;
      if (this.#accept("-a", "-and") && (this.#peek() === undefined || this.#peek() === ")"))
        throw new Failure(`expected an expression after '${word}'`);
      const [first, second] = [left, this.#not()];
      left = function* (file, state) {
        return (yield* first(file, state)) && (yield* second(file, state));
      };
    }
  }

  #not(): Expression {
    const word = this.#peek();
    if (this.#accept("!", "-not")) {
      if (this.#peek() === undefined) throw new Failure(`expected an expression after '${word ?? ""}'`);
      const inner = this.#not();
      return function* (file, state) {
        return !(yield* inner(file, state));
      };
    }
    if (this.#accept("(")) {
      if (this.#peek() === ")") throw new Failure("invalid expression; empty parentheses are not allowed.");
      if (this.#peek() === undefined)
        throw new Failure("invalid expression; expected to find a ')' but didn't see one. Perhaps you need an extra predicate after '('");
      const inner = this.#list();
      if (!this.#accept(")")) throw new Failure("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      return inner;
    }
    if (word !== undefined && ["-a", "-and", "-o", "-or", ","].includes(word))
      throw new Failure(`invalid expression; you have used a binary operator '${word}' with nothing before it.`);
    if (word === ")") throw new Failure(this.#at === 0 ? "invalid expression; you have too many ')'" : "you have too many ')'");
    return this.#primary();
  }

  #argument(word: string): string {
    const argument = this.#words[this.#at++];
    if (argument === undefined) throw new Failure(`missing argument to \`${word}'`);
    return argument;
  }

  #primary(): Expression {
    const word = this.#words[this.#at++] ?? "";
    if (!word.startsWith("-")) {
      const hint = this.#words.slice(0, this.#at - 1).findLast((earlier) => earlier.startsWith("-"));
      throw new Failure(
        `paths must precede expression: \`${word}'${hint === undefined || orUndefined(() => this.#proc.sys.lstat(word)) === undefined ? "" : `\n${ownName(this.#proc)}: possible unquoted pattern after predicate \`${hint}'?`}`,
      );
    }
    return this.#position(word) ?? this.#test(word) ?? this.#action(word) ?? this.#unknown(word);
  }

  #unknown(word: string): never {
    throw new Failure(`unknown predicate \`${word}'`);
  }

  /** Options that are always true and hold for the whole search. */
  #position(word: string): Expression | undefined {
    const levels = (): number => {
      const text = this.#argument(word);
      if (!/^[0-9]+$/.test(text)) throw new Failure(`Expected a positive decimal integer argument to ${word}, but got ${curly(text)}`);
      return Number(text);
    };
    switch (word) {
      case "-maxdepth":
        this.#maxDepth = levels();
        break;
      case "-mindepth":
        this.#minDepth = levels();
        break;
      case "-depth":
      case "-d":
        this.#depthFirst = true;
        break;
      case "-mount":
      case "-xdev":
        this.#oneFileSystem = true;
        break;
      case "-daystart":
        this.#dayStart = true;
        break;
      case "-regextype": {
        const type = this.#argument(word);
        this.#regexSyntax = /extended|egrep|awk/.test(type) ? "extended" : "basic";
        break;
      }
      case "-follow":
      case "-noleaf":
      case "-warn":
      case "-nowarn":
      case "-ignore_readdir_race":
      case "-noignore_readdir_race":
        break;
      default:
        return undefined;
    }
    return simply(() => true);
  }

  /** `N`, `+N`, `-N`. */
  #compare(word: string, text: string): (value: number) => boolean {
    const found = /^([-+]?)([0-9]+(?:\.[0-9]+)?)$/.exec(text);
    if (found === null) throw new Failure(`invalid argument \`${text}' to \`${word}'`);
    const number = Number(found[2]);
    return found[1] === "+" ? (value) => value > number : found[1] === "-" ? (value) => value < number : (value) => value === number;
  }

  #test(word: string): Expression | undefined {
    const { sys } = this.#proc;
    switch (word) {
      case "-true":
        return simply(() => true);
      case "-false":
        return simply(() => false);
      case "-name":
      case "-iname": {
        const pattern = globToPattern(this.#argument(word), { ignoreCase: word === "-iname" });
        return simply((file) => pattern.test(file.name));
      }
      case "-path":
      case "-wholename":
      case "-ipath":
      case "-iwholename": {
        const pattern = globToPattern(this.#argument(word), { ignoreCase: word.startsWith("-i") });
        return simply((file) => pattern.test(file.path));
      }
      case "-lname":
      case "-ilname": {
        const pattern = globToPattern(this.#argument(word), { ignoreCase: word.startsWith("-i") });
        return simply((file) => file.stat.type === "symlink" && pattern.test(orUndefined(() => sys.readlink(file.path)) ?? ""));
      }
      case "-regex":
      case "-iregex": {
        const source = this.#argument(word);
        // In emacs' syntax, which is the default, + and ? need no backslash.
        const emacs = this.#regexSyntax === "basic" && !this.#words.includes("-regextype");
        const translated = emacs
          ? source.replace(/\\[^]|\[\^?\]?[^\]]*\]|[+?]/g, (part) => (part === "+" || part === "?" ? `\\${part}` : part))
          : source;
        try {
          const pattern = Pattern.compile(translated, { syntax: this.#regexSyntax, cover: "whole", ignoreCase: word === "-iregex" });
          return simply((file) => pattern.test(file.path));
        } catch (error) {
          if (error instanceof PatternError) throw new Failure(`failed to compile regular expression '${source}': ${error.message}`);
          throw error;
        }
      }
      case "-type":
      case "-xtype": {
        const argument = this.#argument(word);
        if (argument === "") throw new Failure(`Arguments to ${word} should contain at least one letter`);
        const types = argument.split(",").map((letter) => {
          if (letter.length > 1) throw new Failure(`Must separate multiple arguments to ${word} using: ','`);
          const type = TYPES[letter];
          if (type === undefined) throw new Failure(`Unknown argument to ${word}: ${letter}`);
          return type;
        });
        const typeOf = (file: FoundFile): FileType =>
          word === "-type"
            ? file.stat.type
            : ((this.#follow === "all" ? orUndefined(() => sys.lstat(file.path)) : orUndefined(() => sys.stat(file.path)))?.type ??
              "symlink");
        return simply((file) => types.includes(typeOf(file)));
      }
      case "-size": {
        const argument = this.#argument(word);
        const found = /^([-+]?[0-9]+)([bcwkMG]?)$/.exec(argument);
        if (found === null)
          throw new Failure(
            /^[-+]?[0-9]*[a-zA-Z]$/.test(argument)
              ? `invalid -size type \`${argument.slice(-1)}'`
              : `Invalid argument \`${argument}' to -size`,
          );
        const unit = UNITS[found[2] === "" ? "b" : (found[2] ?? "b")] ?? 512;
        const holds = this.#compare(word, found[1] ?? "0");
        return simply((file) => holds(Math.ceil(file.stat.size / unit)));
      }
      case "-empty":
        return simply((file) =>
          file.stat.type === "file"
            ? file.stat.size === 0
            : file.stat.type === "dir" && orUndefined(() => sys.readdir(file.path))?.length === 0,
        );
      case "-links":
      case "-inum":
      case "-uid":
      case "-gid": {
        const holds = this.#compare(word, this.#argument(word));
        const field = ({ "-links": "nlink", "-inum": "ino", "-uid": "uid", "-gid": "gid" } as const)[word];
        return simply((file) => holds(file.stat[field]));
      }
      case "-user":
      case "-group": {
        const name = this.#argument(word);
        const accounts = readAccounts(sys);
        const id = word === "-user" ? accounts.userByName(name)?.uid : accounts.groupByName(name)?.gid;
        if (id === undefined && !/^[0-9]+$/.test(name)) {
          throw new Failure(`invalid ${word === "-user" ? "user name or UID" : "group name or GID"} argument to ${word}: ${curly(name)}`);
        }
        const wanted = id ?? Number(name);
        return simply((file) => (word === "-user" ? file.stat.uid : file.stat.gid) === wanted);
      }
      case "-nouser":
      case "-nogroup": {
        const accounts = readAccounts(sys);
        return simply((file) => (word === "-nouser" ? accounts.userById(file.stat.uid) : accounts.groupById(file.stat.gid)) === undefined);
      }
      case "-perm":
        return this.#permissions(this.#argument(word));
      case "-readable":
      case "-writable":
      case "-executable": {
        const mode = { "-readable": "R", "-writable": "W", "-executable": "X" }[word];
        return simply((file) => orUndefined(() => (sys.access(file.path, mode), true)) ?? false);
      }
      case "-samefile": {
        const stat = this.#reference(this.#argument(word));
        return simply((file) => file.stat.ino === stat.ino && file.stat.dev === stat.dev);
      }
      case "-fstype": {
        const type = this.#argument(word);
        return simply((file) => orUndefined(() => sys.statfs(file.path))?.type === type);
      }
      case "-newer":
      case "-anewer":
      case "-cnewer": {
        const { mtime } = this.#reference(this.#argument(word));
        const field = word === "-anewer" ? "atime" : word === "-cnewer" ? "ctime" : "mtime";
        return simply((file) => compareTimestamps(file.stat[field], mtime) > 0);
      }
    }
    const newer = /^-newer([aBcm])([aBcmt])$/.exec(word);
    if (newer !== null) {
      const fields = { a: "atime", c: "ctime", m: "mtime", B: "mtime" } as const;
      const field = fields[newer[1] as "a"];
      const argument = this.#argument(word);
      let moment: Timestamp | undefined;
      if (newer[2] === "t") {
        moment = parseDate(argument, this.#now);
        if (moment === undefined) throw new Failure(`I cannot figure out how to interpret ${curly(argument)} as a date or time`);
      } else moment = this.#reference(argument)[fields[newer[2] as "a"]];
      const limit = moment;
      return simply((file) => compareTimestamps(file.stat[field], limit) > 0);
    }
    const age = /^-([amc])(time|min)$/.exec(word);
    if (age !== null) {
      const field = ({ a: "atime", m: "mtime", c: "ctime" } as const)[age[1] as "a"];
      const holds = this.#compare(word, this.#argument(word));
      const unit = age[2] === "min" ? 60 : 86400;
      const now = this.#dayStart ? timestamp(Math.ceil(this.#now.sec / 86400) * 86400) : this.#now;
      return simply((file) => {
        const units = (now.sec - file.stat[field].sec + (now.nsec - file.stat[field].nsec) / 1e9) / unit;
        return holds(age[2] === "min" ? Math.ceil(units) : Math.floor(units));
      });
    }
    return undefined;
  }

  #reference(path: string): Stat {
    try {
      return this.#follow === "none" ? this.#proc.sys.lstat(path) : this.#proc.sys.stat(path);
    } catch (error) {
      throw new Failure(`${curly(path)}: ${reason(error)}`);
    }
  }

  #permissions(text: string): Expression {
    const kind = /^[-/]/.exec(text)?.[0] ?? "";
    const change = parseMode(text.slice(kind.length), 0);
    if (change === undefined) throw new Failure(`invalid mode ${curly(text)}`);
    const mode = change(0, false);
    if (kind === "-") return simply((file) => (file.stat.mode & mode) === mode);
    if (kind === "/") return simply((file) => mode === 0 || (file.stat.mode & mode) !== 0);
    return simply((file) => file.stat.mode === mode);
  }

  #action(word: string): Expression | undefined {
    const expression = this.#actionOf(word);
    if (expression !== undefined && word !== "-prune") this.#hasAction = true;
    return expression;
  }

  #actionOf(word: string): Expression | undefined {
    const proc = this.#proc;
    const out = stdout(proc);
    switch (word) {
      case "-print":
        return simply((file) => (out.add(`${file.path}\n`), true));
      case "-print0":
        return simply((file) => (out.add(`${file.path}\0`), true));
      case "-printf": {
        const format = printfFormat(proc, this.#argument(word));
        return simply((file) => (out.add(format(file)), true));
      }
      case "-ls": {
        const accounts = readAccounts(proc.sys);
        return simply((file) => (out.add(lsLine(proc, file, accounts, this.#now)), true));
      }
      case "-prune":
        return function* (_file, state) {
          state.prune = true;
          return true;
        };
      case "-quit":
        return function* (_file, state) {
          state.quit = true;
          return true;
        };
      case "-delete":
        this.#depthFirst = true;
        return function* (file, state) {
          if (file.path === ".") return true;
          try {
            if (file.stat.type === "dir") proc.sys.rmdir(file.path);
            else proc.sys.unlink(file.path);
            return true;
          } catch (error) {
            if (!isSysError(error)) throw error;
            yield* complain(proc, `cannot delete ${curly(file.path)}: ${error.text}`);
            state.failed = true;
            return false;
          }
        };
      case "-exec":
      case "-execdir":
      case "-ok":
      case "-okdir":
        return this.#exec(word);
      default:
        return undefined;
    }
  }

  #exec(word: string): Expression {
    const proc = this.#proc;
    const start = this.#at;
    let end = start;
    while (
      end < this.#words.length &&
      this.#words[end] !== ";" &&
      !(this.#words[end] === "+" && this.#words[end - 1] === "{}" && end > start && !word.startsWith("-ok"))
    )
      end++;
    if (end >= this.#words.length || end === start) {
      throw new Failure(`missing argument to \`${word}'`);
    }
    const argv = this.#words.slice(start, end);
    const isBatch = this.#words[end] === "+";
    this.#at = end + 1;
    const inDirectory = word === "-execdir" || word === "-okdir";
    if (isBatch) {
      const batch = new ExecBatch(proc, argv.slice(0, -1), inDirectory);
      this.#finishers.push(() => batch.finish());
      return (file) => batch.add(file);
    }
    const answers = this.#answers;
    return function* (file) {
      if (word.startsWith("-ok")) {
        yield* stdout(proc).flush();
        yield* proc.printError(`< ${argv[0] ?? ""} ... ${file.path} > ? `);
        if (!(yield* answers.read())) return false;
      }
      return yield* runOnce(proc, argv, file, inDirectory);
    };
  }
}
