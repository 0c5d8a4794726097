import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Call } from "../ostree/goption.ts";

export interface LiveOptions {
  readonly target?: string;
  readonly allowReplacement?: boolean;
}

export function* applyLiveNow(call: Call, _host: OstreeHost, _options: LiveOptions): Run<ExitStatus> {
  yield* call.proc.tick();
  throw new OstreeError("apply-live is not built in Immutable Lab");
}
