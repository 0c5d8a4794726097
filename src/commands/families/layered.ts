/** Programs that no image has, but packages of the repositories. */
import { cowsay } from "../cowsay/cowsay.ts";
import { family } from "../family.ts";
import { tree } from "../tree/tree.ts";

export const layered = family(() => [cowsay, tree]);
