import { throwLater } from "./throw-later.js";

/** Takes all listeners off the list and calls them; what they throw harms nobody. */
export function tellAll(listeners: (() => void)[]): void {
  for (const listener of listeners.splice(0)) {
    try {
      listener();
    } catch (error) {
      throwLater(error);
    }
  }
}
