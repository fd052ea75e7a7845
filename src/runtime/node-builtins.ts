// Modules of Node that are loaded when TLS is first used: they take longer to load than a call takes.

export function loadTls(): typeof import("node:tls") {
  return process.getBuiltinModule("node:tls");
}

export function loadCrypto(): typeof import("node:crypto") {
  return process.getBuiltinModule("node:crypto");
}
