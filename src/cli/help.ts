import { RULES } from "../idl/compatible/rules.js";

// What `redoubt help` says.

export const PROGRAM =
  "RPC for TypeScript that leaves no call in doubt. This command works on .proto files, and speaks with gRPC servers.";

export const PROGRAM_END = `
Begin with a file proto/hello.proto and
  redoubt generate          makes gen/hello_pb.ts of it

or with a server that tells its interface (reflection) and
  redoubt ls localhost:50051 --plaintext

redoubt help COMMAND tells more, with examples.

Exit codes:
  0   all is well
  1   the .proto files have errors, the output cannot be made, (compatible) something breaks, (health) it is not serving, or
      (journal) something is damaged
  2   the command was called wrongly, or (compatible) one of the versions has errors
  70  redoubt itself is wrong; REDOUBT_DEBUG=1 shows where
  100 and the status code of a call that failed: 105 is NOT_FOUND, 114 UNAVAILABLE`;

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

export const TARGET = "host:port, dns:///host:port, unix:/path or unix-abstract:name";

export const DATA =
  "the request in protobuf's JSON; @FILE: what is in the file; -: the standard input. A stream of requests is one value after another, each sent as soon as it is there; without DATA it is read from the standard input, and a single request is {}";

export const HEADER =
  "metadata to send with each call; the value of a name that ends in -bin is base64; can be given again";

export const TIMEOUT =
  "deadline of each call: 500ms, 5s, 2m; by default none for call and --watch, and 10s for questions";

export const PROTO =
  "where the interface is written: a .proto file, a directory of such, or a descriptor set; by default the server is asked by reflection";

export const CALL =
  "Calls a method, of any kind, and prints each answer as JSON when it comes: one a line, or with indentation on a " +
  "terminal. A call that fails tells its status, details and outcome on the standard error. Connections are secured by " +
  "TLS, but for --plaintext and Unix sockets.";

export const CALL_END = `
Examples:
  redoubt call localhost:50051 Directories/ListDirectory '{"path":"/"}' --plaintext
  redoubt call localhost:50051 Directories/MakeDirectory @request.json --plaintext --timeout 5s -H x-request-id:7
  redoubt call unix:/run/d.sock Log/Append --proto api < lines.jsonl
                                                    a stream of requests, one a line
  redoubt call localhost:50051 Talk/Chat --plaintext     type requests, and see the answers come

Exit code: 0, or 100 and the status code: 103 is INVALID_ARGUMENT, 104 DEADLINE_EXCEEDED, 105 NOT_FOUND,
112 UNIMPLEMENTED, 114 UNAVAILABLE.`;

export const LIST =
  "Lists the services of a server; or the methods of one, with their kinds, their messages and what they promise.";

export const LIST_END = `
Examples:
  redoubt ls localhost:50051 --plaintext
  redoubt ls localhost:50051 grpc.health.v1.Health --plaintext
  redoubt ls localhost:50051 --plaintext --json     for programs`;

export const DESCRIBE =
  "Prints the definition of a service, method, message, field, oneof, enum or enum value as a .proto file has it. That " +
  "of a method comes with its messages, and with a call to begin with.";

export const DESCRIBE_END = `
Examples:
  redoubt describe localhost:50051 Directories --plaintext
  redoubt describe localhost:50051 Directories/ListDirectory --plaintext
  redoubt describe localhost:50051 ListDirArgs.path --proto directories.proto --plaintext`;

export const HEALTH =
  "Asks grpc.health.v1 whether a server, or one of its services, is serving. The exit code is 0 only if it is.";

export const HEALTH_END = `
Examples:
  redoubt health localhost:50051 --plaintext
  redoubt health localhost:50051 directories.Directories --plaintext --timeout 1s
  redoubt health localhost:50051 --plaintext --watch`;

export const JOURNAL =
  "Looks at a journal, that of a server's exactly-once calls, of a durable client or of a program's own. Takes no lock and " +
  "writes nothing: of a journal that is in use it shows an end that moves.";

export const JOURNAL_END = `
Examples:
  redoubt journal inspect ./journal
  redoubt journal verify ./journal
  redoubt journal verify ./journal --json    for programs`;

export const JOURNAL_FOLDER = "the folder of the journal";

export const JOURNAL_INSPECT =
  "Shows whose journal it is: a home's, a durable client's (and of which home) or a program's own; its epochs, which is how " +
  "often it was opened, its segments and how full they are, its checkpoints, and how many records there are, by kind. Of a " +
  "home, its open calls and its sessions; of a durable client, its unfinished calls and its keys. The exit code is 1 if " +
  "something is damaged.";

export const JOURNAL_VERIFY =
  "Reads all that opening the journal may need, and tells whether it is whole. That it is torn at its end, since a " +
  "program was killed while it wrote, is no damage. The exit code is 1 if something is damaged, and it is said what and where.";

export const CONNECTIONS =
  "Shows the connections of a server, as its grpc.channelz.v1 tells them: protocol, both addresses, streams that are " +
  "open and that there were, messages, and the last activity.";

export const CONNECTIONS_WATCH =
  "stay, and draw the table anew on a terminal; elsewhere print a line for each connection opened or closed";

export const CONNECTIONS_END = `
Examples:
  redoubt connections localhost:50051 --plaintext
  redoubt connections localhost:50051 --plaintext --watch --interval 500ms
  redoubt connections localhost:50051 --plaintext --json`;

export const COMPLETION =
  "Prints a script that makes your shell complete commands, options, and the names of services and methods, which it " +
  "asks the TARGET for.";

export const COMPLETION_END = `
Examples:
  redoubt completion bash > ~/.local/share/bash-completion/completions/redoubt
  redoubt completion zsh > ~/.zfunc/_redoubt        in a folder of your $fpath
  redoubt completion fish > ~/.config/fish/completions/redoubt.fish`;

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
