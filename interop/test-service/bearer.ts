import { RpcError, Status } from "@redoubt/rpc";

/** Whom a token speaks of, and what for. */
export interface Bearer {
  readonly username: string;
  readonly scope: string;
}

/**
 * Reads an `authorization` entry with a JSON Web Token (RFC 7519). The signature is not looked at: what is tested is
 * that credentials arrive. @throws RpcError UNAUTHENTICATED where there is none
 */
export function bearerOf(authorization: string | undefined): Bearer {
  const [, claims] = /^Bearer [\w-]+\.([\w-]+)\.[\w-]*$/.exec(authorization ?? "") ?? [];
  if (claims === undefined) throw new RpcError(Status.UNAUTHENTICATED, "there is no bearer token");
  const { sub, iss, scope } = JSON.parse(Buffer.from(claims, "base64url").toString());
  return { username: sub ?? iss, scope: scope ?? "" };
}

/** A token that {@link bearerOf} understands, without a signature. */
export function bearerToken({ username, scope }: Bearer): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none" })}.${part({ sub: username, scope })}.`;
}
