"""Learns lab.v1.Lab from the server at argv[1] by reflection alone, calls Echo, and prints what it has found."""

import json
import sys

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

channel = grpc.insecure_channel(sys.argv[1])
database = ProtoReflectionDescriptorDatabase(channel)
services = sorted(database.get_services())
pool = descriptor_pool.DescriptorPool(database)
service = pool.FindServiceByName("lab.v1.Lab")
echo = service.FindMethodByName("Echo")
Sample = message_factory.GetMessageClass(echo.input_type)
call = channel.unary_unary(
    "/lab.v1.Lab/Echo", request_serializer=Sample.SerializeToString, response_deserializer=Sample.FromString
)
answer = call(json_format.ParseDict({"name": "x", "mood": "MOOD_FINE"}, Sample()), timeout=10)
print(json.dumps({
    "services": services,
    "methods": sorted(method.name for method in service.methods),
    "answer": json_format.MessageToDict(answer),
}))
