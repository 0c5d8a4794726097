/** Names that containers get when nobody gives them one: two words. */
import type { Random } from "../../base/random.ts";

const LEFT =
  "amazing bold brave busy clever cool dazzling eager elegant festive focused friendly gallant gifted happy hopeful jolly keen kind lucid modest nice peaceful practical quirky relaxed serene sharp stoic sweet tender trusting upbeat vibrant wise zen".split(
    " ",
  );
const RIGHT =
  "archimedes bell booth borg carson curie darwin davinci dijkstra einstein euclid euler fermat fermi galileo gauss goldberg hamilton hawking hopper johnson kepler knuth lamport lovelace mendel meitner newton noether pascal pasteur ritchie shannon swartz tesla thompson torvalds turing wing wright".split(
    " ",
  );

/** "eager_booth". */
export function randomName(random: Random): string {
  return `${random.pick(LEFT)}_${random.pick(RIGHT)}`;
}
