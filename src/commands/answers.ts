import type { Process } from "../machine/process.ts";
import type { Run } from "../machine/program.ts";
import { ownName } from "./complain.ts";
import { stdout } from "./output.ts";
import { LineReader } from "./text-io.ts";

/** Questions on stderr, answered on standard input: gnulib's yesno. Keep one for the whole run, as it reads ahead. */
export class Answers {
  readonly #proc: Process;
  #reader: LineReader | undefined;

  constructor(proc: Process) {
    this.#proc = proc;
  }

  /** Asks `name: question? `; the end of input is a no. */
  *yes(question: string): Run<boolean> {
    yield* stdout(this.#proc).flush();
    yield* this.#proc.printError(`${ownName(this.#proc)}: ${question}? `);
    return yield* this.read();
  }

  /** The answer to a question that was asked already. */
  *read(): Run<boolean> {
    this.#reader ??= new LineReader(this.#proc, 0);
    const answer = yield* this.#reader.next();
    return answer !== undefined && /^[yY]/.test(answer);
  }
}
