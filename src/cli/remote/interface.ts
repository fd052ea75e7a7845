import type { AnyDesc, DescMethod, DescService, FileRegistry } from "@bufbuild/protobuf";
import { suggest } from "../../idl/text/suggest.js";
import { UsageError } from "../world.js";

/** What is known of a server's interface. */
export interface Interface {
  /** In the order of their names. */
  serviceNames(): Promise<readonly string[]>;
  /** A registry that has the type or service of this full name, and all that it needs; undefined where there is none. */
  registryWith(name: string): Promise<FileRegistry | undefined>;
}

/** A service by its full name, or by the last part of it if that is enough. @throws UsageError */
export async function findService(known: Interface, name: string): Promise<DescService> {
  const exact = (await known.registryWith(name))?.getService(name);
  if (exact !== undefined) return exact;
  const names = await known.serviceNames();
  const meant = names.filter((each) => each.endsWith(`.${name}`));
  const [only] = meant;
  if (meant.length === 1) {
    const service = (await known.registryWith(only))?.getService(only);
    if (service !== undefined) return service;
  }
  if (meant.length > 1)
    throw new UsageError(`several services are called \`${name}\``, `it is one of: ${meant.join(", ")}`);
  throw new UsageError(`there is no service \`${name}\``, serviceHint(name, names));
}

/** `package.Service/Method`, also with a dot, or with the last part of the service's name only. @throws UsageError */
export async function findMethod(known: Interface, path: string): Promise<DescMethod> {
  const [, serviceName, methodName] = /^\/?(.+)[/.]([^/.]+)$/.exec(path) ?? [];
  if (serviceName === undefined)
    throw new UsageError(`\`${path}\` names no method`, "write it as package.Service/Method");
  const service = await findService(known, serviceName);
  const method = service.methods.find(({ name }) => name === methodName);
  if (method !== undefined) return method;
  const names = service.methods.map(({ name }) => name);
  const meant = suggest(methodName, names);
  throw new UsageError(
    `service \`${service.typeName}\` has no method \`${methodName}\``,
    meant === undefined ? `it has: ${names.join(", ")}` : `did you mean \`${meant}\`?`,
  );
}

/** What `describe` can print. */
export type Described = Exclude<AnyDesc, { readonly kind: "file" | "extension" }> | undefined;

/** A service, a message, an enum, or by their names one of their methods, fields, oneofs and values. @throws UsageError */
export async function findAnything(known: Interface, name: string): Promise<NonNullable<Described>> {
  const plain = name.replace(/^[/.]/, "").replace("/", ".");
  const type = (await known.registryWith(plain))?.get(plain);
  if (type !== undefined && type.kind !== "extension") return type;
  const dot = plain.lastIndexOf(".");
  const owner = dot > 0 ? await ownerOf(known, plain.slice(0, dot)) : undefined;
  if (owner !== undefined) {
    const last = plain.slice(dot + 1);
    const members = membersOf(owner);
    const member = members.find((each) => each.name === last);
    if (member !== undefined) return member;
    const meant = suggest(
      last,
      members.map((each) => each.name),
    );
    throw new UsageError(
      `${owner.kind} \`${owner.typeName}\` has no \`${last}\``,
      meant === undefined ? `\`describe ${owner.typeName}\` shows what it has` : `did you mean \`${meant}\`?`,
    );
  }
  const names = await known.serviceNames();
  const [service, ...others] = names.filter((each) => each.endsWith(`.${plain}`));
  if (service !== undefined && others.length === 0) return findService(known, service);
  throw new UsageError(`there is nothing called \`${name}\``, serviceHint(plain, names));
}

async function ownerOf(known: Interface, name: string) {
  const type = (await known.registryWith(name))?.get(name);
  if (type !== undefined) return type.kind === "extension" ? undefined : type;
  const meant = (await known.serviceNames()).filter((each) => each.endsWith(`.${name}`));
  return meant.length === 1 ? findService(known, meant[0]) : undefined;
}

function membersOf(owner: NonNullable<Awaited<ReturnType<typeof ownerOf>>>) {
  if (owner.kind === "service") return owner.methods;
  return owner.kind === "enum" ? owner.values : [...owner.fields, ...owner.oneofs];
}

function serviceHint(name: string, names: readonly string[]): string {
  const last = (full: string) => full.slice(full.lastIndexOf(".") + 1);
  const meant = suggest(name, names) ?? names.find((full) => suggest(last(name), [last(full)]) !== undefined);
  if (meant !== undefined) return `did you mean \`${meant}\`?`;
  return names.length === 0 ? "the server names none" : `there are: ${names.join(", ")}`;
}
