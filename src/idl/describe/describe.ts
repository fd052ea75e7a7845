import { create } from "@bufbuild/protobuf";
import {
  Edition,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import type { FileNode, ImportNode, NameNode } from "../syntax/syntax.js";
import type { Tokens } from "../syntax/tokens.js";
import type { Diagnostics } from "../text/diagnostics.js";
import type { Source } from "../text/source.js";
import { describeEnum } from "./describe-enum.js";
import { describeExtend, describeMessage } from "./describe-message.js";
import { describeService } from "./describe-service.js";
import type { DescribedFile } from "./described.js";
import { Description, namedPlace, optionsIn } from "./description.js";
import { editionOf } from "./edition.js";
import { FILE } from "./field-numbers.js";
import { checkImport, checkPackage, checkSyntax } from "./language-rules.js";

/**
 * Makes the descriptor of a file: what was written, as protoc's parser makes it before names are resolved. Also tells
 * of what the file's edition has no place for.
 */
export function describe(
  source: Source,
  tokens: Tokens,
  tree: FileNode,
  diagnostics: Diagnostics,
): DescribedFile {
  const description = new Description(source, tokens, tree, editionOf(tree.syntax), diagnostics);
  const proto = create(FileDescriptorProtoSchema);
  proto.name = source.name;
  description.nodes.set(proto, tree);
  if (tree.syntax !== undefined) checkSyntax(description, tree.syntax);
  setEdition(proto, description.edition);
  setPackage(description, proto);
  addElements(description, proto);
  const { nodes, options, extendBlocks } = description;
  return { source, tokens, tree, proto, nodes, options, extendBlocks };
}

function setEdition(proto: FileDescriptorProto, edition: Edition): void {
  if (edition === Edition.EDITION_PROTO2) return;
  if (edition === Edition.EDITION_PROTO3) {
    proto.syntax = "proto3";
  } else {
    proto.syntax = "editions";
    proto.edition = edition;
  }
}

function setPackage(description: Description, proto: FileDescriptorProto): void {
  const [first, ...others] = description.tree.elements.filter((element) => element.kind === "package");
  if (first !== undefined && checkPackage(description, first)) proto.package = first.name.text;
  for (const other of others)
    description.error(other, "the package is set twice", `the first is \`${first.name.text}\``);
}

function addElements(description: Description, proto: FileDescriptorProto): void {
  const { elements } = description.tree;
  const file = { innerScope: proto.package, outerScope: proto.package, path: [] };
  const place = (name: NameNode, field: number, list: readonly unknown[]) =>
    namedPlace(file, name.text, field, list.length);
  description.addOptions(proto, FileOptionsSchema, optionsIn(elements), file);
  for (const element of elements) {
    switch (element.kind) {
      case "import":
        addImport(description, proto, element);
        break;
      case "message": {
        const at = place(element.name, FILE.messageType, proto.messageType);
        proto.messageType.push(describeMessage(description, element, at));
        break;
      }
      case "enum": {
        const at = place(element.name, FILE.enumType, proto.enumType);
        proto.enumType.push(describeEnum(description, element, at));
        break;
      }
      case "service": {
        const at = place(element.name, FILE.service, proto.service);
        proto.service.push(describeService(description, element, at));
        break;
      }
      case "extend":
        describeExtend(description, element, {
          place: file,
          fields: proto.extension,
          fieldsNumber: FILE.extension,
          messages: proto.messageType,
          messagesNumber: FILE.messageType,
        });
        break;
    }
  }
}

function addImport(description: Description, proto: FileDescriptorProto, node: ImportNode): void {
  checkImport(description, proto, node);
  if (node.modifier === "option") {
    proto.optionDependency.push(node.path.text);
    return;
  }
  if (node.modifier === "public") proto.publicDependency.push(proto.dependency.length);
  if (node.modifier === "weak") proto.weakDependency.push(proto.dependency.length);
  proto.dependency.push(node.path.text);
}
