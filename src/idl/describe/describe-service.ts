import { create } from "@bufbuild/protobuf";
import {
  type MethodDescriptorProto,
  MethodDescriptorProtoSchema,
  MethodOptionsSchema,
  type ServiceDescriptorProto,
  ServiceDescriptorProtoSchema,
  ServiceOptionsSchema,
} from "@bufbuild/protobuf/wkt";
import type { RpcNode, ServiceNode } from "../syntax/syntax.js";
import { type Description, namedPlace, optionsIn, type Place } from "./description.js";
import { SERVICE } from "./field-numbers.js";

/** Makes the descriptor of a service. */
export function describeService(
  description: Description,
  node: ServiceNode,
  place: Place,
): ServiceDescriptorProto {
  const service = create(ServiceDescriptorProtoSchema);
  description.nodes.set(service, node);
  service.name = node.name.text;
  description.addOptions(service, ServiceOptionsSchema, optionsIn(node.body), place);
  for (const element of node.body) {
    if (element.kind !== "rpc") continue;
    const at = namedPlace(place, element.name.text, SERVICE.method, service.method.length);
    service.method.push(describeMethod(description, element, at));
  }
  return service;
}

function describeMethod(description: Description, node: RpcNode, place: Place): MethodDescriptorProto {
  const method = create(MethodDescriptorProtoSchema);
  description.nodes.set(method, node);
  method.name = node.name.text;
  method.inputType = node.input.type.text;
  method.outputType = node.output.type.text;
  if (node.input.stream !== undefined) method.clientStreaming = true;
  if (node.output.stream !== undefined) method.serverStreaming = true;
  if (node.body !== undefined) {
    // protoc notes a body that says nothing, too.
    method.options = create(MethodOptionsSchema);
    description.addOptions(method, MethodOptionsSchema, optionsIn(node.body), place);
  }
  return method;
}
