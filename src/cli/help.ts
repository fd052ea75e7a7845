import { RULES } from "../idl/compatible/rules.js";

// What `redoubt help` says.

export const PROGRAM = "RPC for TypeScript that leaves no call in doubt. This command works on .proto files.";

export const PROGRAM_END = `
Begin with a file proto/hello.proto and
  redoubt generate          makes gen/hello_pb.ts of it

redoubt help COMMAND tells more, with examples.

Exit codes:
  0   all is well
  1   the .proto files have errors, the output cannot be made, or (compatible) something breaks
  2   the command was called wrongly, or (compatible) one of the versions has errors
  70  redoubt itself is wrong; REDOUBT_DEBUG=1 shows where`;

export const INPUTS =
  ".proto files, or directories of such; none: all in proto/, else all below the current directory";

export const INCLUDE =
  "where imports begin; can be given again; after these come the DIRs, and where there are neither, proto/ or the current directory";

export const GENERATE =
  "Writes a TypeScript module for each .proto file and for what it imports, to be used with @bufbuild/protobuf and " +
  "@redoubt/rpc. Nothing is written where there are errors, and no file that stays as it is.";

export const PLUGIN =
  "run protoc-gen-NAME, from node_modules/.bin or the PATH, or the program at a path, in place of our own emitter: it makes code of the files that are named, not of their imports; can be given again";

export const IMPORT_EXTENSION = "what the names of imported modules end in";

export const GENERATE_END = `
Examples:
  redoubt generate                                  all of proto/, into gen/
  redoubt generate --watch                          and again after each change
  redoubt generate api -I third_party -o src/gen    imports from api/ and third_party/
  redoubt generate --import-extension ts --erasable-syntax
                                                    for Node's own TypeScript
  redoubt generate --plugin es=target=js+dts        with protoc-gen-es`;

export const COMPILE =
  "Writes the descriptors of .proto files as one google.protobuf.FileDescriptorSet, byte by byte as " +
  "protoc --descriptor_set_out does.";

export const COMPILE_END = `
Examples:
  redoubt compile -o api.binpb                          all of proto/
  redoubt compile -o api.binpb --include-imports        with all that is needed to use it
  redoubt compile api/v1/users.proto -I api -o - | protoc --decode=google.protobuf.FileDescriptorSet …`;

export const COMPATIBLE =
  "Compares two versions of an interface and tells what breaks: which rule, where, and whether old clients break " +
  "with new servers or new clients with old servers.";

export const OLD =
  "a directory of .proto files, a .proto file, a descriptor set (see compile), or one of these in Git: REVISION:PATH";

const RULE_LINES = Object.entries(RULES).map(([name, meaning]) => `  ${name.padEnd(30)}${meaning}`);

export const COMPATIBLE_END = `
Examples:
  redoubt compatible main:proto proto                   this branch, against main
  redoubt compatible HEAD~1:proto HEAD:proto            the last commit
  redoubt compatible released.binpb proto               against what was released
  redoubt compatible v1 v2 --allow field-renamed        renaming is fine here

Rules:
${RULE_LINES.join("\n")}`;

export const CERTIFICATES =
  "Makes an authority (ca.pem) and certificates that it has signed, of a server and of a client, each with its key. " +
  "They are for trying things out: the authority's key is not kept.";

export const CERTIFICATE_NAME =
  "a host name or an IP address that the server's certificate is for; can be given again; none: localhost, 127.0.0.1 and ::1";

export const CERTIFICATES_END = `
Examples:
  redoubt certificates certs                            five files, into certs/
  redoubt certificates certs --name db.example.test     for a server of that name
  redoubt certificates certs --name localhost --days 365`;
