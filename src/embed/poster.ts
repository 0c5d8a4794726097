/** What a frame shows until its lab is wanted: real text, a picture, one button. Loads nothing before. */
import { offerOf } from "../distros/offers.ts";
import { readParameters } from "./parameters.ts";
import { pageParts } from "./parts.ts";
import { keepSize } from "./size.ts";

const { machine, beside, lesson, run, type, load, poster, theme, origin, ignored } = readParameters(new URLSearchParams(location.search));
if (ignored.length > 0) console.info(`Immutable Lab: ignored ${ignored.join(", ")}. See src/embed/README.md.`);

const section = document.querySelector<HTMLElement>("#poster");
const heading = section?.querySelector("h1");
const commands = section?.querySelector("pre");
const button = section?.querySelector("button");
if (!section || !heading || !commands || !button) throw new Error("internal error: no poster");

if (theme !== "system") document.documentElement.dataset["theme"] = theme;
const offer = offerOf(machine);
const titles = [offer, ...(beside === undefined ? [] : [offerOf(beside)])].map(({ title }) => title);
heading.textContent = lesson === undefined ? titles.join(" and ") : `A lesson: ${lesson}`;
const typed = [...run, ...(type === "" ? [] : [type])];
if (lesson === undefined) commands.textContent = (typed.length > 0 ? typed : offer.firstCommands).map((line) => `$ ${line}`).join("\n");
if (poster === "none") section.hidden = true;
else if (poster !== "auto") {
  const picture = new Image();
  picture.src = poster;
  picture.alt = "";
  section.querySelector("svg")?.replaceWith(picture);
}
// One that starts at once will have another height.
if (load !== "eager") keepSize(section, () => section.offsetHeight, origin);

const parts = pageParts();
Object.assign(window, { immutableLabParts: parts });
let isWanted = false;

function start(): void {
  if (isWanted) return;
  isWanted = true;
  if (button) button.textContent = "Starting…";
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = "lab.css";
  style.onload = () => {
    parts.load("lab.js").catch(failed);
  };
  style.onerror = failed;
  document.head.append(style);
}

function failed(): void {
  isWanted = false;
  if (button) button.textContent = "It could not be fetched. Try again";
}

button.addEventListener("click", () => {
  document.documentElement.dataset["clicked"] = "";
  start();
});
if (load === "eager" || poster === "none") start();
else if (load === "visible")
  new IntersectionObserver((entries, observer) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    start();
  }).observe(section);
