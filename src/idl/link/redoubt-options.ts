/** The text of `redoubt/options.proto`. The package carries the same as a file, for compilers of other languages. */
export const REDOUBT_OPTIONS_PROTO = `// What a call promises when a network or a machine fails. Import it, and say for a method:
//
//   rpc MakeDirectory(MakeDirArgs) returns (Empty) {
//     option (redoubt.delivery) = EXACTLY_ONCE;
//   }
//
// Peers that do not know the option call the method as any other gRPC method.

syntax = "proto3";

package redoubt;

import "google/protobuf/descriptor.proto";

extend google.protobuf.MethodOptions {
  // The promise that client and server keep for this method. A method without it is AT_MOST_ONCE, or AT_LEAST_ONCE where
  // its idempotency_level says that it may be repeated.
  DeliveryPromise delivery = 83713;
}

// How often a call is carried out.
enum DeliveryPromise {
  // Nothing was said.
  DELIVERY_UNSPECIFIED = 0;
  // Once or not at all: repeated by itself only when it was provably not executed.
  AT_MOST_ONCE = 1;
  // Once or more: repeated on unavailability until its deadline.
  AT_LEAST_ONCE = 2;
  // Once: repeated under the same call id, executed once, and its recorded answer is given again.
  EXACTLY_ONCE = 3;
}
`;

/** Of the option `delivery` there, and of its value. */
export const DELIVERY_NUMBER = 83713;
export const EXACTLY_ONCE_NUMBER = 3;
