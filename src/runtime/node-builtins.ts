// Modules of Node that are loaded when they are first used: they take longer to load than a call takes.

export function loadTls(): typeof import("node:tls") {
  return process.getBuiltinModule("node:tls");
}

export function loadCrypto(): typeof import("node:crypto") {
  return process.getBuiltinModule("node:crypto");
}

export function loadChildProcess(): typeof import("node:child_process") {
  return process.getBuiltinModule("node:child_process");
}

export function loadOs(): typeof import("node:os") {
  return process.getBuiltinModule("node:os");
}
