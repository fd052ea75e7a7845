/** The standard services of gRPC, each added to a server with one line: `@redoubt/rpc/services`. */
export { addChannelz, type ChannelzOptions, type ConnectionTable } from "./channelz.js";
export { Channelz } from "./gen/grpc/channelz/v1/channelz_pb.js";
export { Health, HealthCheckResponse_ServingStatus } from "./gen/grpc/health/v1/health_pb.js";
export { ServerReflection } from "./gen/grpc/reflection/v1/reflection_pb.js";
export { addHealth, type HealthOptions, type ServiceHealth, type ServingStatus } from "./health.js";
export { addReflection, type ReflectionOptions } from "./reflection.js";
