/** The syntax tree of an awk program. */

export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  /** The pattern between slashes, its escapes untouched. */
  | { readonly kind: "regex"; readonly source: string }
  | Place
  | { readonly kind: "assign"; readonly operator: AssignOperator; readonly to: Place; readonly value: Expression }
  /** `++x`, `x--`: what is added, and whether the value is that of before. */
  | { readonly kind: "step"; readonly by: 1 | -1; readonly after: boolean; readonly place: Place }
  | { readonly kind: "unary"; readonly operator: "-" | "+" | "!"; readonly operand: Expression }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "logical"; readonly operator: "&&" | "||"; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "match"; readonly negated: boolean; readonly left: Expression; readonly right: Expression }
  | { readonly kind: "conditional"; readonly test: Expression; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: "in"; readonly key: readonly Expression[]; readonly array: ArrayPlace }
  /** `(a, b)`, which stands only before `in` and behind print. */
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "builtin"; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: "getline";
      readonly from: "input" | "file" | "command";
      readonly source: Expression | undefined;
      readonly to: Place | undefined;
    };

/** What can be assigned to. */
export type Place =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "field"; readonly index: Expression }
  | { readonly kind: "element"; readonly array: ArrayPlace; readonly key: readonly Expression[] };

/** An array: a variable, or an element of an array of arrays. */
export interface ArrayPlace {
  readonly name: string;
  /** Subscripts before the last, for `a[i][j]`. */
  readonly path: readonly (readonly Expression[])[];
}

export type AssignOperator = "=" | "+=" | "-=" | "*=" | "/=" | "%=" | "^=";
export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "^" | "concat" | Comparison;
export type Comparison = "<" | "<=" | "==" | "!=" | ">" | ">=";

export interface Redirection {
  readonly kind: ">" | ">>" | "|";
  readonly to: Expression;
}

/** `where` is the place in the source, e.g. "cmd. line:1", for what goes wrong there. */
export type Statement = { readonly where: string } & (
  | { readonly kind: "expression"; readonly value: Expression }
  | { readonly kind: "print"; readonly args: readonly Expression[]; readonly formatted: boolean; readonly to: Redirection | undefined }
  | { readonly kind: "block"; readonly body: readonly Statement[] }
  | { readonly kind: "if"; readonly test: Expression; readonly yes: Statement; readonly no: Statement | undefined }
  | { readonly kind: "while"; readonly test: Expression; readonly body: Statement }
  | { readonly kind: "do"; readonly test: Expression; readonly body: Statement }
  | {
      readonly kind: "for";
      readonly first: Statement | undefined;
      readonly test: Expression | undefined;
      readonly next: Statement | undefined;
      readonly body: Statement;
    }
  | { readonly kind: "for in"; readonly name: string; readonly array: ArrayPlace; readonly body: Statement }
  | {
      readonly kind: "switch";
      readonly value: Expression;
      /** `default` has no test. */
      readonly cases: readonly { readonly test: Expression | undefined; readonly body: readonly Statement[] }[];
    }
  | { readonly kind: "delete"; readonly array: ArrayPlace; readonly key: readonly Expression[] | undefined }
  | { readonly kind: "break" | "continue" | "next" | "nextfile" }
  | { readonly kind: "return" | "exit"; readonly value: Expression | undefined }
);

export interface Rule {
  readonly when:
    | { readonly kind: "begin" | "end" | "begin file" | "end file" | "always" }
    | { readonly kind: "pattern"; readonly test: Expression }
    | { readonly kind: "range"; readonly from: Expression; readonly to: Expression };
  /** Undefined: the record is printed. */
  readonly action: Statement | undefined;
  readonly where: string;
}

export interface FunctionDefinition {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: Statement;
}

export interface AwkProgram {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, FunctionDefinition>;
  /** Said on stderr before the program runs. */
  readonly warnings: readonly string[];
}
