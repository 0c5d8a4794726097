/** Programs that fill the screen: editors, pagers and the manual. */
import { family } from "../family.ts";
import { less } from "../less/less.ts";
import { manualCommands } from "../man/man.ts";
import { more } from "../more/more.ts";
import { nano } from "../nano/nano.ts";

export const screen = family((around) => [less, ...manualCommands(around), more, nano]);
