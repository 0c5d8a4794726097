/** The kinds of syntax tree node that expansion works on. */
import type { CommandExpansionPart, ParameterOperation, ProcessSubstitutionPart, Word, WordPart } from "unbash";

export type { ParameterOperation, Word, WordPart };

/** `$(…)`, backquotes, `<(…)` and `>(…)`: text and the script inside. */
export type ScriptExpansion = CommandExpansionPart | ProcessSubstitutionPart;
