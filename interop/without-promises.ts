import { clone, createFileRegistry, type DescService } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

/** A service as it is to a peer that does not know the options of its methods: called at most once, as all of gRPC is. */
export function withoutPromises<Service extends DescService>(service: Service): Service {
  const file = clone(FileDescriptorProtoSchema, service.file.proto);
  for (const { method } of file.service) for (const { options } of method) if (options) options.$unknown = [];
  const dependencies = new Map(
    service.file.dependencies.map((dependency) => [dependency.proto.name, dependency]),
  );
  const plain = createFileRegistry(file, (name) => dependencies.get(name)).getService(service.typeName);
  return plain as unknown as Service;
}
