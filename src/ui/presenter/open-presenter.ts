/** Shows a lesson to a room: `?lesson=ID&present`. */
import { mount } from "svelte";
import type { LabClient } from "../lab-client.ts";
import type { Study } from "../lessons/study.ts";
import { Presenter } from "./presenter.svelte.ts";
import PresenterBar from "./PresenterBar.svelte";

/** `leave`: the address of the lesson without the presenter. */
export function openPresenter(study: Study, client: LabClient, leave: string): void {
  document.documentElement.setAttribute("data-presenting", "");
  const target = document.querySelector(".page");
  if (!target) throw new Error("internal error: no page to present");
  study.state.isCollapsed = true;
  study.page.state.tab = "terminal";
  const presenter = new Presenter(study, (event) => client.send(event));
  mount(PresenterBar, { target, props: { presenter, leave } });
  // Its style sheet counts from the next frame on.
  requestAnimationFrame(() => study.restyle());
}
