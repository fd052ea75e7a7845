const TICK_MS = 100;

/**
 * Whether something was done in time. Only time counts in which this process itself gets its turns: on a machine that is busy
 * with other things all programs of a run are slow alike.
 */
export async function within(ms: number, done: Promise<void>): Promise<boolean> {
  let ticks = Math.ceil(ms / TICK_MS);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setInterval(() => {
      if (--ticks <= 0) resolve(false);
    }, TICK_MS);
  });
  try {
    return await Promise.race([done.then(() => true), late]);
  } finally {
    clearInterval(timer);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
