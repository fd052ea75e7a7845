/** Nothing: what it costs to load this is what it costs to load anything. */
export {};
