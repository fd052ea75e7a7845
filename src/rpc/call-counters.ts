import { Status } from "./status.js";

/** Calls so far, however they travelled. */
export class CallCounters {
  started = 0;
  succeeded = 0;
  failed = 0;

  end(code: Status): void {
    if (code === Status.OK) this.succeeded++;
    else this.failed++;
  }
}
