/** Commands as bash prints them: `declare -f`, `type`. */
import type {
  CaseItem,
  Command,
  CompoundList,
  Coproc,
  Function as FunctionNode,
  HereDoc,
  If,
  Pipeline,
  Redirection,
  Statement,
  TestExpression,
} from "unbash";
import type { SourceText } from "./source.ts";
import type { ShellFunction } from "./state.ts";

type Node = Statement["command"] | CompoundList | Coproc["body"];

const STEP = 4;

/** The whole definition: `f () \n{ \n    echo hi\n}`. */
export function functionText({ node, source }: ShellFunction): string {
  return new Printer(source.text, true).definition(node, 0);
}

/** One command, as `jobs` shows it: lists stay on one line. */
export function commandText(node: Node, source: SourceText): string {
  return new Printer(source.text, false).node(node, 0);
}

class Printer {
  readonly #source: string;
  /** Inside of a function each statement has a line of its own. */
  #inFunction: boolean;
  /** Here-documents whose bodies come after the line. */
  #pending: HereDoc[] = [];

  constructor(source: string, inFunction: boolean) {
    this.#source = source;
    this.#inFunction = inFunction;
  }

  #slice(node: { readonly pos: number; readonly end: number }): string {
    return this.#source.slice(node.pos, node.end);
  }

  definition(node: FunctionNode, indent: number): string {
    const outer = this.#inFunction;
    this.#inFunction = true;
    try {
      return this.#definition(node, node.body, indent);
    } finally {
      this.#inFunction = outer;
    }
  }

  #definition(node: FunctionNode, body: FunctionNode["body"], indent: number): string {
    const pad = " ".repeat(indent);
    const redirects = body.type === "Redirected" ? body.redirects : [];
    const inner = body.type === "Redirected" ? body.command : body;
    const block = inner.type === "BraceGroup" ? inner.body : inner;
    const list =
      block.type === "CompoundList"
        ? this.list(block.commands, indent + STEP)
        : " ".repeat(indent + STEP) + this.node(block, indent + STEP);
    return `${this.#slice(node.name)} () \n${pad}{ \n${list}\n${pad}}${redirects.length > 0 ? " " + this.redirects(redirects) : ""}`;
  }

  /** Statements one below the other, without a separator after the last. */
  list(statements: readonly Statement[], indent: number): string {
    const pad = " ".repeat(indent);
    let out = "";
    let joins = false;
    for (const [i, statement] of statements.entries()) {
      out += (joins ? " " : i > 0 && !this.#inFunction && !out.endsWith("\n") ? " " : pad) + this.node(statement.command, indent);
      const isLast = i === statements.length - 1;
      joins = statement.background === true && !isLast;
      out += statement.background === true ? " &" : isLast || this.#pending.length > 0 ? "" : ";";
      out += this.#bodies();
      if (!isLast && !joins && this.#inFunction && !out.endsWith("\n")) out += "\n";
    }
    return out;
  }

  #bodies(): string {
    const text = this.#pending.map((each) => `\n${each.body.text}${each.delimiter?.value ?? ""}\n`).join("");
    this.#pending = [];
    return text;
  }

  /** A list as the body of a construct: each statement ended. */
  #block(list: CompoundList, indent: number): string {
    const text = this.list(list.commands, indent);
    return text.endsWith("&") || text.endsWith("\n") ? text : text + ";";
  }

  /** A list on one line, as conditions are. */
  #inline(list: CompoundList, indent: number): string {
    const separator = this.#inFunction ? `\n${" ".repeat(indent)}` : " ";
    return list.commands
      .map((each, i) => {
        const text = this.node(each.command, indent) + (each.background === true ? " &" : ";");
        const isLast = i === list.commands.length - 1;
        return isLast ? text : text + (each.background === true ? " " : separator);
      })
      .join("");
  }

  node(node: Node, indent: number): string {
    const pad = " ".repeat(indent);
    switch (node.type) {
      case "Command":
        return this.#command(node);
      case "CompoundList":
        return this.#inline(node, indent).replace(/;$/, "");
      case "AndOr":
        return node.commands.map((each, i) => (i === 0 ? "" : ` ${node.operators[i - 1] ?? "&&"} `) + this.node(each, indent)).join("");
      case "Pipeline":
        return this.#pipeline(node, indent);
      case "BraceGroup":
        if (!this.#inFunction) return `{ ${this.#block(node.body, 0)} }`;
        return `{ \n${this.list(node.body.commands, indent + STEP)}\n${pad}}`;
      case "Subshell":
        return `( ${this.#inline(node.body, this.#inFunction ? indent : 0).replace(/;$/, "")} )`;
      case "If":
        return this.#if(node, indent);
      case "While":
        return `${node.kind} ${this.#inline(node.clause, indent)} do\n${this.#block(node.body, indent + STEP)}\n${pad}done`;
      case "For": {
        const words = node.wordlist === undefined ? ' in "$@"' : ` in ${node.wordlist.map((each) => this.#slice(each)).join(" ")}`;
        return `for ${this.#slice(node.name)}${words};\n${pad}do\n${this.#block(node.body, indent + STEP)}\n${pad}done`;
      }
      case "Select": {
        const words = node.wordlist === undefined ? ' in "$@"' : ` in ${node.wordlist.map((each) => this.#slice(each)).join(" ")}`;
        return `select ${this.#slice(node.name)}${words};\n${pad}do\n${this.#block(node.body, indent + STEP)}\n${pad}done`;
      }
      case "ArithmeticFor": {
        const header = [node.initialize, node.test, node.update].map((part) => (part === undefined ? "1" : this.#slice(part))).join("; ");
        return `for ((${header}))\n${pad}do\n${this.#block(node.body, indent + STEP)}\n${pad}done`;
      }
      case "Case":
        return `case ${this.#slice(node.word)} in ${node.items.map((item) => this.#caseItem(item, indent)).join("")}\n${pad}esac`;
      case "ArithmeticCommand":
        return `((${node.body}))`;
      case "TestCommand":
        return `[[ ${this.#test(node.expression)} ]]`;
      case "Function":
        return `function ${this.definition(node, indent)}`;
      case "Redirected":
        return `${this.node(node.command, indent)} ${this.redirects(node.redirects)}`;
      case "Coproc":
        return `coproc ${node.name === undefined ? "" : `${this.#slice(node.name)} `}${this.node(node.body, indent)}`;
    }
  }

  #command(node: Command): string {
    const words = [
      ...node.prefix.filter((part) => part.type === "Assignment"),
      ...(node.name === undefined ? [] : [node.name]),
      ...node.args,
    ];
    const parts = words.map((part) => this.#slice(part));
    if (node.redirects.length > 0) parts.push(this.redirects(node.redirects));
    return parts.join(" ");
  }

  #pipeline(node: Pipeline, indent: number): string {
    const prefix = node.prefixes
      .map((each) => (each.type === "Negation" ? "! " : each.posix === undefined ? "time " : "time -p "))
      .join("");
    return (
      prefix +
      node.commands
        .map((each, i) => (i === 0 ? "" : node.operators[i - 1] === "|&" ? " 2>&1 | " : " | ") + this.node(each, indent))
        .join("")
    );
  }

  #if(node: If, indent: number): string {
    const pad = " ".repeat(indent);
    const head = `if ${this.#inline(node.clause, indent)} then\n${this.#block(node.then, indent + STEP)}\n`;
    return (
      head +
      this.#else(
        node.elif.map((each) => [each.clause, each.then] as const),
        node.else,
        indent,
      ) +
      `${pad}fi`
    );
  }

  /** bash keeps `elif` as an `if` inside `else`. */
  #else(branches: readonly (readonly [CompoundList, CompoundList])[], last: CompoundList | undefined, indent: number): string {
    const pad = " ".repeat(indent);
    const [first, ...rest] = branches;
    if (first === undefined) return last === undefined ? "" : `${pad}else\n${this.#block(last, indent + STEP)}\n`;
    const inner = " ".repeat(indent + STEP);
    const nested = `if ${this.#inline(first[0], indent + STEP)} then\n${this.#block(first[1], indent + 2 * STEP)}\n${this.#else(rest, last, indent + STEP)}${inner}fi;`;
    return `${pad}else\n${inner}${nested}\n`;
  }

  #caseItem(item: CaseItem, indent: number): string {
    const pad = " ".repeat(indent + STEP);
    const body = item.body.commands.length === 0 ? "" : this.list(item.body.commands, indent + 2 * STEP) + "\n";
    return `\n${pad}${item.pattern.map((each) => this.#slice(each)).join(" | ")})\n${body}${pad}${item.terminator ?? ";;"}`;
  }

  redirects(redirects: readonly Redirection[]): string {
    return redirects
      .map((each) => {
        const descriptor =
          each.descriptor === undefined
            ? ""
            : each.descriptor.type === "FileDescriptor"
              ? String(each.descriptor.value)
              : `{${each.descriptor.name}}`;
        if (each.type === "HereDoc") {
          this.#pending.push(each);
          return `${descriptor}${each.operator}${each.delimiter?.text ?? ""}`;
        }
        const target = each.target === undefined ? "" : this.#slice(each.target);
        if (each.type === "HereString") return `${descriptor}<<< ${target}`;
        return each.operator === ">&" || each.operator === "<&"
          ? `${descriptor === "" && /^\d+-?$|^-$/.test(target) ? (each.operator === ">&" ? "1" : "0") : descriptor}${each.operator}${target}`
          : `${descriptor}${each.operator} ${target}`;
      })
      .join(" ");
  }

  #test(node: TestExpression): string {
    switch (node.type) {
      case "TestUnary":
        return `${node.operator} ${this.#slice(node.operand)}`;
      case "TestBinary":
        return `${this.#slice(node.left)} ${node.operator} ${this.#slice(node.right)}`;
      case "TestLogical":
        return node.operands.map((each) => this.#test(each)).join(` ${node.operator} `);
      case "TestNot":
        return `! ${this.#test(node.operand)}`;
      case "TestGroup":
        return `( ${this.#test(node.expression)} )`;
    }
  }
}
