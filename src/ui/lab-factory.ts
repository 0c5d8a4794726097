/** Makes labs of the machines that this site has. */
export { standIn as labFactory } from "./stand-in-lab.ts";
